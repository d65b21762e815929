"""`import_reports`, given our own exports."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from accounts.models import User
from accounts.roles import Role
from incidents.authoring.operations import add_image, add_impact
from incidents.models import (
    Attachment,
    Component,
    Incident,
)
from tests.factories import NOW, make_component, make_draft, make_user
from tests.test_no_draft_leaks import picture

pytestmark = pytest.mark.django_db


@pytest.fixture
def by(db: None) -> User:
    return make_user(Role.ENGINEER)


Run = Callable[..., str]


@pytest.fixture
def run(db: None) -> Run:
    make_user(Role.ADMIN)

    def command(name: str, *arguments: Any) -> str:
        out = io.StringIO()
        call_command(name, *map(str, arguments), stdout=out)
        return out.getvalue()

    return command


def test_a_folder_of_exports_comes_back_by_command(run: Run, tmp_path: Path) -> None:
    for title in ("First", "Second"):
        incident = make_draft(title=title).incident
        add_impact(incident, make_component(title), by=make_user(), at=NOW)
        add_image(incident, picture(), alt="The room", by=make_user(), at=NOW)
    run("export_reports", tmp_path / "out")
    Component.objects.filter(name="Second").update(name="Renamed")

    told = run("import_reports", tmp_path / "out", "--create-components")

    assert Incident.objects.count() == 4
    assert "INC-0001-first: INC-3, “First”, 1 timeline rows, 1 action items, 1 images\n" in told
    assert "  The component “Second” is new here, and public.\n" in told
    assert Attachment.objects.count() == 4


@pytest.mark.parametrize("name", ["report.md", "report.json"])
def test_one_file_is_enough_and_finds_its_images(run: Run, tmp_path: Path, name: str) -> None:
    incident = make_draft(title="First").incident
    add_image(incident, picture(), alt="The room", by=make_user(), at=NOW)
    run("export_reports", tmp_path / "out")
    [folder] = (tmp_path / "out").glob("INC-*")

    run("import_reports", folder / name)

    newest = Incident.objects.newest_first().first()
    assert newest
    assert newest.title == "First"
    assert newest.attachments.get().alt == "The room"


def test_what_somebody_wrote_into_the_markdown_counts(run: Run, tmp_path: Path) -> None:
    make_draft(title="First")
    run("export_reports", tmp_path / "out")
    [path] = (tmp_path / "out").glob("INC-*/report.md")
    path.write_text(path.read_text().replace("The breaker tripped.", "The breaker was old."))

    told = run("import_reports", tmp_path / "out")

    newest = Incident.objects.newest_first().first()
    assert newest
    assert newest.report.sections.get(key="summary").text == "The breaker was old."
    assert "report.md and report.json differ: report.md was read." in told


def test_dry_run_and_json_keep_nothing(run: Run, tmp_path: Path) -> None:
    incident = make_draft(title="First", time_zone="Europe/Berlin").incident
    run("export_reports", tmp_path / "out")

    told = run("import_reports", tmp_path / "out", "--dry-run")
    [printed] = json.loads(run("import_reports", tmp_path / "out", "--json"))

    assert Incident.objects.count() == 1
    assert f"is here already, as {incident.code}" in told
    assert list(printed) == [
        *("file", "title", "author", "date", "time_zone", "utc_offset_minutes", "severity", "duration_minutes"),
        *("summary", "root_cause", "timeline", "action_items", "attachments", "warnings"),
    ]
    assert printed["title"] == "First"
    assert (printed["date"], printed["utc_offset_minutes"], printed["duration_minutes"]) == ("2026-03-06", 60, 200)
    assert printed["timeline"] == [
        {
            "time_as_written": "2026-03-06 06:00",
            "occurred_at": "2026-03-06T06:00:00+01:00",
            "text": "Something happened (0)",
        }
    ]
    assert printed["action_items"] == ["Fix the breaker"]


def test_json_is_printed_also_of_what_can_not_be_kept(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "report.json"
    path.write_text(
        '{"afterword": 1, "title": "x", "milestones": [{"kind": "exploded"}, {"kind": "detected", "precision": "?"}]}'
    )

    [printed] = json.loads(run("import_reports", path, "--json"))

    assert (printed["title"], printed["date"], printed["duration_minutes"]) == ("x", None, None)


def test_what_can_not_be_kept_is_named_and_the_others_are_kept(run: Run, tmp_path: Path) -> None:
    for title in ("First", "Second"):
        make_draft(title=title)
    run("export_reports", tmp_path / "out")
    [path] = (tmp_path / "out").glob("INC-*-first/report.md")
    path.write_text(path.read_text().replace('title: "First"', 'title: "First'))
    (tmp_path / "empty").mkdir()
    (tmp_path / "broken.zip").write_bytes(b"PK\x03\x04" + b"x" * 40)
    out = io.StringIO()

    with pytest.raises(CommandError, match="4 of 5 files"):
        call_command(
            "import_reports", *(str(tmp_path / name) for name in ("out", "empty", "nothing", "broken.zip")), stdout=out
        )

    assert Incident.objects.count() == 3
    assert "INC-0001-first: Line 5: This can’t be read" in out.getvalue()
    assert "There is no exported report in this folder." in out.getvalue()
