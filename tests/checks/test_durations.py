"""A length that a sentence gives to the interruption is one that the milestones or the rows give too."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from incidents.checks.lengths import lengths_in
from incidents.checks.passages import Passage
from incidents.checks.words import built_in_words
from incidents.milestones import Milestone, MilestoneKind, Precision
from incidents.snapshot import ComponentImpact, Snapshot
from tests.checks.saying import WHOLE, of, saying, words
from tests.public.samples import at

HOUR, MINUTE = 3600, 60


@pytest.mark.parametrize(
    ("written", "least", "most"),
    [
        ("200 minutes", 199 * MINUTE, 201 * MINUTE),
        ("3 hours and 20 minutes", 199 * MINUTE, 201 * MINUTE),
        ("3 hours, 20 minutes", 199 * MINUTE, 201 * MINUTE),
        ("3 h 20 min", 199 * MINUTE, 201 * MINUTE),
        ("3h20m", 199 * MINUTE, 201 * MINUTE),
        ("3h20", 199 * MINUTE, 201 * MINUTE),
        ("three hours", 2.5 * HOUR, 3.5 * HOUR),
        ("a three-hour", 2.5 * HOUR, 3.5 * HOUR),
        ("twenty-five minutes", 24 * MINUTE, 26 * MINUTE),
        ("an hour", 0.5 * HOUR, 1.5 * HOUR),
        ("half an hour", 22.5 * MINUTE, 37.5 * MINUTE),
        ("a quarter of an hour", 7.5 * MINUTE, 22.5 * MINUTE),
        ("three quarters of an hour", 37.5 * MINUTE, 52.5 * MINUTE),
        ("an hour and a half", 75 * MINUTE, 105 * MINUTE),
        ("an hour and a quarter", 67.5 * MINUTE, 82.5 * MINUTE),
        ("two and a half hours", 2.25 * HOUR, 2.75 * HOUR),
        ("2.5 hours", 2.25 * HOUR, 2.75 * HOUR),
        ("2¼ hours", 127.5 * MINUTE, 142.5 * MINUTE),
        ("two days", 36 * HOUR, 60 * HOUR),
        ("2 to 3 hours", 1.5 * HOUR, 3.5 * HOUR),
        ("about four hours", 3.2 * HOUR, 4.8 * HOUR),
        ("~4 hours", 3.2 * HOUR, 4.8 * HOUR),
        ("four hours or so", 3.2 * HOUR, 4.8 * HOUR),
        ("approximately 10 minutes", 8 * MINUTE, 12 * MINUTE),
        ("more than three hours", 3 * HOUR - MINUTE, float("inf")),
        ("at least 90 minutes", 89 * MINUTE, float("inf")),
        ("less than two hours", 0, 2 * HOUR + MINUTE),
        ("up to 42 minutes", 0, 43 * MINUTE),
        ("42 minutes at most", 0, 43 * MINUTE),
        ("nearly three hours", 2.4 * HOUR, 3 * HOUR + MINUTE),
        ("just under three hours", 2.4 * HOUR, 3 * HOUR + MINUTE),
        ("just over three hours", 3 * HOUR - MINUTE, 3.6 * HOUR),
    ],
)
def test_lengths_as_written(written: str, least: float, most: float) -> None:
    (sentence,) = Passage("impact", "“Impact”", f"It was down for {written} then.").sentences
    (length,) = lengths_in(sentence, built_in_words())

    assert (length.least, length.most) == (pytest.approx(least), pytest.approx(most))
    assert length.written == written.removeprefix("a three").strip() or length.written in written


@pytest.mark.parametrize(
    "text", ["4 MB", "5 mm wide", "12 hats", "£3 minutes", "in minutes", "3hundred", "1.2.3 hours"]
)
def test_what_is_no_length(text: str) -> None:
    (sentence,) = Passage("impact", "“Impact”", text).sentences

    assert [length.written for length in lengths_in(sentence, built_in_words())] == []


# The impact lasts 3 hours 20 minutes. Rows lie 26, 28, 101, 226 … minutes apart.
@pytest.mark.parametrize(
    "text",
    [
        "The outage lasted 3 hours and 20 minutes.",
        "Everything was down for 200 minutes.",
        "A 200-minute outage.",
        "It was offline for about four hours.",
        "Sending was unavailable for three hours, for more than three hours even, and for less than four hours.",
        "We were down for almost three and a half hours.",
        "Backups were unreachable for 26 minutes.",  # between two rows
        "For two minutes nobody knew that all was down.",  # until detection
        "Total downtime: 3 h 20 min.",
    ],
)
def test_what_fits(text: str) -> None:
    assert words(text, "duration") == []


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        ("The outage lasted 4 hours and 40 minutes.", "4 hours and 40 minutes"),
        ("Everything was down for 5 hours.", "5 hours"),
        ("Some of it was unavailable for about eight hours.", "about eight hours"),
        ("A five-hour outage.", "five-hour"),
        ("After six hours of downtime we were back.", "six hours"),
        ("The disruption lasted for three quarters of an hour.", "three quarters of an hour"),
        ("Sending was down for less than one hour.", "less than one hour"),
        ("It was unavailable for more than five hours.", "more than five hours"),
        ("Total downtime: 45 minutes.", "45 minutes"),
        ("An outage of 150 minutes.", "150 minutes"),
        ("For **six hours** requests failed.", "six hours"),
        ("Requests could not be\nanswered for\n6 hours.", "6 hours"),
    ],
)
def test_what_does_not_fit(text: str, wrong: str) -> None:
    assert words(text, "duration") == [wrong]


@pytest.mark.parametrize(
    "text",
    [
        "Credits are paid within 30 days.",
        "A 5 minute cron job failed.",
        "The client tries again every 10 seconds when the server is down.",
        "Answers were cached for 2 hours, so that many did not notice that it was down.",
        "In the last 90 days we were unavailable for no other reason.",
        "We keep logs for 90 days.",
        "Sessions stay open for 8 hours, and failed ones are closed.",
        "Without the second feed it would have been down for six hours.",
        "It will be unavailable for 6 hours next week.",
        "Last month it was down for 6 hours.",
        "Each customer was offline for 8 minutes.",
        "The restart took 12 minutes.",
        "Support answered after 40 minutes, which we failed to say.",
        "The `sleep for 6 hours` was down.",
        "The incident began two hours after the release.",
        "It failed 6 hours before the outage.",
    ],
)
def test_other_lengths_are_left_alone(text: str) -> None:
    assert words(text, "duration") == []


def test_promises_are_about_the_future() -> None:
    promise = replace(WHOLE.promises[1], text="Never be down for 6 hours again")

    assert of(replace(WHOLE, promises=(promise,))) == []


def test_a_title_and_a_row_are_read_too() -> None:
    row = replace(WHOLE.timeline[0], text="Down for 9 hours, as it turns out")
    found = of(replace(WHOLE, title="A 9-hour outage", timeline=(row, *WHOLE.timeline[1:])))

    assert [(finding.code, finding.place) for finding in found] == [("duration", "facts"), ("duration", "entry-rowaaa")]


def told_by(snapshot: Snapshot, text: str) -> list[str]:
    return [
        word
        for finding in of(replace(saying(text), **snapshot))
        for word in finding.words  # type: ignore[arg-type]
    ]


def test_what_is_only_about_right_fits_about() -> None:
    text = "It was down for 3 hours and 40 minutes."
    about = tuple(replace(milestone, precision=Precision.ABOUT) for milestone in WHOLE.milestones)

    assert told_by({"milestones": WHOLE.milestones}, text) == ["3 hours and 40 minutes"]  # type: ignore[arg-type]
    assert told_by({"milestones": about, "timeline": ()}, text) == []  # type: ignore[arg-type]


def test_a_component_has_a_length_of_its_own() -> None:
    text = "E-mail was down for 47 minutes."
    mail = ComponentImpact("E-mail", "major_outage", at(6), at(6, 47))

    assert told_by({"components": WHOLE.components}, text) == ["47 minutes"]  # type: ignore[arg-type]
    assert told_by({"components": (mail,)}, text) == []  # type: ignore[arg-type]


def test_without_an_end_and_rows_nothing_is_compared() -> None:
    start = (Milestone(MilestoneKind.IMPACT_STARTED, at(5)),)

    assert told_by({"milestones": start, "timeline": ()}, "The outage lasted 9 hours.") == []  # type: ignore[arg-type]


def test_both_figures_are_told_and_belong_to_the_finding() -> None:
    text = "The outage lasted five hours."
    (finding,) = of(saying(text))
    later = tuple(
        replace(one, at=one.at + timedelta(minutes=10)) if one.kind is MilestoneKind.RESOLVED and one.at else one
        for one in WHOLE.milestones
    )
    (moved,) = (
        one for one in of(saying(text, milestones=later, timeline=WHOLE.timeline[:4])) if one.code == "duration"
    )

    assert finding.message == (
        "“five hours” in “Impact” doesn’t fit the milestones, by which the impact lasted 3 hours 20 minutes. "
        "Make them agree, or say what it is the length of."
    )
    assert moved.words == finding.words
    assert moved.fingerprint != finding.fingerprint
