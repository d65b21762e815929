"""The figures of the board against a slow and obvious count, of items as they may come."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts.models import User
from accounts.roles import Role
from incidents.board.figures import figures
from incidents.models import ActionItem, ActionState, Incident
from tests.factories import make_incident, make_user

pytestmark = pytest.mark.django_db
TODAY = date(2026, 6, 20)  # a Saturday
# Where one stretch of days ends and the next begins, and the Mondays of three weeks, so that equal days are common.
DAYS = st.sampled_from([-200, -181, -180, -91, -90, -12, -6, -5, -1, 0, 1, 2])
CLOSED = ("done", "wont_do")
ITEMS = st.lists(
    st.tuples(
        st.sampled_from([*ActionState.values, "done", "done"]),
        st.none() | DAYS,
        DAYS,
        DAYS,
        st.sampled_from(["own", "left", "nobody"]),
        st.booleans(),
    ),
    min_size=10,
    max_size=40,
)


def day(offset: int) -> date:
    return TODAY + timedelta(days=offset)


@pytest.fixture
def reader(db: None) -> User:
    return make_user(Role.READER)


@pytest.fixture
def owners(db: None) -> dict[str, User | None]:
    return {"own": make_user(), "left": make_user(is_active=False), "nobody": None}


@pytest.fixture
def incidents(db: None) -> tuple[Incident, Incident]:
    return make_incident(), make_incident(is_private=True)


@given(said=ITEMS)
@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_they_are_what_one_counts_by_hand(
    said: list[tuple[str, int | None, int, int, str, bool]],
    reader: User,
    owners: dict[str, User | None],
    incidents: tuple[Incident, Incident],
) -> None:
    ActionItem.objects.all().delete()
    ActionItem.objects.bulk_create(
        ActionItem(
            incident=incidents[is_private],
            text="Test the fuse",
            state=state,
            reason="why",
            owner=owners[owner],
            due_on=None if due is None else day(due),
            opened_at=datetime.combine(day(opened), time(23, 59), UTC),
            closed_on=day(closed) if state in CLOSED else None,
        )
        for state, due, opened, closed, owner, is_private in said
    )
    seen = [each[:-1] for each in said if not each[-1]]

    found = figures(ActionItem.objects.visible_to(reader), on=TODAY)

    underway = [each for each in seen if each[0] in {"open", "in_progress"}]
    late = [due for _, due, *_ in underway if due is not None and due < 0]
    assert (found.underway, found.late, found.oldest_late) == (len(underway), len(late), -min(late, default=0))
    assert found.candidates == sum(state == "candidate" for state, *_ in seen)
    assert found.unowned == sum(owner != "own" for *_, owner in underway)
    for share, first, last in ((found.kept, -90, -1), (found.kept_before, -180, -91)):
        due = [each for each in seen if each[0] != "candidate" and each[1] is not None and first <= each[1] <= last]
        kept = [each for each in due if each[0] == "done" and each[1] is not None and each[3] <= each[1]]
        assert (share.done, share.due) == (len(kept), len(due))
    for week in found.weeks:
        span = range((week.first - TODAY).days, (week.first - TODAY).days + 7)
        assert week.opened == sum(opened in span for _, _, opened, _, _ in seen)
        assert week.done == sum(state == "done" and closed in span for state, _, _, closed, _ in seen)
