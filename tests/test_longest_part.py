"""The one part that is asked about is the one that certainly took longest, whatever the times leave open."""

from __future__ import annotations

import string
from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from incidents.longest_part import QUESTION_OF_PART, longest_part
from incidents.milestones import WITHOUT_TIME, Bound, Milestone, MilestoneKind, Precision
from incidents.snapshot import SECTION_HEADINGS
from tests.test_milestones import at, table

USUAL = ["impact_started", "detected", "acknowledged", "mitigated", "resolved"]


def found(*moments: Milestone) -> str | None:
    part = longest_part(table(*moments))
    return part and part.key


@pytest.mark.parametrize(
    ("minutes", "key", "section", "question"),
    [
        (
            [0, 42, 50, 60, 70],
            "impact_started-detected",
            "detection",
            "It took 42 minutes until we noticed. What would have halved that?",
        ),
        (
            [0, 2, 50, 60, 70],
            "detected-acknowledged",
            "detection",
            "Once we had noticed, it took 48 minutes until somebody took it on. What would have halved that?",
        ),
        (
            [0, 2, 10, 170, 200],
            "acknowledged-mitigated",
            "resolution",
            "Once somebody had taken it on, it took 2 hours 40 minutes until the fix was in place. "
            "What would have halved that?",
        ),
        (
            [0, 2, 10, 20, 80],
            "mitigated-resolved",
            "resolution",
            "Once the fix was in place, it took 1 hour until it was over. What would have halved that?",
        ),
    ],
)
def test_each_part_has_its_question(minutes: list[int], key: str, section: str, question: str) -> None:
    part = longest_part(table(*map(at, USUAL, minutes)))

    assert part is not None
    assert (part.key, part.section, part.question) == (key, section, question)


def test_customers_were_fine_again_before_it_was_over_for_us() -> None:
    """What we did afterwards made nobody wait."""
    moments = [*map(at, USUAL, [0, 2, 10, 20, 500]), at("recovered", 70)]

    assert found(*moments) == "mitigated-recovered"
    assert found(*moments[:-1]) == "mitigated-resolved"


@pytest.mark.parametrize(
    ("moments", "key"),
    [
        ([at("impact_started", 0), at("resolved", 60)], "impact_started-resolved"),
        ([at("impact_started", 0), at("acknowledged", 40), at("resolved", 60)], "impact_started-acknowledged"),
        (
            [at("impact_started", 0), at("detected", None, "unknown"), at("mitigated", 40), at("resolved", 60)],
            "impact_started-mitigated",
        ),
        # No customer was hit: it begins with what we noticed.
        (
            [at("impact_started", None, "not_applicable"), at("detected", 0), at("mitigated", 9), at("resolved", 10)],
            "detected-mitigated",
        ),
        # An alert ahead of the trouble took no time from anybody.
        (
            [at("detected", -90), at("impact_started", 0), at("mitigated", 40), at("resolved", 60)],
            "impact_started-mitigated",
        ),
        # Customers were fine before the fix: they did not wait for it.
        ([at("impact_started", 0), at("detected", 5), at("mitigated", 400), at("recovered", 60)], "detected-recovered"),
        # It mended itself before anybody looked.
        (
            [at("impact_started", 0), at("mitigated", 10), at("acknowledged", 30), at("resolved", 60)],
            "mitigated-resolved",
        ),
    ],
)
def test_a_part_goes_from_one_known_milestone_to_the_next(moments: list[Milestone], key: str) -> None:
    assert found(*moments) == key


@pytest.mark.parametrize(
    "moments",
    [
        [],
        [at("impact_started", 0)],
        [at("impact_started", 0), at("detected", 40)],  # not over: the next part may take longer
        [at("impact_started", 0), at("detected", 40), at("resolved", None, "unknown")],
        [at("detected", 0), at("mitigated", 40), at("resolved", 60)],
        [at("impact_started", None, "unknown"), at("mitigated", 40), at("resolved", 60)],
        [at("impact_started", 0), at("resolved", -5)],
        [at("impact_started", 0), at("resolved", 0)],
        [at("impact_started", 0), at("mitigated", 30), at("resolved", 60)],  # equally long
        # Out of order by so little that nobody can tell which came first.
        [at("impact_started", 0), at("detected", -5, "about"), at("mitigated", 40), at("resolved", 50)],
        [at("impact_started", 0), at("detected", -5, "after"), at("mitigated", 40), at("resolved", 50)],
        [at("impact_started", 0), at("mitigated", 40, "before"), at("resolved", 30)],
    ],
)
def test_nothing_is_asked_where_nothing_is_sure(moments: list[Milestone]) -> None:
    assert found(*moments) is None


@pytest.mark.parametrize(
    ("detected", "key", "words"),
    [
        (at("detected", 40, "exact"), "impact_started-detected", "It took 40 minutes until"),
        (at("detected", 46, "about"), "impact_started-detected", "It took about 46 minutes until"),
        (at("detected", 45, "about"), None, ""),  # a quarter of an hour less is half of it
        (at("detected", 40, "after"), "impact_started-detected", "It took at least 40 minutes until"),
        (at("detected", 40, "before"), None, ""),  # it may have been noticed at once
        (at("detected", 12, "before"), "detected-resolved", "it took at least 48 minutes until"),
        (at("detected", 20, "after"), None, ""),
    ],
)
def test_a_time_that_is_not_exact_counts_only_when_it_is_sure(detected: Milestone, key: str | None, words: str) -> None:
    part = longest_part(table(at("impact_started", 0), detected, at("resolved", 60)))

    assert (part and part.key) == key
    assert words in (part.question if part else "")


