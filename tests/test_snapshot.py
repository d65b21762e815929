"""The published document survives being written and read, byte for byte."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from incidents.milestones import Milestone, MilestoneKind, Precision
from incidents.snapshot import (
    SCHEMA,
    SECTION_HEADINGS,
    ComponentImpact,
    Image,
    Promise,
    Section,
    SeverityFact,
    Snapshot,
    TimelineRow,
    UnknownSchema,
    canonical_json,
    checksum,
)

texts = st.text(max_size=30)
moments = st.datetimes(datetime(1970, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001
precisions = st.sampled_from([Precision.EXACT, Precision.ABOUT, Precision.BEFORE, Precision.AFTER])
timeless = st.sampled_from([Precision.UNKNOWN, Precision.NOT_APPLICABLE])

snapshots = st.builds(
    Snapshot,
    schema=st.just(SCHEMA),
    public_id=texts,
    title=texts,
    byline=texts,
    severity=st.builds(SeverityFact, name=texts, tone=texts),
    time_zone=texts,
    milestones=st.lists(
        st.builds(Milestone, kind=st.sampled_from(MilestoneKind), at=moments, precision=precisions)
        | st.builds(Milestone, kind=st.sampled_from(MilestoneKind), at=st.none(), precision=timeless),
        max_size=3,
    ).map(tuple),
    components=st.lists(
        st.builds(
            ComponentImpact,
            name=texts,
            level=texts,
            started_at=st.none() | moments,
            ended_at=st.none() | moments,
        ),
        max_size=2,
    ).map(tuple),
    sections=st.lists(st.builds(Section, key=st.sampled_from(list(SECTION_HEADINGS)), markdown=texts), max_size=3).map(
        tuple
    ),
    timeline=st.lists(
        st.builds(
            TimelineRow,
            key=texts,
            occurred_at=moments,
            precision=precisions,
            text=texts,
            milestone=st.none() | st.sampled_from(MilestoneKind),
        ),
        max_size=3,
    ).map(tuple),
    promises=st.lists(
        st.builds(
            Promise,
            key=texts,
            text=texts,
            kind=texts,
            state=texts,
            due_on=st.none() | st.dates(),
            closed_on=st.none() | st.dates(),
        ),
        max_size=2,
    ).map(tuple),
    images=st.lists(
        st.builds(
            Image,
            key=texts,
            sha256=texts,
            content_type=texts,
            width=st.integers(0, 9_999),
            height=st.integers(0, 9_999),
            alt=texts,
        ),
        max_size=2,
    ).map(tuple),
)


@given(snapshots)
def test_writing_and_reading_gives_the_same(snapshot: Snapshot) -> None:
    data = json.loads(canonical_json(snapshot.to_data()))

    assert Snapshot.from_data(data) == snapshot
    assert checksum(data) == checksum(snapshot.to_data())


@pytest.mark.parametrize("schema", [SCHEMA + 1, 0, None, "1"])
def test_a_document_from_the_future_is_refused(schema: object) -> None:
    with pytest.raises(UnknownSchema, match="schema"):
        Snapshot.from_data({"schema": schema})


@pytest.mark.parametrize(
    ("state", "due", "late"),
    [
        ("open", "2026-03-01", 9),
        ("in_progress", "2026-03-09", 1),
        ("open", "2026-03-10", 0),
        ("open", "2026-03-11", 0),
        ("done", "2026-03-01", 0),
        ("wont_do", "2026-03-01", 0),
        ("open", None, 0),
    ],
)
def test_late_counts_whole_days_of_open_promises(state: str, due: str | None, late: int) -> None:
    today = datetime(2026, 3, 10, tzinfo=UTC).date()
    promise = Promise("k", "x", "prevent", state, today.fromisoformat(due) if due else None, None)

    assert promise.days_late(today) == late
