"""`build_public` makes all anew beside what is public, and loses nothing of what others publish meanwhile."""

from __future__ import annotations

import io
import threading
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from accounts.models import User
from incidents.models import PublicChange
from incidents.public.files import build, write_pending
from tests.public.files.asking import contents
from tests.public.files.test_writing import FILE, NOW
from tests.public.samples import PUBLIC_ID, PUBLISHED_AT, SEED, publish


def test_the_command_says_how_many_and_shows_a_bar_to_people(site: Path, tmp_path: Path) -> None:
    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    said, bar = io.StringIO(), Terminal()
    call_command("build_public", out=tmp_path / "elsewhere", stdout=said, stderr=bar)
    assert said.getvalue().startswith("The pages of 3 incidents are written, in ")
    assert "█" * 40 + " 3 of 3" in bar.getvalue()
    assert not (site / "current").exists()
    assert PublicChange.objects.exists(), "elsewhere is not what readers get"
    call_command("build_public", stdout=said, stderr=io.StringIO())
    assert not PublicChange.objects.exists()
    assert contents(site) == contents(tmp_path / "elsewhere")


def test_the_command_fails_with_a_sentence(site: Path) -> None:
    (site.parent / "file").write_text("no folder")
    with pytest.raises(CommandError, match="Not a directory"):
        call_command("build_public", out=site.parent / "file" / "below")


def test_what_others_publish_meanwhile_is_not_undone(site: Path, publisher: User, tmp_path: Path) -> None:
    """Another process publishes and withdraws after the build has looked at the database, and before it ends."""
    build(NOW)

    def publish_meanwhile() -> None:
        publish(replace(SEED, title="Meanwhile"), by=publisher, note=".", at=PUBLISHED_AT + timedelta(days=9))
        publish(replace(SEED, public_id="brandnew2222"), by=publisher, at=PUBLISHED_AT + timedelta(days=9))
        write_pending(NOW)
        connection.close()

    def progress(done: int, total: int) -> None:
        if done == total:
            other = threading.Thread(target=publish_meanwhile)
            other.start()
            other.join()
            assert b"Meanwhile" in contents(site)[FILE]

    build(NOW, progress=progress)
    assert b"Meanwhile" in contents(site)[FILE]
    assert not PublicChange.objects.exists()
    build(NOW, out=tmp_path / "anew")
    assert contents(site) == contents(tmp_path / "anew")
    assert b"brandnew2222" in contents(site)["history.atom"]


def test_what_a_change_costs_does_not_grow_with_history(site: Path, publisher: User) -> None:
    """The same statements for one incident, with three in the database and with thirteen."""

    def statements() -> list[str]:
        seen: list[str] = []

        def watch(execute: Any, sql: str, *rest: Any) -> Any:
            seen.append(sql)
            return execute(sql, *rest)

        PublicChange.note(PublicChange.Kind.EVENT, PUBLIC_ID, at=NOW)
        with connection.execute_wrapper(watch):
            write_pending(NOW)
        return seen

    build(NOW)
    few = statements()
    for number in range(10):
        publish(replace(SEED, public_id=f"more{number:08d}"), by=publisher, at=PUBLISHED_AT + timedelta(days=number))
    write_pending(NOW)
    assert len(statements()) == len(few)
