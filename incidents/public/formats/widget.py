"""The page for an iframe on other people's sites: how it is, what is open, where to read more."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.safestring import SafeString

from incidents.models import Component, ComponentStatus, EventStatus, PublicEvent
from incidents.public.addresses import absolute, report_path
from incidents.public.components import banner
from incidents.public.formats.badge import state_in_words, worst_level
from incidents.public.words import Moment
from incidents.rendering import render_plain


@dataclass(frozen=True)
class Line:
    """An open event: what it is called, how far it is, and since when, or for planned work until when."""

    title_html: SafeString
    address: str
    state: str
    when: str
    moment: Moment


@dataclass(frozen=True)
class Widget:
    headline: str
    tone: ComponentStatus
    going_on: tuple[Line, ...]
    upcoming: tuple[Line, ...]
    home: str


def widget(components: Sequence[Component], going_on: Sequence[PublicEvent], upcoming: Sequence[PublicEvent]) -> Widget:
    level = worst_level(components, going_on)
    said = banner(components)
    is_told = said is not None and said.tone == level
    return Widget(
        headline=said.headline if said and is_told else state_in_words(level),
        tone=level,
        going_on=tuple(map(_line, going_on)),
        upcoming=tuple(map(_line, upcoming)),
        home=absolute("/"),
    )


def _line(event: PublicEvent) -> Line:
    is_ahead = event.status == EventStatus.SCHEDULED
    return Line(
        title_html=render_plain(event.title),
        address=absolute(report_path(event.public_id)),
        state=EventStatus(event.status).label,
        when="from" if is_ahead else "since",
        moment=Moment(event.started_at),
    )
