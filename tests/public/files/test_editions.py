"""What is kept of events from one change to the next is never older than the events."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from django.db import transaction
from django.utils import timezone

from accounts.models import User
from accounts.roles import Role
from incidents.models import Component, EventUpdate, Publication, PublicEvent
from incidents.public.editions import MOST_KEPT, Edition, editions, forget_editions, kept_by_edition
from incidents.public.files import build, keep_public_files
from incidents.public.reading import as_public_reader
from incidents.publishing.operations import withdraw_report
from incidents.status.operations import (
    cancel_maintenance,
    edit_update,
    plan_maintenance,
    post_update,
    retitle_event,
    revise_component,
    revise_maintenance,
    revise_site,
    set_next_update,
    tell_customers,
)
from tests.factories import NOW, correct, make_component, make_draft, make_incident, make_user, publish
from tests.public.files.asking import contents
from tests.public.happenings import happening

pytestmark = pytest.mark.django_db(transaction=True)

AT = NOW + timedelta(days=2)
HOUR = timedelta(hours=1)


class Story:
    """An open incident, one with a report, and planned work; each step changes one thing that lists tell."""

    def __init__(self) -> None:
        self.by: User = make_user(Role.PUBLISHER)
        self.component = make_component("API", group="Platform")
        update = tell_customers(
            make_incident(by=self.by, started_at=AT - HOUR),
            title="Slow",
            status="investigating",
            text="We look into it.",
            levels={self.component: "partial_outage"},
            by=self.by,
            at=AT,
        )
        self.open, self.update = update.event, update
        self.publication: Publication = publish(make_draft(by=self.by))
        self.work = self._plan()

    def _plan(self) -> PublicEvent:
        return plan_maintenance(
            title="New disks",
            text="We change disks.",
            components=[self.component],
            start=AT + HOUR,
            end=AT + 2 * HOUR,
            by=self.by,
            at=AT,
        )

    def post(self) -> None:
        post_update(self.open, status="identified", text="We know **why**.", by=self.by, at=AT)

    def post_again(self) -> None:
        post_update(self.open, status="identified", text="It is the disks.", by=self.by, at=AT)

    def edit(self) -> None:
        edit_update(EventUpdate.objects.get(pk=self.update.pk), changes={"text": "We looked."}, by=self.by, at=AT)

    def say_that_it_began_days_ago(self) -> None:
        changes = {"display_at": AT - timedelta(days=3)}
        edit_update(EventUpdate.objects.get(pk=self.update.pk), changes=changes, by=self.by, at=AT)

    def retitle(self) -> None:
        retitle_event(self.open, title="Slow answers", by=self.by, at=AT)

    def promise_an_update(self) -> None:
        set_next_update(self.open, AT + HOUR, by=self.by, at=AT)

    def improve(self) -> None:
        levels = {self.component: "degraded_performance"}
        post_update(self.open, status="monitoring", text="Better.", levels=levels, by=self.by, at=AT)

    def resolve(self) -> None:
        post_update(self.open, status="resolved", text="Over.", by=self.by, at=AT)

    def correct(self) -> None:
        correct(self.publication, at=AT)

    def withdraw(self) -> None:
        withdraw_report(self.publication.incident.report, reason="It named somebody.", by=self.by, at=AT)

    def replan(self) -> None:
        revise_maintenance(self.work, changes={"title": "Newer disks"}, by=self.by, at=AT)

    def cancel(self) -> None:
        cancel_maintenance(self.work, text="Not today.", by=self.by, at=AT)

    def plan_again(self) -> None:
        self._plan()

    def rename_a_component(self) -> None:
        revise_component(self.component, values={"name": "Interface"}, by=self.by, at=AT)

    def move_to_another_zone(self) -> None:
        revise_site(changes={"time_zone": "Asia/Kolkata"}, by=self.by, at=AT)


def test_after_each_change_the_files_are_what_a_process_without_memory_makes(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(timezone, "now", lambda: AT)
    story = Story()
    steps = [step for name, step in vars(Story).items() if not name.startswith("_")]
    keep_public_files(AT)
    last = contents(folder)
    for number, step in enumerate(steps):
        step(story)
        keep_public_files(AT)
        now = contents(folder)
        assert now != last, f"Nothing to be seen of {step.__name__}"
        last = now
        forget_editions()
        build(AT, out=tmp_path / str(number))
        anew = contents(tmp_path / str(number))
        assert [path for path in {*now, *anew} if now.get(path) != anew.get(path)] == [], step.__name__


class _Made:
    """A kind of fragment that remembers of which events it was made."""

    def __init__(self) -> None:
        self.keys: list[int] = []
        self.of = kept_by_edition(self._make)

    def _make(self, keys: list[int]) -> dict[int, str]:
        self.keys += keys
        return {event.pk: event.title for event in PublicEvent.objects.filter(pk__in=keys)}

    def titles(self) -> list[str]:
        with as_public_reader(one_moment=True):
            return self.of(editions(PublicEvent.objects.order_by("pk")))


def test_only_what_changed_is_made_again() -> None:
    first, second = happening(title="First"), happening(title="Second")
    made = _Made()
    assert made.titles() == made.titles() == ["First", "Second"]
    assert made.keys == [first.pk, second.pk]
    PublicEvent.objects.filter(pk=second.pk).update(title="Other")
    assert made.titles() == ["First", "Other"]
    assert made.keys == [first.pk, second.pk, second.pk]
    Component.objects.create(name="API")
    made.titles()
    assert made.keys[3:] == [first.pk, second.pk]


def test_nothing_is_kept_of_what_may_never_be_committed() -> None:
    event = happening(title="First")
    made = _Made()
    with transaction.atomic():
        PublicEvent.objects.filter(pk=event.pk).update(title="Never")
        assert made.titles() == ["Never"]
        PublicEvent.objects.filter(pk=event.pk).update(title="Never either")
        assert made.titles() == ["Never either"]
        transaction.set_rollback(True)
    assert made.titles() == ["First"]


def test_what_was_asked_for_last_is_kept() -> None:
    made = _Made()
    made.of = kept_by_edition(lambda keys: made.keys.extend(keys) or dict.fromkeys(keys, ""))
    wanted = [Edition(number, str(number), AT, AT, "1") for number in range(MOST_KEPT)]
    more = wanted[0]._replace(pk=-1)
    with as_public_reader(one_moment=True):
        made.of(wanted)
        made.of(wanted[:1])
        made.of([more])  # which takes the place of the second
        made.keys.clear()
        made.of([wanted[0], more, wanted[2]])
        assert made.keys == []
        made.of(wanted[1:2])
        assert made.keys == [1]
