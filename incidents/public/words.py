"""Moments and days in the words of the page: UTC, English, the same on every machine."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime

from incidents.milestones import WITHOUT_TIME, Precision


@dataclass(frozen=True)
class Moment:
    """An aware datetime, ready for a template: `iso` for machines, the rest for readers, all in UTC."""

    at: datetime

    @property
    def iso(self) -> str:
        return self.at.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")

    @property
    def clock(self) -> str:
        """`05:00`."""
        return f"{self.at.astimezone(UTC):%H:%M}"

    @property
    def date(self) -> date:
        return self.at.astimezone(UTC).date()

    @property
    def day(self) -> str:
        """`6 March 2023`."""
        return day_in_words(self.date)

    @property
    def weekday(self) -> str:
        """`Monday 6 March 2023`."""
        return f"{self.date:%A} {self.day}"

    @property
    def full(self) -> str:
        """`9 March 2023, 14:00 UTC`."""
        return f"{self.day}, {self.clock} UTC"


def day_in_words(day: date) -> str:
    """`6 March 2023`."""
    return f"{day.day} {day:%B} {day.year}"


def span_in_words(first: date, last: date) -> str:
    """`24 to 26 November 2026`, `30 November to 2 December 2026`."""
    if first.year != last.year:
        return f"{day_in_words(first)} to {day_in_words(last)}"
    month = "" if first.month == last.month else f" {first:%B}"
    return f"{first.day}{month} to {day_in_words(last)}"


def short_day(day: date) -> str:
    """`6 Mar`."""
    return f"{day.day} {day:%b}"


def precisely(precision: Precision) -> str:
    """The word before a time that is not exact: `about `, `before `, `after `, else nothing."""
    return "" if precision is Precision.EXACT or precision in WITHOUT_TIME else f"{precision} "


def in_a_row(words: Sequence[str]) -> str:
    """`Websites`, `Websites and API`, `Websites, API and E-mail`."""
    if len(words) < 2:
        return "".join(words)
    return f"{', '.join(words[:-1])} and {words[-1]}"


def in_short(words: Sequence[str], *, most: int = 3) -> str:
    """As `in_a_row`, but `Websites, API and 4 more` where there are more than `most`."""
    if len(words) <= most:
        return in_a_row(words)
    return f"{', '.join(words[: most - 1])} and {len(words) - most + 1} more"


def shortened(text: str, limit: int) -> str:
    """Whole sentences up to `limit` characters; where the first is longer, whole words and an ellipsis."""
    text = " ".join(text.split())
    if len(text) <= limit:
        return text
    head = text[: limit + 1]
    end = max(head.rfind(mark) for mark in (". ", "! ", "? "))
    if end > 0:
        return head[: end + 1]
    return head[:limit].rsplit(" ", 1)[0].rstrip(",;:") + "…"
