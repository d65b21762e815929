"""import(export(x)) equals x, where an admin brings it in: through JSON, Markdown, folders and ZIPs, for drafts made by the operations people use."""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from PIL import Image

from accounts.models import User
from accounts.roles import Role
from incidents.authoring.operations import (
    MilestoneValue,
    add_action_item,
    add_entry,
    add_image,
    add_impact,
    open_incident,
    record_milestones,
    revise_facts,
    revise_image,
    revise_section,
)
from incidents.import_export.archive import FORMATS, write_folder, zip_stream
from incidents.import_export.archive_reading import Arrived, parcels_at, parcels_in_zip, zipfile_of
from incidents.import_export.document import ReportDocument
from incidents.import_export.exporting import Exported, export_documents
from incidents.import_export.restoring import restore_report
from incidents.milestones import MilestoneKind, Precision
from incidents.models import Attachment, Incident, Milestone, Severity, TimelineEntry
from incidents.snapshot import CAUSES
from tests.factories import NOW, make_component, make_user
from tests.import_export.documents import Maker

pytestmark = pytest.mark.django_db


@pytest.fixture
def people(db: None) -> dict[str, User]:
    make_component("API")
    make_component("Web", group="Core")
    return {
        "ana": make_user(Role.ADMIN, email="ana@example.test", name="Ana “the A” <b>"),
        "bo": make_user(Role.ENGINEER, email="bo@example.test"),
    }


def picture(kind: str, shade: int) -> io.BytesIO:
    buffer = io.BytesIO()
    Image.new("RGB", (12, 8), (shade, 0, 99)).save(buffer, kind)
    buffer.seek(0)
    return buffer


def build(make: Maker, people: dict[str, User]) -> Incident:
    """A draft as people write one, with everything that they can write into it."""
    by, somebody = people["ana"], [None, *people.values()]
    incident = open_incident(
        title=make.text(200, empty=False),
        severity=make.pick(Severity.objects.order_by("rank")),
        by=make.pick(people.values()),
        at=make.moment(),
        time_zone=make.pick(["UTC", "Europe/Berlin", "Etc/GMT-1"]),
        is_private=make.yes(),
    )
    images = [_image(make, incident, somebody) for _ in range(make.number(2))]
    for number in range(make.number(3)):
        _row(make, incident, somebody, number)
    _facts(make, incident, people)
    for section in make.sections(images):
        changes = {"text": section.text, "public_text": section.public_text}
        revise_section(incident, section.key, changes=changes, by=by, at=NOW)
    for _ in range(make.number(2)):
        item = make.action()
        values = {"owner": make.pick(somebody)}
        names = ("text", "public_text", "kind", "state", "reason", "team", "due_on", "done_when")
        values |= {name: getattr(item, name) for name in names}
        add_action_item(incident, values=values, by=by, at=make.moment())
    return incident


def _facts(make: Maker, incident: Incident, people: dict[str, User]) -> None:
    changes = {
        "public_title": make.text(200),
        "byline": make.text(120),
        "status": make.pick(["investigating", "resolved"]),
        "lead": make.pick([None, *people.values()]),
        "owner": make.pick([None, *people.values()]),
        "due_on": make.day() if make.yes() else None,
        "cause": make.pick(["", *CAUSES]),
        "tags": list(make.tags()),
    }
    revise_facts(incident, changes=changes, by=people["ana"], at=NOW)
    for component in make.pick([[], [make_component()], [make_component(), make_component(group="G: \n-->")]]):
        add_impact(incident, component, level="degraded_performance", started_at=make.moment(), by=people["bo"], at=NOW)
        add_impact(incident, component, share=make.share(), by=people["bo"], at=NOW)
    values = {}
    for kind, precision in ((MilestoneKind.MITIGATED, Precision.UNKNOWN), (MilestoneKind.RECOVERED, Precision.ABOUT)):
        if make.yes():
            at = None if precision is Precision.UNKNOWN else make.moment()
            values[kind] = MilestoneValue(at, precision, make.text(300))
    record_milestones(incident, values, by=people["ana"], at=NOW)
    Milestone.objects.filter(incident=incident, kind=MilestoneKind.RECOVERED).update(is_confirmed=make.yes())


