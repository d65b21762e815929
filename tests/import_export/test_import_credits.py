"""Who did what is no claim of a file: it counts where an admin brings it in; for others it was they, and now."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.core.management import call_command

from accounts.models import User
from accounts.roles import Role
from incidents.import_export.document import ActionText, Person, ReportDocument, Row
from incidents.import_export.json_format import to_json
from incidents.models import Incident
from tests.factories import NOW, make_user
from tests.import_export.restored import START, image_of, notes_of, png, restore

pytestmark = pytest.mark.django_db
LONG_AGO = START.replace(year=1999)


@pytest.fixture
def ana(db: None) -> User:
    return make_user(Role.ADMIN, email="ana@example.test")


def forged() -> ReportDocument:
    ana = Person("ana@example.test", "Ana")
    return ReportDocument(
        title="x",
        lead=ana,
        opened_by=ana,
        opened_at=LONG_AGO,
        owner=ana,
        timeline=(
            Row(START, "rowa", text="I did it", author="ANA@example.test"),
            Row(START, "rowb", text="So did I", author="stranger@example.test"),
            Row(START, "rowc", text="Nobody did"),
        ),
        action_items=(ActionText(text="Mend it", owner=ana),),
        images=(image_of(png(), uploaded_by=ana.email),),
    )


@pytest.mark.parametrize("role", [Role.ENGINEER, Role.PUBLISHER])
def test_whoever_is_no_admin_did_it_themselves_and_now(ana: User, role: str) -> None:
    by, document = make_user(role), forged()

    restored = restore(document, by=by, images={document.images[0].file: png()})

    incident = restored.incident
    assert incident
    assert (incident.opened_by, incident.opened_at) == (by, NOW)
    assert [entry.author for entry in incident.entries.in_order()] == [by, by, None]
    assert incident.attachments.get().uploaded_by == by
    assert (incident.lead, incident.report.owner, incident.action_items.get().owner) == (ana, ana, ana)
    parts = "opened it, wrote 1 timeline row, uploaded 1 image"
    assert (
        f"You stand for ana@example.test ({parts}): only an admin brings in what others did. It stands in the notes."
        in restored.warnings
    )
    assert f"- Ana, ana@example.test: {parts}\n" in f"{notes_of(restored)}\n"
    assert "It counts as opened now, not 1999-03-06 05:00 UTC. It stands in the notes." in restored.warnings
    assert "- Opened 1999-03-06 05:00 UTC" in notes_of(restored)


def test_an_admin_is_believed(ana: User) -> None:
    document = forged()

    restored = restore(document, by=make_user(Role.ADMIN), images={document.images[0].file: png()})

    incident = restored.incident
    assert incident
    assert (incident.opened_by, incident.opened_at) == (ana, LONG_AGO)
    assert [entry.author for entry in incident.entries.in_order()] == [ana, None, None]
    assert incident.attachments.get().uploaded_by == ana


def test_of_their_own_work_nothing_is_said(ana: User) -> None:
    by = make_user(Role.ENGINEER)
    document = ReportDocument(title="x", opened_by=Person(by.email), timeline=(Row(START, text="x", author=by.email),))

    restored = restore(document, by=by)

    assert restored.incident
    assert restored.incident.entries.get().author == restored.incident.opened_by == by
    assert not any("stand for" in warning for warning in restored.warnings)


def test_whoever_runs_the_command_is_believed_for_anybody(ana: User, tmp_path: Path) -> None:
    path = tmp_path / "report.json"
    path.write_text(to_json(forged()))

    call_command("import_reports", str(path), "--as", make_user(Role.ENGINEER).email)

    incident = Incident.objects.get()
    assert (incident.opened_by, incident.opened_at) == (ana, LONG_AGO)
