"""What people do that readers see, each made ready beforehand. Another one needs a line in OPERATIONS."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import NamedTuple

from accounts.models import User
from accounts.roles import Role
from incidents.authoring.operations import add_entry, revise_facts
from incidents.models import Incident, Publication, PublicEvent, Report
from incidents.publishing.operations import publish_report, start_correction, withdraw_report
from incidents.status.operations import post_update
from tests.factories import START, approve, make_draft, make_user
from tests.faults.oracle import CANARY


class Operation(NamedTuple):
    """`prepare` makes ready what `run` then does.

    `follows` are the steps of a report after which it makes sense; `is_step` says whether it is one itself.
    """

    prepare: Callable[[Incident | None, User, datetime], Incident]
    run: Callable[[Incident, User, datetime], object]
    follows: tuple[str, ...]
    is_step: bool = True


def _report(incident: Incident) -> Report:
    return Report.objects.get(incident=incident)


def _draft(_incident: Incident | None, by: User, at: datetime) -> Incident:
    report = make_draft(by=by)
    add_entry(report.incident, occurred_at=START, text=CANARY, public_text="", by=by, at=at)
    return approve(report, by=by, at=at).incident


def _correction(incident: Incident | None, by: User, at: datetime) -> Incident:
    assert incident
    report = start_correction(_report(incident), by=by, at=at)
    number = Publication.objects.of(incident).count() + 1
    revise_facts(incident, changes={"public_title": f"We were down, version {number}"}, by=by, at=at)
    return approve(_report(report.incident), by=by, at=at).incident


def _as_it_is(incident: Incident | None, _by: User, _at: datetime) -> Incident:
    assert incident
    return incident


OPERATIONS = {
    "publish": Operation(
        _draft,
        lambda incident, by, at: publish_report(_report(incident), by=by, change_note="", at=at),
        follows=("", "withdraw"),
    ),
    "correct": Operation(
        _correction,
        lambda incident, by, at: publish_report(_report(incident), by=by, change_note="We mended it.", at=at),
        follows=("publish",),
    ),
    "withdraw": Operation(
        _as_it_is,
        lambda incident, by, at: withdraw_report(_report(incident), reason="It said too much.", by=by, at=at),
        follows=("correct",),
    ),
    "post": Operation(
        _as_it_is,
        lambda incident, by, at: post_update(
            PublicEvent.objects.get(incident=incident),
            status="monitoring",
            text=f"At {at:%H:%M} it works.",
            by=by,
            at=at,
        ),
        follows=("publish", "correct", "withdraw"),
        is_step=False,
    ),
}


def publisher() -> User:
    return User.objects.filter(role=Role.PUBLISHER).first() or make_user(Role.PUBLISHER)
