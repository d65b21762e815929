"""`export_reports`: one folder for each report, written whole, and nobody else's files touched."""

from __future__ import annotations

import hashlib
import io
import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.files.storage import default_storage
from django.core.management import CommandError, call_command

from incidents.authoring.operations import add_entry, add_image, revise_facts
from incidents.import_export import archive
from incidents.import_export.exporting import export_documents
from incidents.models import Attachment, Incident, Publication
from incidents.publishing.operations import withdraw_report
from tests.factories import NOW, START, correct, make_draft, make_user, publish
from tests.test_no_draft_leaks import picture

pytestmark = pytest.mark.django_db


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return tmp_path / "out"


@pytest.fixture
def incident(db: None) -> Incident:
    incident = make_draft(title="Servers down: très “slow”").incident
    add_image(incident, picture(), alt="The room", by=make_user(), at=NOW)
    return incident


def run(*arguments: Any) -> str:
    out = io.StringIO()
    call_command("export_reports", *map(str, arguments), stdout=out)
    return out.getvalue()


def tree(root: Path) -> dict[str, bytes]:
    return {path.relative_to(root).as_posix(): path.read_bytes() for path in root.rglob("*") if path.is_file()}


def rename(incident: Incident, title: str) -> None:
    revise_facts(incident, changes={"title": title}, by=make_user(), at=NOW)


def test_a_folder_holds_both_formats_and_the_images(incident: Incident, root: Path) -> None:
    told = run(root)

    image = incident.attachments.get()
    folder = f"INC-{incident.number:04}-servers-down-tres-slow"
    files = tree(root)
    assert sorted(files) == [
        f"{folder}/images/{image.sha256}.png",
        f"{folder}/report.json",
        f"{folder}/report.md",
        "README.txt",
    ]
    assert hashlib.sha256(files[f"{folder}/images/{image.sha256}.png"]).hexdigest() == image.sha256
    assert told == f"1 reports in {root}: 1 new\n"
    assert b"publishing is an act of a person" in files["README.txt"]


@pytest.mark.parametrize(("asked", "names"), [("json", ["report.json"]), ("markdown", ["report.md"])])
def test_one_format_alone(incident: Incident, root: Path, asked: str, names: list[str]) -> None:
    run(root)
    run(root, "--format", asked)

    [folder] = root.glob("INC-*")
    assert sorted(path.name for path in folder.glob("report.*")) == names


def test_some_reports_only(root: Path) -> None:
    first, second, third = (make_draft(title=f"Report {name}").incident for name in "abc")

    run(root, "--incident", f"INC-{first.number}", third.number)

    assert sorted(path.name[-8:] for path in root.glob("INC-*")) == ["report-a", "report-c"]
    with pytest.raises(CommandError, match=r"There is no INC-999\."):
        run(root / "other", "--incident", second.number, "inc-999")
    assert not (root / "other").exists()
    with pytest.raises(CommandError, match="write it as INC-12"):
        run(root, "--incident", "twelve")


def test_what_was_published_goes_along_as_it_was(root: Path) -> None:
    second = correct(publish(make_draft()), note="We mended a mistake.")
    withdraw_report(second.incident.report, reason="It was wrong.", by=make_user(), at=NOW)

    run(root)

    [folder] = root.glob("INC-*")
    versions = json.loads((folder / "published/index.json").read_text())
    assert [(version["number"], version["change_note"]) for version in versions] == [
        (1, ""),
        (2, "We mended a mistake."),
    ]
    assert [version["withdrawn_because"] for version in versions] == ["", "It was wrong."]
    for publication in Publication.objects.all():
        content = (folder / f"published/{publication.number}.json").read_bytes()
        assert json.loads(content) == publication.data
        assert hashlib.sha256(content).hexdigest() == publication.checksum


def test_again_changes_nothing_but_what_changed(incident: Incident, root: Path) -> None:
    other = make_draft(title="Other").incident
    run(root)
    [folder] = root.glob("*-other")
    before = {path: path.stat().st_ino for path in root.rglob("*")}

    assert run(root).endswith("2 unchanged\n")
    assert {path: path.stat().st_ino for path in root.rglob("*")} == before

    revise_facts(other, changes={"byline": "Another team"}, by=make_user(), at=NOW)
    assert run(root).endswith("1 unchanged, 1 updated\n")
    assert "Another team" in (folder / "report.md").read_text()


