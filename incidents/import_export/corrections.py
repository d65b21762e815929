"""What a person corrected in the preview of a report, by the names of its inputs: found, and put back."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from django import forms

from incidents.authoring.forms import sent_by
from incidents.import_export.forms import (
    ActionForm,
    ComponentForm,
    ContentForm,
    FoundForm,
    ImageForm,
    RowForm,
    StatedForm,
    plain_lines,
)

CONTENT = "report"  # the prefix of the one form that is no set
_FORMS: dict[str, type[forms.Form]] = {
    CONTENT: ContentForm,
    "stated": StatedForm,
    "components": ComponentForm,
    "rows": RowForm,
    "sections": FoundForm,
    "actions": ActionForm,
    "images": ImageForm,
}
_INPUTS = {
    prefix: {name: field for name, field in form.base_fields.items() if not field.widget.is_hidden}
    for prefix, form in _FORMS.items()
}
_NAME = re.compile(r"(?P<prefix>[a-z]+)-(?:(?P<index>\d{1,6})-)?(?P<field>[a-z_]+)")


def typed_on_page(sent: Mapping[str, Any]) -> dict[str, str]:
    """What the script of the page sends of it. A box says true or false."""
    return {
        name: ("on" if value == "true" else "") if isinstance(found, forms.BooleanField) else str(value)
        for name, value in sent.items()
        if (found := _input(name)) is not None
    }


def changed_in(offered: Iterable[forms.Form], sent: Mapping[str, Any]) -> dict[str, str]:
    """What differs from what the forms offered, in a page that was sent whole."""
    typed = {}
    for form in offered:
        shown = sent_by(form)
        for bound in form.visible_fields():
            name = bound.html_name
            if (now := plain_lines(sent.get(name))) != str(shown.get(name, "")):
                typed[name] = now
    return typed


def corrected(initial: Mapping[str, Any], typed: Mapping[str, str]) -> dict[str, Any]:
    """What the forms of the preview begin with, after the corrections. Those of rows that are not there are none."""
    parts: dict[str, Any] = {prefix: part if prefix == CONTENT else list(part) for prefix, part in initial.items()}
    for name, value in typed.items():
        match = _NAME.fullmatch(name)
        if match is None or _input(name) is None:
            continue
        prefix = match["prefix"]
        if prefix == CONTENT:
            parts[prefix] = {**parts[prefix], match["field"]: value}
        elif (index := int(match["index"])) < len(parts[prefix]):
            parts[prefix][index] = {**parts[prefix][index], match["field"]: value}
    return parts


def _input(name: str) -> forms.Field | None:
    """The field of an input that a person can type into."""
    match = _NAME.fullmatch(name)
    if match is None or (match["index"] is None) != (match["prefix"] == CONTENT):
        return None
    return _INPUTS.get(match["prefix"], {}).get(match["field"])
