"""Ranks go from 1 without gaps, whatever is added, moved or deleted."""

from __future__ import annotations

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts.models import User
from incidents.edits import Gone
from incidents.models import Activity, Severity
from incidents.severities.operations import LastSeverity, add_severity, delete_severity, move_severity
from tests.factories import NOW

pytestmark = pytest.mark.django_db


def names() -> list[str]:
    """From the worst to the least; the ranks are looked at, too."""
    severities = list(Severity.objects.worst_first())
    assert [severity.rank for severity in severities] == list(range(1, len(severities) + 1))
    return [severity.name for severity in severities]


def named(name: str) -> Severity:
    return Severity.objects.get(name=name)


def test_a_new_severity_comes_last(admin: User) -> None:
    add_severity(values={"name": "Trifling", "tone": "low"}, by=admin, at=NOW)

    assert names() == ["Critical", "High", "Medium", "Low", "Trifling"]


@pytest.mark.parametrize(
    ("name", "up", "order"),
    [
        ("Medium", True, ["Critical", "Medium", "High", "Low"]),
        ("Critical", False, ["High", "Critical", "Medium", "Low"]),
        ("Low", True, ["Critical", "High", "Low", "Medium"]),
        ("Critical", True, ["Critical", "High", "Medium", "Low"]),
        ("Low", False, ["Critical", "High", "Medium", "Low"]),
    ],
)
def test_two_neighbours_change_places(admin: User, name: str, up: bool, order: list[str]) -> None:
    moved = move_severity(named(name), up=up, by=admin, at=NOW)

    assert names() == order
    assert moved.rank == named(name).rank


def test_a_move_is_recorded_and_no_move_is_not(admin: User) -> None:
    move_severity(named("Critical"), up=True, by=admin, at=NOW)
    assert not Activity.objects.exists()

    move_severity(named("Medium"), up=True, by=admin, at=NOW)

    [activity] = Activity.objects.all()
    assert (activity.verb, activity.actor, activity.incident) == ("moved a severity", admin, None)
    assert activity.detail == {"severity": "Medium", "old": 3, "new": 2}


def test_those_below_move_up_when_one_is_deleted(admin: User) -> None:
    delete_severity(named("High"), by=admin, at=NOW)

    assert names() == ["Critical", "Medium", "Low"]


@pytest.mark.parametrize("step", ["add", "move", "delete"])
def test_gaps_that_somebody_left_are_closed(admin: User, step: str) -> None:
    Severity.objects.filter(name="Low").update(rank=90)
    Severity.objects.filter(name="Critical").update(rank=0)

    if step == "add":
        add_severity(values={"name": "Trifling", "tone": "low"}, by=admin, at=NOW)
    elif step == "move":
        move_severity(named("Critical"), up=True, by=admin, at=NOW)
    else:
        delete_severity(named("High"), by=admin, at=NOW)

    assert (
        names()
        == {
            "add": ["Critical", "High", "Medium", "Low", "Trifling"],
            "move": ["Critical", "High", "Medium", "Low"],
            "delete": ["Critical", "Medium", "Low"],
        }[step]
    )


def test_what_is_gone_is_not_moved(admin: User) -> None:
    gone = named("High")
    delete_severity(gone, by=admin, at=NOW)

    with pytest.raises(Gone):
        move_severity(gone, up=True, by=admin, at=NOW)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(st.sampled_from(["add", "up", "down", "delete"]), st.integers(0, 9)), max_size=12))
def test_any_number_of_steps_leaves_ranks_without_gaps(admin: User, steps: list[tuple[str, int]]) -> None:
    with transaction.atomic():
        expected = names()
        for number, (step, which) in enumerate(steps):
            take(step, expected, which % len(expected), new_name=f"Added {number}", by=admin)
            assert names() == expected
        transaction.set_rollback(True)  # the next example begins with the first severities again


def take(step: str, expected: list[str], place: int, *, new_name: str, by: User) -> None:
    """Do it to the table, and to the list of what should stand there."""
    severity = named(expected[place])
    if step == "add":
        add_severity(values={"name": new_name, "tone": "high"}, by=by, at=NOW)
        expected.append(new_name)
    elif step == "delete" and len(expected) == 1:
        with pytest.raises(LastSeverity):
            delete_severity(severity, by=by, at=NOW)
    elif step == "delete":
        delete_severity(severity, by=by, at=NOW)
        del expected[place]
    else:
        move_severity(severity, up=step == "up", by=by, at=NOW)
        other = place - 1 if step == "up" else place + 1
        if 0 <= other < len(expected):
            expected[place], expected[other] = expected[other], expected[place]
