"""A change makes again what it changes, and little else, so that it is public soon."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import brotli
import pytest
from django.utils import timezone

from config.public_files import rehearse_in_background
from incidents.models import PublicChange, PublicEvent
from incidents.public.editions import forget_editions
from incidents.public.files import NotWritten, build, rehearse, write_pending
from incidents.public.files.answers import Answer, answer_of
from incidents.public.formats import feeds
from incidents.public.formats.events import Told
from incidents.status.operations import post_update, retitle_event, tell_customers
from tests.factories import NOW, make_component, make_incident, make_user
from tests.public.files.asking import addresses
from tests.public.happenings import happening

pytestmark = pytest.mark.django_db(transaction=True)

AT = NOW + timedelta(days=2)
HISTORY = "/history/"


@pytest.fixture
def event(folder: Path, monkeypatch: pytest.MonkeyPatch) -> PublicEvent:
    """Open, on a site whose pages are written."""
    monkeypatch.setattr(timezone, "now", lambda: AT)
    by = make_user()
    levels = {make_component("API"): "partial_outage"}
    incident = make_incident(by=by, started_at=AT - timedelta(hours=1))
    told = tell_customers(
        incident, title="Slow", status="investigating", text="We look.", levels=levels, by=by, at=AT
    ).event
    build(AT)
    return told


@pytest.fixture
def asked(event: PublicEvent, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The addresses that are asked for while files are written."""
    found: list[str] = []

    def remembered(path: str) -> Answer:
        found.append(path)
        return answer_of(path)

    monkeypatch.setattr("incidents.public.files.writing.answer_of", remembered)
    return found


def post(event: PublicEvent, text: str = "We look on.") -> None:
    post_update(event, status="investigating", text=text, by=None, at=AT)


def test_a_post_leaves_alone_the_lists_that_do_not_show_it(event: PublicEvent, asked: list[str]) -> None:
    post(event)
    write_pending(AT)
    component = event.components.get().component
    told = {"/", f"/incidents/{event.public_id}/", "/history.atom", "/updates.atom", "/api/v2/summary.json"}
    told |= {f"/components/{component.public_id}/"}
    assert told < set(asked) < set(addresses())
    assert not [path for path in asked if path.endswith("/") and path.startswith((HISTORY, "/reports/"))]


def test_what_lists_show_of_an_event_is_written_to_them(event: PublicEvent, asked: list[str]) -> None:
    retitle_event(event, title="Slow answers", by=make_user(), at=AT)
    write_pending(AT)
    assert HISTORY in asked


def test_after_a_list_that_could_not_be_made_all_are_made_again(
    event: PublicEvent, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A complete build forgets what it could not make: it is not told again of the change that a list lacks."""
    asked: list[str] = []

    def broken(path: str) -> Answer:
        asked.append(path)
        if path == HISTORY:
            raise ValueError("a bug")
        return answer_of(path)

    monkeypatch.setattr("incidents.public.files.writing.answer_of", broken)
    with pytest.raises(NotWritten):
        build(AT)
    assert not PublicChange.objects.exists()
    asked.clear()
    post(event)
    with pytest.raises(NotWritten):
        write_pending(AT)
    assert HISTORY in asked
    monkeypatch.undo()
    monkeypatch.setattr(timezone, "now", lambda: AT)
    build(AT)
    monkeypatch.setattr(
        "incidents.public.files.writing.answer_of", lambda path: (asked.append(path), answer_of(path))[1]
    )
    asked.clear()
    post(event, "And on.")
    write_pending(AT)
    assert HISTORY not in asked


def test_what_is_the_same_is_not_compressed_again(event: PublicEvent, monkeypatch: pytest.MonkeyPatch) -> None:
    compressed: list[bytes] = []
    compress = brotli.compress

    def remembered(content: bytes, **options: Any) -> bytes:
        compressed.append(content)
        return bytes(compress(content, **options))

    monkeypatch.setattr("incidents.public.files.layout.brotli.compress", remembered)
    PublicChange.note(PublicChange.Kind.EVENT, event.public_id, at=AT)
    write_pending(AT)
    assert compressed == []
    post(event)
    write_pending(AT)
    assert compressed


def test_the_first_change_of_a_process_makes_no_more_than_the_next(
    event: PublicEvent, monkeypatch: pytest.MonkeyPatch
) -> None:
    made: list[str] = []

    def remembered(told: Told) -> feeds.Entry:
        made.append(told.title)
        return in_atom(told)

    def made_for(text: str) -> list[str]:
        made.clear()
        post(event, text)
        write_pending(AT)
        return sorted(made)

    in_atom = feeds._event_in_atom
    monkeypatch.setattr(feeds, "_event_in_atom", remembered)
    happening("Another")
    forget_editions()
    assert made_for("First.") == ["Another", event.title]
    forget_editions()
    rehearse()
    assert made_for("Second.") == made_for("Third.") == [event.title]


def test_without_a_database_a_process_starts_all_the_same(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def refused() -> None:
        raise OSError("connection refused")

    monkeypatch.setattr("config.public_files.rehearse", refused)
    rehearse_in_background().join()
    assert "connection refused" in caplog.text
