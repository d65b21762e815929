"""A thousand rows cost little: each is what its template says, which is asked once for rows that are alike."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.template import Context, Template
from django.test import Client
from hypothesis import example, given
from hypothesis import strategies as st

from incidents.authoring.rows import Note, Row
from incidents.milestones import MilestoneKind, Precision
from incidents.models import Incident, TimelineEntry
from tests.authoring.sending import url
from tests.factories import START

ONE_BY_ONE = Template(
    "{% for row in rows %}{% include 'authoring/_row.html' with can_edit=can_edit %}{% endfor %}", name="one by one"
)
TOGETHER = Template(
    "{% load rows %}{% for row in rows %}{% timeline_row row can_edit=can_edit %}{% endfor %}", name="together"
)
texts = st.one_of(
    st.sampled_from(["", "x", "<b>&'\"", "\ue000text\ue001", "{{ row.text }}", "{% load x %}"]), st.text()
)


@st.composite
def rows(draw: Any) -> Row:
    text = draw(texts)
    return Row(
        entry=TimelineEntry(
            key=draw(st.text("abc", min_size=1)), occurred_at=START + timedelta(days=draw(st.integers(0, 9)))
        ),
        address=f"/workspace/1/timeline/{draw(st.integers(1, 9))}/",
        day=date(2026, 3, draw(st.integers(1, 30))),
        clock=draw(texts),
        zone="Europe/Berlin",
        precision=draw(st.sampled_from([each.value for each in Precision])),
        mark=draw(st.sampled_from(["", *(kind.value for kind in MilestoneKind)])),
        text=text,
        public_text=draw(st.one_of(st.just(text), st.just(""), texts)),
        seen=draw(texts),
        offer=draw(st.sampled_from([None, None, None, MilestoneKind.DETECTED])),
        is_elsewhere=draw(st.integers(0, 9)) == 9,
        is_open=draw(st.integers(0, 9)) == 9,
        is_restored=draw(st.integers(0, 9)) == 9,
        notes=[Note("Time", "x", draw(texts))] if draw(st.integers(0, 9)) == 9 else [],
    )


@given(st.lists(rows(), max_size=6), st.booleans())
@example([], True)
def test_rows_together_are_rows_one_by_one(made: list[Row], can_edit: bool) -> None:
    given_to = {"rows": made, "can_edit": can_edit, "incident": Incident(number=7), "csrf_token": "tok<en"}

    assert TOGETHER.render(Context(given_to)) == ONE_BY_ONE.render(Context(given_to))


@pytest.mark.django_db
def test_a_thousand_rows_ask_the_template_for_each_kind_of_row_once(
    client: Client, incident: Incident, monkeypatch: pytest.MonkeyPatch
) -> None:
    TimelineEntry.objects.bulk_create(
        TimelineEntry(incident=incident, occurred_at=START + timedelta(minutes=n), text=f"Step {n}", public_text=said)
        for n in range(334)
        for said in ("", f"Step {n}", "Said otherwise")
    )

    response = client.get(url("editor", incident.number))

    rendered = [template.name for template in response.templates]
    assert response.content.decode().count('class="entry-row"') == 1_003
    assert rendered.count("authoring/_row.html") <= 4
    assert datetime.fromisoformat(response.content.decode().partition('data-at="')[2][:25]) == START
