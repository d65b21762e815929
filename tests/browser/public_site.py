"""A public site with one of everything, for a browser to read."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

from django.db import transaction
from django.utils import timezone
from playwright.sync_api import Page

from accounts.models import User
from incidents.milestones import Milestone, MilestoneKind, Precision
from incidents.snapshot import ComponentImpact, Section, TimelineRow
from tests.factories import make_component, show_promises
from tests.public.happenings import BEGAN, HOUR, happening, hit, planned, post
from tests.public.samples import PUBLIC_ID, PUBLISHED_AT, SEED, at, publish, withdraw

REPORT = f"/incidents/{PUBLIC_ID}/"
OpenAt = Callable[..., Page]

LONG = replace(
    SEED,
    public_id="longlonglong",
    title="Mail was delayed, because " + "a-very-long-word-without-a-place-to-break" * 3,
    milestones=(
        Milestone(MilestoneKind.IMPACT_STARTED, at(22, 40, day=1), Precision.ABOUT),
        Milestone(MilestoneKind.DETECTED, at(1, 5, day=2)),
        Milestone(MilestoneKind.ACKNOWLEDGED, at(1, 20, day=2)),
        Milestone(MilestoneKind.MITIGATED, at(9, day=3)),
        Milestone(MilestoneKind.RECOVERED, at(17, day=3)),
        Milestone(MilestoneKind.RESOLVED, at(8, day=4)),
    ),
    components=tuple(ComponentImpact(name, "partial_outage", at(1), at(3)) for name in ("API", "E-mail" * 12, "Web")),
    sections=(
        Section("summary", "Words. " * 200),
        Section(
            "impact", "| " + " | ".join(["A heading"] * 9) + " |\n" + "| --- " * 9 + "|\n" + "| 12,345 kW " * 9 + "|"
        ),
        Section(
            "root_cause",
            "```\n" + "no_place_to_break" * 20 + "\n```\n\n`" + "x" * 200 + "`\n\n# A heading\n\n1. One\n2. Two",
        ),
    ),
    timeline=(
        TimelineRow("longaa", at(22, 40, day=1), Precision.ABOUT, "It begins.", MilestoneKind.IMPACT_STARTED),
        TimelineRow(
            "longbb", at(9, day=3), Precision.BEFORE, "https://example.com/" + "x" * 150, MilestoneKind.MITIGATED
        ),
        TimelineRow("longcc", at(8, day=4), Precision.EXACT, "It ends. " * 40, MilestoneKind.RESOLVED),
    ),
)


@transaction.atomic
def fill_site() -> None:
    """Components at every level, an open incident, planned work, reports: corrected, long, withdrawn."""
    show_promises()
    by = User.objects.create(email="publisher@northwind.example", name="Publisher", role="publisher")
    publish(replace(SEED, title="A power overload took some servers offline", promises=()), by=by)
    labelled = replace(SEED, tags=("power", "x" * 40), cause="hardware")
    publish(labelled, by=by, note="The title was wrong.", at=PUBLISHED_AT + timedelta(days=3))
    publish(LONG, by=by)
    withdraw(publish(replace(SEED, public_id="gonegonegone"), by=by), by=by)
    levels = ("operational", "degraded_performance", "partial_outage", "major_outage", "under_maintenance")
    for position, status in enumerate(levels):
        component = make_component(
            f"Part {position} {'of-a-name-without-a-place-to-break' * (position == 2)}".strip(),
            status=status,
            position=position,
            group="Parts"[: position * 5],
            public_id="partpartpart" if status == "major_outage" else f"part{position:08d}",
        )
    event = happening("It is slow", public_id="openopenopen", status="identified", next_update_by=timezone.now())
    hit(event, component, "partial_outage", share=40)
    post(event, "We look into it: " + "x" * 200)
    post(event, "| It | is |\n| --- | --- |\n| the | power |", "identified", at=BEGAN + HOUR)
    planned("تحديث قاعدة البيانات", public_id="planplanplan", started_at=timezone.now() + HOUR)
    happening("Yesterday", started_at=timezone.now() - 24 * HOUR, tags=["power", "x" * 40], cause="hardware")