def _row(make: Maker, incident: Incident, somebody: list[User | None], number: int) -> None:
    row = make.row()
    entry = add_entry(
        incident,
        occurred_at=row.occurred_at,
        text=row.text,
        public_text=row.public_text,
        precision=row.precision,
        milestone=[MilestoneKind.DETECTED, None, MilestoneKind.RESOLVED][number],
        raw_line=row.raw_line,
        by=incident.opened_by,
        at=NOW,
    )
    TimelineEntry.objects.filter(pk=entry.pk).update(author=make.pick(somebody), source=row.source)


def _image(make: Maker, incident: Incident, somebody: list[User | None]) -> Attachment:
    if make.yes():
        link = f"https://example.test/{make.key()}.png?a=--%3E"
        return Attachment.objects.create(incident=incident, source_url=link, alt=make.text(300))
    file = picture(make.pick(["PNG", "JPEG", "WEBP"]), make.number(3) * 60)
    image = add_image(incident, file, alt=make.text(300, empty=False), by=incident.opened_by, at=NOW)
    revise_image(image, changes={"is_public": make.yes()}, by=incident.opened_by, at=NOW)
    Attachment.objects.filter(pk=image.pk).update(uploaded_by=make.pick(somebody))
    return image


def exported(incident: Incident) -> Exported:
    [found] = export_documents(Incident.objects.filter(pk=incident.pk))
    return found


def nameless(document: ReportDocument) -> ReportDocument:
    """The document with keys that count from 1, so that two of one database can be compared."""
    keys = [part.key for part in (*document.timeline, *document.action_items, *document.images)]
    named = document.renamed({key: f"k{number}" for number, key in enumerate(keys, start=1)})
    return replace(named, number=0, public_id="")


# ── The ways out and in ─────────────────────────────────────────────────────
def through_a_folder(*formats: str) -> Callable[[Exported, Path], Arrived]:
    def way(found: Exported, root: Path) -> Arrived:
        write_folder(root, found, formats)
        [parcel] = parcels_at(root) or []
        return parcel.open()

    return way


def through_a_zip(found: Exported, root: Path) -> Arrived:
    packed = io.BytesIO(b"".join(zip_stream([found], at=NOW)))
    [parcel] = parcels_in_zip(zipfile_of(packed), "all.zip")
    return parcel.open()


WAYS = {
    "Markdown": through_a_folder(*FORMATS["markdown"]),
    "JSON": through_a_folder(*FORMATS["json"]),
    "both": through_a_folder(*FORMATS["both"]),
    "ZIP": through_a_zip,
}


properties = settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=list(HealthCheck),
    phases=[Phase.explicit, Phase.reuse, Phase.generate, Phase.shrink],  # explaining takes minutes with a database
)


@properties
@given(data=st.data(), way=st.sampled_from(sorted(WAYS)))
def test_an_imported_export_equals_its_source(
    people: dict[str, User], tmp_path_factory: Any, data: st.DataObject, way: str
) -> None:
    with transaction.atomic():
        source = build(Maker(data.draw), people)
        before = exported(source)

        arrived = WAYS[way](before, tmp_path_factory.mktemp("export"))
        restored = restore_report(
            arrived.document, read_image=arrived.read_image, source_name="export", by=people["ana"], at=NOW
        )

        assert arrived.warnings == []
        assert restored.warnings == [
            f"This report is here already, as {source.code}: it becomes a second one, with another public id."
        ]
        assert restored.incident
        after = exported(restored.incident)
        assert nameless(after.document) == nameless(before.document)
        assert after.document == replace(restored.document, number=restored.incident.number)
        assert after.document.public_id != before.document.public_id
        transaction.set_rollback(True)


@properties
@given(data=st.data(), way=st.sampled_from(sorted(WAYS)))
def test_where_it_is_not_yet_it_gets_its_own_names_back(
    people: dict[str, User], tmp_path_factory: Any, data: st.DataObject, way: str
) -> None:
    with transaction.atomic():
        with transaction.atomic():
            before = exported(build(Maker(data.draw), people))
            arrived = WAYS[way](before, tmp_path_factory.mktemp("export"))
            transaction.set_rollback(True)

        restored = restore_report(
            arrived.document,
            read_image=arrived.read_image,
            source_name="export",
            create_components=True,
            by=people["ana"],
            at=NOW,
        )

        assert restored.incident
        after = exported(restored.incident)
        assert after.document == replace(before.document, number=after.document.number)
        transaction.set_rollback(True)
