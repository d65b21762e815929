"""`import_reports`: the same reading from the command line."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from accounts.roles import Role
from incidents.models import Incident, Milestone
from tests.factories import make_user
from tests.import_export.test_import_pages import REPORT, SEED

pytestmark = pytest.mark.django_db


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "late mail.md"
    path.write_text(REPORT, encoding="utf-8")
    return path


def run(*arguments: Any, **options: Any) -> str:
    out = io.StringIO()
    call_command("import_reports", *map(str, arguments), stdout=out, **options)
    return out.getvalue()


def test_a_report_becomes_a_draft_and_its_milestones_wait(file: Path) -> None:
    admin = make_user(Role.ADMIN)

    told = run(file)

    incident = Incident.objects.get()
    assert incident.opened_by == admin
    assert incident.code in told
    assert incident.entries.count() == 3
    assert not Milestone.objects.filter(is_confirmed=True).exists()
    assert "names no severity" in told


def test_somebody_must_answer_for_it(file: Path) -> None:
    make_user(Role.READER, email="reader@example.test")

    with pytest.raises(CommandError, match="--as"):
        run(file)
    with pytest.raises(CommandError, match="--as"):
        run(file, "--as", "reader@example.test")

    assert not Incident.objects.exists()


def test_dry_run_and_json_keep_nothing(file: Path) -> None:
    make_user(Role.ADMIN)

    assert "3 timeline rows" in run(file, "--dry-run")
    printed = json.loads(run(file, "--json"))

    assert [report["title"] for report in printed] == ["Mail was late"]
    assert not Incident.objects.exists()


def test_a_file_that_is_no_report_is_named_and_the_others_are_kept(file: Path, tmp_path: Path) -> None:
    make_user(Role.ADMIN)
    other = tmp_path / "shopping.md"
    other.write_text("# Shopping\n\n- milk\n", encoding="utf-8")

    with pytest.raises(CommandError, match="1 of 2"):
        run(other, file)

    assert Incident.objects.count() == 1


@pytest.mark.skipif(not SEED.exists(), reason="the seed report lies in ../shared, which is not here")
def test_the_seed_as_json() -> None:
    [report] = json.loads(run(SEED, "--json"))

    assert report["file"] == SEED.name
    assert report["title"] == "Server Outage Incident report"
    assert report["author"] == "Adebimpe Esther Ayooluwa"
    assert report["date"] == "2023-03-06"
    assert report["time_zone"].replace(" ", "") == "GMT+0"
    assert report["utc_offset_minutes"] == 0
    assert report["duration_minutes"] == 200
    assert len(report["timeline"]) == 8
    assert len(report["action_items"]) == 3
    assert report["summary"].startswith("On March 6th")
    assert report["root_cause"].startswith("At 4:34am")
    assert len(report["attachments"]) == 1
