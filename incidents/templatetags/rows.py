"""Rows of the timeline, of which there may be a thousand: the template is asked once for all that are alike."""

from __future__ import annotations

import re
from collections.abc import Hashable, Mapping
from html import escape
from typing import Any, Protocol

from django import template
from django.template.loader import get_template
from django.utils.safestring import SafeString

register = template.Library()

_TEMPLATE = "authoring/_row.html"
_MARK, _MARKED = "\ue000{}\ue001", re.compile("\ue000([a-z_]+)\ue001")


class Row(Protocol):
    """Rows of one shape differ in the words of `varying` alone, by attribute, and the template only puts those in.

    A row whose shape is None is like no other.
    """

    @property
    def shape(self) -> Hashable | None: ...

    @property
    def varying(self) -> Mapping[str, str]: ...


class _StandIn:
    """A row with a mark in the place of each word that differs."""

    def __init__(self, row: Row) -> None:
        self._row, self._differ = row, row.varying.keys()

    def __getattr__(self, name: str) -> Any:
        return _MARK.format(name) if name in self._differ else getattr(self._row, name)


@register.simple_tag(takes_context=True)
def timeline_row(context: template.Context, row: Row, *, can_edit: bool) -> SafeString:
    """A row as `authoring/_row.html` has it."""
    shape = row.shape
    if shape is None:
        return _rendered(context, row, can_edit=can_edit)
    ours: Any = context.render_context  # the stubs know Django's own keys
    known: dict[Hashable, list[str]] = ours.setdefault(_TEMPLATE, {})
    pieces = known.get(shape)
    if pieces is None:
        pieces = known[shape] = _MARKED.split(_rendered(context, _StandIn(row), can_edit=can_edit))
    words = {name: word if isinstance(word, SafeString) else escape(word) for name, word in row.varying.items()}
    filled = pieces.copy()
    filled[1::2] = [words[name] for name in pieces[1::2]]
    return SafeString("".join(filled))  # the template's own pieces, and words that were escaped


def _rendered(context: template.Context, row: Any, *, can_edit: bool) -> SafeString:
    found: Any = get_template(_TEMPLATE)  # of Django's own engine
    with context.push(row=row, can_edit=can_edit):
        return SafeString(found.template.render(context))
