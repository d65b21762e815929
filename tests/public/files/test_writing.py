"""After a change every address of it shows it, all at once, and what cannot be written stays as it was."""

from __future__ import annotations

import errno
import os
import stat
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.utils import timezone

from accounts.models import User
from incidents.models import Component, PublicChange, PublicEvent
from incidents.public import catalogue
from incidents.public.files import NotWritten, build, keep_public_files, layout, write_new_day, write_pending
from incidents.public.files.answers import answer_of
from incidents.public.files.writing import write_as_of
from incidents.public.reading import as_public_reader
from incidents.status.operations.site import revise_site
from tests.public.files.asking import addresses, ask, contents, layer
from tests.public.samples import PUBLIC_ID, PUBLISHED_AT, SEED, publish, withdraw

NOW = PUBLISHED_AT + timedelta(days=40)
PAGE = f"/incidents/{PUBLIC_ID}/"
FILE = f"incidents/a/b/{PUBLIC_ID}/index.html"


def anew(tmp_path: Path) -> dict[str, bytes]:
    """What a build into an empty folder gives."""
    build(NOW, out=tmp_path / "anew")
    return contents(tmp_path / "anew")


def test_every_address_is_a_file_with_what_its_view_answers(site: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(timezone, "now", lambda: NOW)  # a minute may turn between a file and its view
    build(NOW)
    files = layer(site)
    assert len(addresses()) > 15
    for path in addresses():
        with as_public_reader():
            status, content = answer_of(path)
        got = ask(files, path)
        assert (got.status, got.body) == (status, content), path


def test_changes_one_by_one_give_the_same_bytes_as_all_anew(
    site: Path, publisher: User, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(timezone, "now", lambda: NOW)  # pages say as of when they are
    build(NOW)
    labelled = replace(SEED, tags=("power", "a/b"), cause="data")
    publish(replace(labelled, title="Third"), by=publisher, note="Again.", at=PUBLISHED_AT + timedelta(days=5))
    write_pending(NOW)
    second = publish(replace(labelled, public_id="yetanother22"), by=publisher, at=PUBLISHED_AT + timedelta(days=6))
    Component.objects.create(name="API")
    PublicChange.note(PublicChange.Kind.COMPONENTS, at=NOW)
    write_pending(NOW)
    withdraw(second, by=publisher)
    write_pending(NOW)
    assert not PublicChange.objects.exists()
    assert contents(site) == anew(tmp_path)


def test_a_withdrawal_leaves_tombstones_and_no_word_of_the_report(site: Path, publisher: User) -> None:
    build(NOW)
    newest = PublicEvent.objects.get(public_id=PUBLIC_ID).incident.publications.latest("number")
    withdraw(newest, by=publisher, reason="It named somebody.")
    assert write_pending(NOW) == 1
    below = {path: content for path, content in contents(site).items() if PUBLIC_ID in path}
    assert below
    told = layout.names(layout.file_of(f"/incidents/{PUBLIC_ID}.json"))  # says that it was withdrawn
    assert all(path.startswith("gone/") for path in below if path not in told)
    assert b"It named somebody." in below[f"gone/{FILE}"]
    everything = b"".join(content for path, content in contents(site).items() if ".br." not in path)
    assert b"An earlier title" not in everything
    assert ask(layer(site), PAGE).status == 410


def test_a_report_that_comes_back_takes_the_place_of_its_tombstone(site: Path, publisher: User) -> None:
    build(NOW)
    withdraw(PublicEvent.objects.get(public_id=PUBLIC_ID).incident.publications.latest("number"), by=publisher)
    write_pending(NOW)
    gone = ask(layer(site), PAGE)
    publish(by=publisher, note="Without the name.", at=PUBLISHED_AT + timedelta(days=31))
    write_pending(NOW)
    back = ask(layer(site), PAGE)
    assert (gone.status, back.status) == (410, 200)
    assert f"gone/{FILE}" not in contents(site)
    assert f"gone/incidents/a/b/{PUBLIC_ID}/versions/1/index.html" in contents(site)


def test_other_bytes_have_another_time_however_fast_they_follow(site: Path, publisher: User) -> None:
    build(NOW)
    tags = {ask(layer(site), PAGE).headers["etag"]}
    for number in range(3, 6):  # the same second, and titles of the same length
        publish(
            replace(SEED, title=f"Title {number}"), by=publisher, note=".", at=PUBLISHED_AT + timedelta(hours=number)
        )
        write_pending(NOW)
        tags.add(ask(layer(site), PAGE).headers["etag"])
    assert len(tags) == 4
    times = {int((site / "current" / name).stat().st_mtime) for name in (FILE, FILE.replace(".html", ".br.html"))}
    assert times == {int(NOW.timestamp()) + 3}


def test_what_is_the_same_stays_the_same_file(site: Path, publisher: User) -> None:
    build(NOW)
    other = site / "current" / "incidents/o/t/other2report/index.html"
    before = other.stat().st_ino
    publish(replace(SEED, title="Third"), by=publisher, note="Again.", at=PUBLISHED_AT + timedelta(days=5))
    write_pending(NOW + timedelta(days=1))
    build(NOW + timedelta(days=2))
    assert other.stat().st_ino == before


def test_nothing_to_write_makes_no_new_root(site: Path) -> None:
    build(NOW)
    before = (site / "current").readlink()
    PublicChange.note(PublicChange.Kind.EVENT, PUBLIC_ID, at=NOW)
    assert write_pending(NOW) == 1
    assert (site / "current").readlink() == before


def test_before_the_first_build_nothing_is_written_and_nothing_forgotten(site: Path) -> None:
    assert write_pending(NOW) == 0
    assert PublicChange.objects.exists()
    assert not (site / "current").exists()


def test_an_event_leaves_the_lists_that_tell_of_it_no_more(
    site: Path, publisher: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As a page of a month would be: the event moves, and nothing but the event says where it was."""
    lists = catalogue.of_lists
    asked: list[str] = []

    def of_lists(event: PublicEvent | None = None) -> Any:
        yield from lists(event)
        if event:
            yield "/robots.txt" if event.title == SEED.title else "/history.atom"

    monkeypatch.setattr(catalogue, "of_lists", of_lists)
    build(NOW)
    publish(replace(SEED, title="Moved"), by=publisher, note=".", at=PUBLISHED_AT + timedelta(days=5))
    monkeypatch.setattr(
        "incidents.public.files.writing.answer_of", lambda path: (asked.append(path), answer_of(path))[1]
    )
    write_pending(NOW)
    assert "/robots.txt" in asked


def test_the_page_of_a_tag_goes_with_the_last_report_that_has_it(site: Path, publisher: User) -> None:
    tagged = replace(SEED, public_id="yetanother22", tags=("größe",), cause="data")
    publish(tagged, by=publisher)
    build(NOW)
    files = {"history/tag/größe/index.html", "history/cause/data/index.html", "history/tag/größe/2023/3/index.html"}
    assert files < contents(site).keys()
    assert ask(layer(site), "/history/tag/größe/".encode().decode("latin-1")).status == 200
    publish(replace(tagged, tags=("other",), cause=""), by=publisher, note=".", at=PUBLISHED_AT + timedelta(days=5))
    write_pending(NOW)
    assert not files & contents(site).keys()
    assert "history/tag/other/index.html" in contents(site)


def test_a_page_that_cannot_be_made_holds_up_no_other(
    site: Path, publisher: User, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    build(NOW)
    before = contents(site)[FILE]

    def broken(path: str) -> Any:
        if path == f"{PAGE}report.json":
            raise ValueError("a bug")
        return answer_of(path)

    monkeypatch.setattr("incidents.public.files.writing.answer_of", broken)
    publish(replace(SEED, title="Broken"), by=publisher, note=".", at=PUBLISHED_AT + timedelta(days=5))
    publish(replace(SEED, public_id="other2report", title="Well"), by=publisher, note=".", at=NOW)
    with pytest.raises(NotWritten, match="of 1 changes"):
        write_pending(NOW)
    assert contents(site)[FILE] == before
    assert b"Well" in contents(site)["incidents/o/t/other2report/index.html"]
    assert PublicChange.objects.get().public_id == PUBLIC_ID
    with pytest.raises(NotWritten):
        build(NOW)
    assert contents(site)[FILE] == before, "a build keeps what it can't make"

    monkeypatch.undo()
    call_command("build_public")
    assert b"Broken" in contents(site)[FILE]


@pytest.mark.parametrize("call", ["link", "mkdir", "symlink", "replace", "fsync", "open"])
@pytest.mark.parametrize("code", [errno.ENOSPC, errno.EROFS])
def test_a_disk_that_refuses_changes_nothing_and_heals(
    site: Path, publisher: User, monkeypatch: pytest.MonkeyPatch, call: str, code: int
) -> None:
    build(NOW)
    before, nodes = contents(site), sorted(site.glob("nodes/*"))
    publish(replace(SEED, title="Third"), by=publisher, note=".", at=PUBLISHED_AT + timedelta(days=5))
    original = getattr(os, call)

    def refuse(*args: Any, **kwargs: Any) -> Any:
        place = args[1] if call == "symlink" else args[0]
        is_ours = stat.S_ISREG(os.fstat(place).st_mode) if call == "fsync" else str(site) in str(place)
        if is_ours and (call != "open" or args[1] & (os.O_WRONLY | os.O_RDWR)):
            raise OSError(code, os.strerror(code))
        return original(*args, **kwargs)

    with monkeypatch.context() as patched:
        patched.setattr(os, call, refuse)
        with pytest.raises(NotWritten):
            write_pending(NOW)
    assert contents(site) == before
    assert PublicChange.objects.count() == 1
    write_pending(NOW)
    assert b"Third" in contents(site)[FILE]
    assert len(sorted(site.glob("nodes/*"))) == len(nodes) + 1
    assert not list((site / "writing").iterdir())


def test_a_lost_folder_comes_back_with_the_same_bytes(site: Path) -> None:
    build(NOW)
    before = contents(site)
    for path in sorted((site / "nodes").rglob("*"), reverse=True):
        path.unlink() if path.is_symlink() or path.is_file() else path.rmdir()
    keep_public_files(NOW)
    assert contents(site) == before


def test_a_damaged_file_is_mended_within_a_day(site: Path) -> None:
    build(NOW)
    before = contents(site)
    file = f"incidents/a/b/{PUBLIC_ID}/versions/1/index.html"
    (site / "current" / file).write_bytes(b"damaged")
    keep_public_files(NOW + timedelta(hours=23))
    assert contents(site)[file] == b"damaged"
    keep_public_files(NOW + timedelta(hours=25))
    assert contents(site)[file] == before[file]


def test_a_new_day_is_told_once(site: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(timezone, "now", lambda: NOW)
    build(NOW)
    assert b"Late by 29 days" in contents(site)[FILE]
    assert not write_new_day(NOW)
    tomorrow = NOW + timedelta(days=1)
    monkeypatch.setattr(timezone, "now", lambda: tomorrow)
    assert write_new_day(tomorrow)
    assert not write_new_day(tomorrow + timedelta(hours=3))
    assert b"Late by 30 days" in contents(site)[FILE]


def test_the_status_page_is_never_ten_minutes_old_while_a_worker_runs(
    site: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(timezone, "now", lambda: NOW)
    build(NOW)
    first = contents(site)["index.html"]
    later = NOW + timedelta(minutes=5)
    monkeypatch.setattr(timezone, "now", lambda: later)
    keep_public_files(later - timedelta(seconds=1))
    assert contents(site)["index.html"] == first
    keep_public_files(later)
    assert contents(site)["index.html"] != first
    assert not write_as_of(later + timedelta(minutes=4))


def test_the_worker_makes_a_change_of_the_site_everywhere(site: Path, settings: Any) -> None:
    build(NOW)
    settings.ORGANISATION_NAME = "Southwind"
    PublicChange.note(PublicChange.Kind.SITE, at=NOW)
    assert write_pending(NOW) == 0
    keep_public_files(NOW)
    assert not PublicChange.objects.exists()
    assert all(
        b"Southwind" in content
        for path, content in contents(site).items()
        if path.endswith("/index.html") and ".br" not in path and ".gz" not in path
    )


def test_the_page_of_promises_goes_when_it_is_turned_off(site: Path, publisher: User) -> None:
    build(NOW)
    assert "promises/index.html" not in contents(site)
    for shown in (True, False):
        revise_site(changes={"shows_promises": shown}, by=publisher, at=NOW)
        keep_public_files(NOW)
        assert ("promises/index.html" in contents(site)) is shown
        assert (b"/promises/" in contents(site)["index.html"]) is shown
        assert (b"/promises/" in contents(site)["sitemaps/pages.xml"]) is shown
