from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from incidents.milestones import WITHOUT_TIME, Milestone, MilestoneKind, Precision
from incidents.public.phase_bar import LABEL_ROOM, Label, PhaseBar, lay_out, phase_bar, text_width
from tests.public.samples import SEED, at

START = datetime(2023, 3, 6, 5, 0, tzinfo=UTC)
LENGTHS = st.one_of(
    st.integers(0, 600).map(lambda seconds: timedelta(seconds=seconds)),
    st.integers(0, 12 * 60).map(lambda minutes: timedelta(minutes=minutes)),
    st.integers(0, 20 * 24).map(lambda hours: timedelta(hours=hours)),
)
KNOWN = st.sampled_from([Precision.EXACT, Precision.ABOUT, Precision.BEFORE, Precision.AFTER])


@st.composite
def milestones(draw: st.DrawFn) -> list[Milestone]:
    """Any order, any of the six, some unknown; days apart or in the same second."""
    return [
        Milestone(kind, None, draw(st.sampled_from(sorted(WITHOUT_TIME))))
        if draw(st.integers(0, 6)) == 0
        else Milestone(kind, START + draw(LENGTHS), draw(KNOWN))
        for kind in MilestoneKind
        if draw(st.booleans()) or kind == MilestoneKind.IMPACT_STARTED
    ]


def assert_readable(labels: tuple[Label, ...], room: float) -> None:
    for label in labels:
        left, right = label.box(room)
        assert left >= -1e-9
        assert right <= room + 1e-9
    for one, other in combinations(labels, 2):
        (left, right), (other_left, other_right) = one.box(room), other.box(room)
        if one.row == other.row:
            assert right < other_left or other_right < left
        else:
            upper, lower = sorted((one, other), key=lambda label: label.row)
            line = lower.left * room / 100
            assert not upper.box(room)[0] < line < upper.box(room)[1], "a line runs through a text"


@given(milestones(), st.one_of(st.none(), LENGTHS.map(lambda length: START - length)), st.floats(LABEL_ROOM, 300))
def test_labels_never_overlap_and_widths_add_up(
    moments: list[Milestone], first_event: datetime | None, room: float
) -> None:
    bar = phase_bar(moments, first_event=first_event)
    if bar is None:
        return
    assert sum(phase.width for phase in bar.phases) == pytest.approx(100)
    for before, after in zip(bar.phases, bar.phases[1:], strict=False):
        assert after.left == pytest.approx(before.left + before.width)
        assert after.width / before.width == pytest.approx(after.length / before.length)
    assert_readable(bar.labels, room)


@given(st.lists(st.tuples(st.floats(0, 100), st.integers(3, 40)), max_size=7))
def test_no_layout_rather_than_an_overlap(labels: list[tuple[float, int]]) -> None:
    wanted = [Label("x" * size, left, text_width("x" * size)) for left, size in sorted(labels)]
    laid_out = lay_out(wanted)
    assert_readable(laid_out, LABEL_ROOM)
    if laid_out:
        assert " · ".join(label.text for label in laid_out) == " · ".join(label.text for label in wanted)


def seed_bar() -> PhaseBar:
    bar = phase_bar(SEED.milestones, first_event=at(4, 34))
    assert bar is not None
    return bar


def test_seed_has_its_phases() -> None:
    assert [(phase.kind.value, phase.words) for phase in seed_bar().phases] == [
        ("before", "26 min before impact"),
        ("undetected", "2 min undetected"),
        ("detected", "8 min detected, not yet taken on"),
        ("acknowledged", "2 h 40 min being worked on"),
        ("mitigated", "30 min mitigated, recovering"),
    ]


def test_seed_labels_share_and_take_sides() -> None:
    assert [(label.text, label.row, label.ends_here) for label in seed_bar().labels] == [
        ("04:34 first event", 1, False),
        ("05:00 impact starts · 05:02 detected · 05:10 acknowledged", 0, False),
        ("07:50 mitigated", 0, True),
        ("08:20 resolved", 1, True),
    ]


def test_several_days_name_the_day_where_it_changes() -> None:
    bar = phase_bar(
        [
            Milestone(MilestoneKind.IMPACT_STARTED, at(22, day=6), Precision.ABOUT),
            Milestone(MilestoneKind.MITIGATED, at(23, day=6)),
            Milestone(MilestoneKind.RESOLVED, at(9, day=8)),
        ]
    )
    assert bar is not None
    assert [f"{stop.clock} {stop.name}" for stop in bar.stops] == [
        "about 6 Mar 22:00 impact starts",
        "23:00 mitigated",
        "8 Mar 09:00 resolved",
    ]


def test_recovered_before_mitigated_is_not_called_mitigated() -> None:
    bar = phase_bar(
        [
            Milestone(MilestoneKind.IMPACT_STARTED, at(5)),
            Milestone(MilestoneKind.RECOVERED, at(6)),
            Milestone(MilestoneKind.MITIGATED, at(7)),
            Milestone(MilestoneKind.RESOLVED, at(8)),
        ]
    )
    assert bar is not None
    assert [phase.kind.value for phase in bar.phases] == ["undetected", "recovered", "recovered"]


def test_detected_before_impact_starts_as_detected() -> None:
    bar = phase_bar(
        [
            Milestone(MilestoneKind.DETECTED, at(4, 50)),
            Milestone(MilestoneKind.IMPACT_STARTED, at(5)),
            Milestone(MilestoneKind.RESOLVED, at(6)),
        ]
    )
    assert bar is not None
    assert [phase.kind.value for phase in bar.phases] == ["before", "detected"]


@pytest.mark.parametrize(
    "moments",
    [
        [],
        [Milestone(MilestoneKind.IMPACT_STARTED, at(5))],
        [Milestone(MilestoneKind.IMPACT_STARTED, None, Precision.UNKNOWN), Milestone(MilestoneKind.RESOLVED, at(6))],
        [Milestone(MilestoneKind.IMPACT_STARTED, at(5)), Milestone(MilestoneKind.RESOLVED, at(5))],
        [Milestone(MilestoneKind.IMPACT_STARTED, at(5)), Milestone(MilestoneKind.DETECTED, at(4))],
    ],
)
def test_no_bar_without_a_start_and_something_after_it(moments: list[Milestone]) -> None:
    assert phase_bar(moments, first_event=at(4)) is None


def test_a_change_made_weeks_before_takes_no_room() -> None:
    bar = phase_bar(SEED.milestones, first_event=datetime(2023, 2, 1, tzinfo=UTC))
    assert bar is not None
    assert bar.phases[0].kind == "undetected"
