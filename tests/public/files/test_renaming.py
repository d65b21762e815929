"""A component that gets another name has it on every page, those of long ago as well."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from accounts.models import User
from incidents.models import Component, PublicChange, PublicEvent
from incidents.public.files import build, keep_public_files, write_pending
from incidents.status.operations import revise_component
from tests.factories import make_component, make_user
from tests.public.files.asking import contents
from tests.public.happenings import happening, hit, post
from tests.public.samples import PUBLIC_ID, PUBLISHED_AT, SEED, publish

NOW = PUBLISHED_AT + timedelta(days=40)
OLD, NEW = "Gatehouse", "Porters lodge"


@pytest.fixture
def component(folder: Path, publisher: User) -> Component:
    """With an incident that is over, and one with a report that names no component."""
    made = make_component(OLD, group="Buildings", public_id="gategategate")
    event = happening(public_id="eventevent22", started_at=PUBLISHED_AT - timedelta(days=700))
    hit(event, made)
    post(event, "We look into it.")
    publish(replace(SEED, components=()), by=publisher)
    hit(PublicEvent.objects.get(public_id=PUBLIC_ID), made)
    build(NOW)
    return made


def pages_with(folder: Path, words: str) -> set[str]:
    found = contents(folder).items()
    return {path for path, content in found if words.encode() in content and ".br." not in path and ".gz." not in path}


@pytest.mark.parametrize(("field", "old", "new"), [("name", OLD, NEW), ("group", "Buildings", "Houses")])
def test_every_page_says_the_new_name(folder: Path, component: Component, field: str, old: str, new: str) -> None:
    before = pages_with(folder, old)
    if field == "name":
        assert {
            "index.html",
            "components/gategategate/index.html",
            "components/gategategate/2023/3/index.html",
            "components/gategategate/history.atom",
            "incidents/e/v/eventevent22/index.html",
            "incidents/e/v/eventevent22.json",
            f"incidents/a/b/{PUBLIC_ID}/index.html",
        } <= before
    revise_component(component, values={field: new}, by=make_user("admin"), at=NOW)
    assert write_pending(NOW) == 1
    assert "index.html" in pages_with(folder, new), "the status page doesn’t wait for the worker"
    keep_public_files(NOW)
    assert pages_with(folder, old) == set()
    assert pages_with(folder, new) == before
    assert not PublicChange.objects.exists()


def test_other_words_change_no_page_of_an_event(folder: Path, component: Component) -> None:
    values = {"description": "The way in", "name": OLD, "group": "Buildings"}
    revise_component(component, values=values, by=make_user("admin"), at=NOW)
    assert [row.what for row in PublicChange.objects.all()] == ["components"]