@pytest.mark.parametrize(
    ("detected", "mitigated", "key"),
    [
        (at("detected", 5, "before"), at("mitigated", 8, "before"), "mitigated-resolved"),
        (at("detected", 52, "after"), at("mitigated", 55, "after"), "impact_started-detected"),
        (at("detected", 25, "after"), at("mitigated", 35, "before"), None),
    ],
)
def test_a_bounded_time_is_bounded_by_its_neighbours_too(
    detected: Milestone, mitigated: Milestone, key: str | None
) -> None:
    """Noticed before 05:05 and fixed before 05:08: that is eight minutes at most, as the impact began at 05:00."""
    assert found(at("impact_started", 0), detected, mitigated, at("resolved", 60)) == key


def test_every_part_has_a_question_with_one_length_in_it() -> None:
    keys = {f"{start}-{end}" for start, end in _later(list(MilestoneKind)) if start not in {"recovered", "resolved"}}

    assert set(QUESTION_OF_PART) == keys
    for question in QUESTION_OF_PART.values():
        assert [name for _, name, _, _ in string.Formatter().parse(question) if name is not None] == ["length"]
        assert question.endswith("What would have halved that?")


def _later(kinds: list[MilestoneKind]) -> Iterator[tuple[MilestoneKind, MilestoneKind]]:
    return ((start, end) for number, start in enumerate(kinds) for end in kinds[number + 1 :])


# ── Properties ──
TIMED = [precision for precision in Precision if precision not in WITHOUT_TIME]


@st.composite
def incidents(draw: st.DrawFn, precisions: tuple[Precision, ...] = tuple(Precision)) -> dict[MilestoneKind, Milestone]:
    """Any of the six in any order, mostly the usual one."""
    drawn = {}
    minutes = 0
    for kind in MilestoneKind:
        if draw(st.integers(0, 4)) == 0:
            continue
        precision = draw(st.sampled_from(precisions))
        minutes += draw(st.integers(-20 if draw(st.integers(0, 9)) == 0 else 0, 120))
        drawn[kind] = at(kind, None if precision in WITHOUT_TIME else minutes, precision)
    return drawn


def what_happened(draw: st.DrawFn, steps: list[Milestone]) -> list[datetime] | None:
    """Moments that fit what is said of the steps and their order, or None where this try found none."""
    moments: list[datetime] = []
    for step in steps:
        assert step.at is not None
        around = {
            Precision.EXACT: (0, 0),
            Precision.ABOUT: (-15, 15),
            Precision.BEFORE: (-300, 0),
            Precision.AFTER: (0, 300),
        }[step.precision]
        moment = step.at + timedelta(minutes=draw(st.integers(*around)))
        if moments and moment < moments[-1]:
            return None
        moments.append(moment)
    return moments


@given(st.data())
def test_whatever_happened_within_the_limits_it_was_the_longest(data: st.DataObject) -> None:
    milestones = data.draw(incidents())
    part = longest_part(milestones)
    if part is None:
        return
    order = list(MilestoneKind)
    assert order.index(part.start) < order.index(part.end)
    assert part.length.length > timedelta(0)
    assert part.section in SECTION_HEADINGS
    last = MilestoneKind.RECOVERED if _timed(milestones, MilestoneKind.RECOVERED) else MilestoneKind.RESOLVED
    steps = [milestones[kind] for kind in order[: order.index(last) + 1] if _timed(milestones, kind)]
    if last is MilestoneKind.RESOLVED:
        steps = [step for step in steps if step.kind is not MilestoneKind.RECOVERED]
    if any(later.at < earlier.at for earlier, later in pairwise(steps)):
        return  # which steps count then is told by the examples above
    moments = what_happened(data.draw, steps)
    if moments is None:
        return
    lengths = {
        f"{a.kind}-{b.kind}": end - start
        for (a, b), (start, end) in zip(pairwise(steps), pairwise(moments), strict=True)
    }
    assert [key for key, length in lengths.items() if length == max(lengths.values())] == [part.key]


def _timed(milestones: dict[MilestoneKind, Milestone], kind: MilestoneKind) -> bool:
    return kind in milestones and milestones[kind].at is not None


@given(st.lists(st.integers(0, 300), min_size=5, max_size=5))
def test_exact_times_tell_the_longest_unless_two_are_equal(minutes: list[int]) -> None:
    moments = list(map(at, USUAL, sorted(minutes)))
    lengths = [later.at - earlier.at for earlier, later in pairwise(moments)]
    longest = [number for number, length in enumerate(lengths) if length == max(lengths)]

    part = longest_part(table(*moments))

    if len(longest) == 1:
        assert part is not None
        assert part.start == USUAL[longest[0]]
        assert (part.length.length, part.length.bound) == (max(lengths), Bound.EXACTLY)
    else:
        assert part is None


@given(incidents(), st.timedeltas(-timedelta(days=999), timedelta(days=999)))
def test_it_does_not_matter_when_it_happened(milestones: dict[MilestoneKind, Milestone], shift: timedelta) -> None:
    moved = {
        kind: Milestone(kind, milestone.at and milestone.at + shift, milestone.precision)
        for kind, milestone in milestones.items()
    }

    assert longest_part(moved) == longest_part(milestones)
