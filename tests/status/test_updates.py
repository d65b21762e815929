"""What a post makes of an event: its step, its components, their windows, and what readers find."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from accounts.models import User
from incidents.edits import EditConflict, digest
from incidents.models import (
    Activity,
    Component,
    EarlierUpdate,
    EventUpdate,
    ImpactWindow,
    Incident,
    PublicChange,
    PublicEvent,
    Severity,
)
from incidents.status.operations import (
    InTheFuture,
    PromiseIsPast,
    TitleMissing,
    ToldMeanwhile,
    WrongStep,
    edit_update,
    last_told,
    post_update,
    retitle_event,
    set_next_update,
    tell_customers,
)
from tests.factories import NOW, make_component, make_draft, make_incident, publish

pytestmark = pytest.mark.django_db

MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)


def told(by: User, levels: Any = None, *, after: timedelta = timedelta(0), **fields: Any) -> PublicEvent:
    """An incident whose first post is out."""
    values = {"title": "The API is down", "status": "investigating", "text": "We look.", "levels": levels}
    incident = fields.pop("incident", None) or make_incident(by=by, title="db-7 ran full")
    return tell_customers(incident, **values | fields, by=by, at=NOW + after).event


def post(event: PublicEvent, status: str, *, by: User, after: timedelta, **fields: Any) -> EventUpdate:
    return post_update(event, **{"status": status, "text": "More."} | fields, by=by, at=NOW + after)


def fresh(event: PublicEvent) -> PublicEvent:
    return PublicEvent.objects.get(pk=event.pk)


def windows(event: PublicEvent) -> list[tuple[str, float, float | None]]:
    """Level, begin and end in minutes after NOW."""

    def minutes(moment: Any) -> float | None:
        return None if moment is None else (moment - NOW) / MINUTE

    return [
        (row.level, minutes(row.started_at), minutes(row.ended_at))  # type: ignore[misc]
        for row in event.windows.order_by("component__name", "started_at")
    ]


def test_the_first_post_makes_the_public_face(by: User, api: Component) -> None:
    event = fresh(told(by, {api: "major_outage"}, next_update_by=NOW + HOUR))

    incident = Incident.objects.get()
    assert (event.public_id, event.title, event.status) == (incident.public_id, "The API is down", "investigating")
    assert (event.impact, event.started_at, event.next_update_by) == ("critical", NOW, NOW + HOUR)
    assert incident.status == "investigating"
    assert windows(event) == [("major_outage", 0, None)]
    assert event.components.get().level == "major_outage"
    (entry,) = EventUpdate.objects.get().affected
    assert entry == {"component": api.public_id, "name": "API", "old": "operational", "new": "major_outage"}
    assert Component.objects.with_status(NOW).get().status == "major_outage"
    assert PublicEvent.objects.filter(search="look").get() == event
    assert set(PublicChange.objects.values_list("what", "public_id")) == {("event", event.public_id)}
    assert Activity.objects.filter(incident=incident, verb="posted an update", actor=by).exists()


def test_the_internal_title_does_not_flow_out(by: User) -> None:
    with pytest.raises(TitleMissing):
        told(by, title=" ")

    assert not PublicEvent.objects.exists()
    assert "db-7" not in str(vars(told(by)))


def test_levels_open_change_and_close_windows(by: User, api: Component) -> None:
    mail = make_component("Mail")
    event = told(by, {api: "major_outage"})
    post(event, "identified", by=by, after=10 * MINUTE, levels={api: "partial_outage", mail: "degraded_performance"})
    post(event, "monitoring", by=by, after=20 * MINUTE)
    last = post(event, "resolved", by=by, after=30 * MINUTE, levels={api: "major_outage"})

    event = fresh(event)
    assert windows(event) == [
        ("major_outage", 0, 10),
        ("partial_outage", 10, 30),
        ("degraded_performance", 10, 30),
    ]
    assert (event.monitoring_at, event.resolved_at) == (NOW + 20 * MINUTE, NOW + 30 * MINUTE)
    assert event.impact == "critical"  # the worst it was
    assert {(entry["name"], entry["old"], entry["new"]) for entry in last.affected} == {
        ("API", "partial_outage", "operational"),
        ("Mail", "degraded_performance", "operational"),
    }
    assert set(event.components.values_list("level", flat=True)) == {"operational"}
    assert Incident.objects.get().status == "resolved"


def test_a_component_that_is_fine_and_stays_so_is_not_named(by: User, api: Component) -> None:
    event = told(by, {api: "major_outage", make_component("Mail"): "operational"})

    assert [entry["name"] for entry in EventUpdate.objects.get().affected] == ["API"]
    assert event.components.count() == 1


def test_a_backdated_first_post_opens_its_windows_then(by: User, api: Component) -> None:
    event = fresh(told(by, {api: "major_outage"}, display_at=NOW - 2 * HOUR))

    assert event.started_at == NOW - 2 * HOUR
    assert windows(event) == [("major_outage", -120, None)]


def test_a_post_that_is_put_before_others_changes_what_they_found(by: User, api: Component) -> None:
    event = told(by, {api: "major_outage"})
    post(event, "monitoring", by=by, after=HOUR, levels={api: "operational"})
    post(event, "identified", by=by, after=2 * HOUR, display_at=NOW + HOUR / 2, levels={api: "partial_outage"})

    event = fresh(event)
    assert windows(event) == [("major_outage", 0, 30), ("partial_outage", 30, 60)]
    assert event.status == "monitoring"  # readers see it last
    assert event.updates.get(status="monitoring").affected[0]["old"] == "partial_outage"


def test_posting_an_earlier_step_opens_it_again(by: User, api: Component) -> None:
    event = told(by, {api: "major_outage"})
    post(event, "monitoring", by=by, after=10 * MINUTE)
    post(event, "resolved", by=by, after=20 * MINUTE)
    assert fresh(event).report_expected_on is not None

    post(event, "investigating", by=by, after=50 * MINUTE, levels={api: "partial_outage"})

    event = fresh(event)
    assert (event.status, event.monitoring_at, event.resolved_at) == ("investigating", None, None)
    assert event.report_expected_on is None
    assert windows(event) == [("major_outage", 0, 20), ("partial_outage", 50, None)]
    assert Incident.objects.get().status == "investigating"


def test_a_report_is_expected_when_the_severity_wants_one(by: User) -> None:
    Severity.objects.update(report_due_days=5)
    wanted, unwanted = told(by), told(by, incident=make_incident(severity=Severity.objects.get(name="Low")))
    Severity.objects.filter(name="Low").update(needs_report=False)

    for event in (wanted, unwanted):
        post(event, "resolved", by=by, after=HOUR, next_update_by=NOW + 2 * HOUR)

    assert fresh(wanted).report_expected_on == (NOW + timedelta(days=5)).date()
    assert fresh(unwanted).report_expected_on is None
    assert fresh(wanted).next_update_by is None  # it is over


@pytest.mark.parametrize(
    ("fields", "refusal"),
    [
        ({"display_at": NOW + 2 * HOUR}, InTheFuture),
        ({"next_update_by": NOW + HOUR}, PromiseIsPast),
        ({"status": "completed"}, WrongStep),
        ({"status": "cancelled"}, WrongStep),
        ({"status": "nonsense"}, WrongStep),
    ],
)
def test_what_can_not_be_is_refused(by: User, fields: dict[str, Any], refusal: type[Exception]) -> None:
    event = told(by)
    with pytest.raises(refusal):
        post(event, **{"status": "identified"} | fields, by=by, after=HOUR)

    assert EventUpdate.objects.count() == 1


def test_who_saw_less_than_there_is_is_told(by: User) -> None:
    event = told(by)
    seen = last_told(event)
    post(event, "identified", by=by, after=MINUTE, seen=seen)

    with pytest.raises(ToldMeanwhile, match="while you were writing"):
        post(event, "monitoring", by=by, after=2 * MINUTE, seen=seen)
    with pytest.raises(ToldMeanwhile):
        told(by, incident=event.incident)

    assert fresh(event).status == "identified"


def test_an_edit_keeps_the_earlier_text_inside(by: User) -> None:
    event = told(by, text="We lok.")
    update = EventUpdate.objects.get()

    edit_update(update, changes={"text": "We look."}, by=by, at=NOW + HOUR)

    update.refresh_from_db()
    assert (update.text, update.edited_at, update.display_at) == ("We look.", NOW + HOUR, NOW)
    earlier = EarlierUpdate.objects.get()
    assert (earlier.text, earlier.display_at, earlier.replaced_by) == ("We lok.", NOW, by)
    assert not PublicEvent.objects.filter(search="lok").exists()
    assert PublicChange.objects.count() == 2
    edit_update(update, changes={"text": "We look."}, by=by, at=NOW + 2 * HOUR)
    assert EarlierUpdate.objects.count() == 1  # nothing changed
    with pytest.raises(EditConflict):
        edit_update(update, changes={"text": "We search."}, seen={"text": digest("We lok.")}, by=by, at=NOW + HOUR)
    with pytest.raises(InTheFuture):
        edit_update(update, changes={"display_at": NOW + 3 * HOUR}, by=by, at=NOW + HOUR)
    assert event.updates.get().text == "We look."


def test_a_corrected_time_moves_the_windows(by: User, api: Component) -> None:
    event = told(by, {api: "major_outage"})
    solved = post(event, "resolved", by=by, after=HOUR)

    edit_update(EventUpdate.objects.earliest("pk"), changes={"display_at": NOW - HOUR}, by=by, at=NOW + 2 * HOUR)
    edit_update(solved, changes={"display_at": NOW + HOUR / 2}, by=by, at=NOW + 2 * HOUR)

    event = fresh(event)
    assert windows(event) == [("major_outage", -60, 30)]
    assert (event.started_at, event.resolved_at) == (NOW - HOUR, NOW + HOUR / 2)


def test_the_next_update_is_promised_moved_and_taken_back(by: User) -> None:
    event = told(by, next_update_by=NOW + HOUR)
    set_next_update(event, NOW + 2 * HOUR, by=by, at=NOW + MINUTE)
    assert fresh(event).next_update_by == NOW + 2 * HOUR
    with pytest.raises(PromiseIsPast):
        set_next_update(event, NOW, by=by, at=NOW + MINUTE)
    set_next_update(event, None, by=by, at=NOW + MINUTE)
    assert fresh(event).next_update_by is None
    post(event, "resolved", by=by, after=HOUR)
    with pytest.raises(WrongStep):
        set_next_update(event, NOW + 5 * HOUR, by=by, at=NOW + 2 * HOUR)


def test_the_title_of_a_standing_report_stays(by: User) -> None:
    event = told(by)
    retitle_event(event, title="The API was slow", by=by, at=NOW)
    assert fresh(event).title == "The API was slow"

    report = make_draft()
    face = told(by, incident=report.incident)
    publish(report)
    retitle_event(face, title="Ours", by=by, at=NOW)

    assert (fresh(face).title, fresh(face).posted_title) == ("Our servers were down", "Ours")


def test_what_a_report_says_of_times_stays_when_an_update_is_edited(by: User, api: Component) -> None:
    report = make_draft()
    event = told(by, {api: "major_outage"}, incident=report.incident)
    post(event, "resolved", by=by, after=HOUR)
    publish(report, at=NOW + HOUR)
    ImpactWindow.objects.create(component=api, event=event, level="major_outage", started_at=NOW, from_report=True)
    before = fresh(event)

    edit_update(EventUpdate.objects.earliest("pk"), changes={"text": "Else."}, by=by, at=NOW + 2 * HOUR)

    event = fresh(event)
    assert (event.started_at, event.resolved_at, event.impact) == (before.started_at, before.resolved_at, before.impact)
    assert event.windows.filter(from_report=True).count() == 1


def test_an_incident_that_comes_back_after_its_report_counts_again(by: User, api: Component) -> None:
    """The windows of a report end with it; those of the updates must show that it is down once more."""
    report = make_draft()
    event = told(by, {api: "major_outage"}, incident=report.incident)
    post(event, "resolved", by=by, after=HOUR)
    publish(report, at=NOW + HOUR)
    PublicEvent.objects.update(has_report_windows=True)
    ImpactWindow.objects.create(
        component=api, event=event, level="major_outage", started_at=NOW, ended_at=NOW + HOUR, from_report=True
    )

    post(event, "investigating", by=by, after=2 * HOUR, levels={api: "partial_outage"})

    assert Component.objects.with_status(NOW + 2 * HOUR).get().status == "partial_outage"


def test_a_slip_that_is_mended_in_the_same_minute_leaves_one_window(by: User, api: Component) -> None:
    event = told(by, {api: "major_outage"})
    post(event, "identified", by=by, after=HOUR, display_at=NOW + MINUTE, levels={api: "operational"})
    post(event, "identified", by=by, after=HOUR, display_at=NOW + MINUTE, levels={api: "major_outage"})

    assert windows(event) == [("major_outage", 0, None)]


def test_what_is_told_late_of_another_component_ends_with_the_incident(by: User, api: Component) -> None:
    event, mail = told(by, {api: "major_outage"}), make_component("Mail")
    solved = post(event, "resolved", by=by, after=HOUR)

    post(event, "identified", by=by, after=2 * HOUR, display_at=NOW + HOUR / 2, levels={mail: "partial_outage"})

    assert windows(event) == [("major_outage", 0, 60), ("partial_outage", 30, 60)]
    solved.refresh_from_db()
    assert ("Mail", "partial_outage", "operational") in {
        (entry["name"], entry["old"], entry["new"]) for entry in solved.affected
    }