def test_a_new_title_renames_the_folder_and_files_of_others_move_along(incident: Incident, root: Path) -> None:
    run(root)
    [folder] = root.glob("INC-*")
    (folder / "my notes.txt").write_text("mine")
    (folder / "images" / "graph.svg").write_text("mine too")
    (folder / "empty").mkdir()
    (folder / "link").symlink_to("my notes.txt")
    (root / "README.txt").write_text("A README of somebody else")
    (root / "INC-0001-mine").mkdir()
    Attachment.objects.all().delete()
    rename(incident, "Renamed")

    assert run(root).endswith("1 updated\n")

    assert not folder.exists()
    renamed = root / f"INC-{incident.number:04}-renamed"
    assert sorted(tree(renamed)) == ["images/graph.svg", "link", "my notes.txt", "report.json", "report.md"]
    assert (renamed / "empty").is_dir()
    assert (renamed / "link").is_symlink()
    assert (root / "README.txt").read_text() == "A README of somebody else"
    assert (root / "INC-0001-mine").is_dir()
    assert not list(root.glob(".*"))


def test_a_folder_of_another_installation_is_left_alone(incident: Incident, root: Path) -> None:
    run(root)
    [folder] = root.glob("INC-*")
    theirs = {
        name: content.replace(incident.public_id.encode(), b"somebodyelse") for name, content in tree(folder).items()
    }
    for name, content in theirs.items():
        (folder / name).write_bytes(content)

    run(root)

    assert tree(folder) == theirs
    assert len(tree(root / f"{folder.name}-{incident.public_id}")) == 3
    assert run(root).endswith("1 unchanged\n")


@pytest.mark.parametrize("moment", ["writing", "first rename", "second rename"])
def test_an_end_in_the_middle_leaves_the_old_or_the_new(
    incident: Incident, root: Path, monkeypatch: pytest.MonkeyPatch, moment: str
) -> None:
    run(root)
    [folder] = root.glob("INC-*")
    (folder / "mine.txt").write_text("mine")
    before = tree(folder)
    revise_facts(incident, changes={"byline": "Another team"}, by=make_user(), at=NOW)
    renames = iter({"first rename": [False], "second rename": [True, False]}.get(moment, []))
    rename_whole, write_whole = Path.rename, Path.write_bytes

    def rename_until_the_end(path: Path, target: Path) -> Path:
        if not next(renames, True):
            raise OSError("The power went off.")
        return rename_whole(path, target)

    def write_until_the_end(path: Path, content: bytes) -> int:
        if moment == "writing" and path.name == "report.md":
            raise OSError("The power went off.")
        return write_whole(path, content)

    with monkeypatch.context() as patch:
        patch.setattr(Path, "rename", rename_until_the_end)
        patch.setattr(Path, "write_bytes", write_until_the_end)
        with pytest.raises(CommandError, match="power"):
            run(root)
    if moment != "second rename":
        assert tree(folder) == before

    assert run(root).endswith("1 updated\n")

    assert "Another team" in (folder / "report.md").read_text()
    assert sorted(tree(folder)) == sorted(before)
    assert not list(root.glob(".*"))


def test_an_image_whose_file_is_gone_is_named(incident: Incident, root: Path) -> None:
    image = incident.attachments.get()
    default_storage.delete(image.file.name)

    told = run(root)

    assert "the files of 1 images are gone" in told
    [folder] = root.glob("INC-*")
    assert sorted(tree(folder)) == ["report.json", "report.md"]


def test_a_place_that_can_not_be_written_is_a_sentence(incident: Incident, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")

    with pytest.raises(CommandError, match=r"Writing to .* failed"):
        run(tmp_path / "file")


@pytest.mark.parametrize("count", [1, 3])
def test_the_number_of_queries_does_not_grow(django_assert_num_queries: Any, count: int) -> None:
    for number in range(count):
        publish(make_draft(title=f"Report {number}", rows=3))

    with django_assert_num_queries(9):
        assert len(list(export_documents(Incident.objects.all()))) == count


def test_many_are_taken_a_few_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("incidents.import_export.exporting._AT_A_TIME", 2)
    numbers = [make_draft(title=f"Report {number}").incident.number for number in range(5)]

    assert [exported.document.number for exported in export_documents(Incident.objects.all())] == numbers


def test_rows_stand_in_the_order_of_time(incident: Incident) -> None:
    for minutes in (30, 10, 20):
        add_entry(incident, occurred_at=START + timedelta(minutes=minutes), text=f"{minutes}", by=make_user(), at=NOW)

    document = next(export_documents(Incident.objects.all())).document

    assert [row.text for row in document.timeline][1:] == ["10", "20", "30"]


def test_titles_in_other_letters_leave_the_number() -> None:
    document = next(export_documents(Incident.objects.filter(pk=make_draft(title="障害報告").incident.pk))).document

    assert archive.folder_name(document) == f"INC-{document.number:04}"
