from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from types import MappingProxyType
from typing import Any

from django import forms

from incidents.edits import Seen, digest
from incidents.models.event import MAX_UPDATE_LENGTH

_CLASSES: dict[type[forms.Widget], str] = {
    forms.Select: "form-select",
    forms.CheckboxInput: "form-check-input",
    forms.CheckboxSelectMultiple: "form-check-input",
    forms.RadioSelect: "pill-input",
    forms.HiddenInput: "",
}


class WordsField(forms.CharField):
    """Markdown that customers will read, no longer than can be shown as such. `missing` is said where there is none.

    It is counted as it is stored, with one character for the end of a line. A `maxlength` would let the browser cut a
    paste without a word.
    """

    def __init__(self, *, missing: str, rows: int = 4, label: str = "Words for customers") -> None:
        too_long = f"Customers can be shown {MAX_UPDATE_LENGTH:,} characters; this has %(show_value)d."
        super().__init__(
            label=label,
            max_length=MAX_UPDATE_LENGTH,
            widget=forms.Textarea({"rows": rows}),
            error_messages={"required": missing, "max_length": too_long},
        )

    def to_python(self, value: Any) -> Any:
        return (super().to_python(value) or "").replace("\r\n", "\n")

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        return {}


class PlainForm(forms.Form):
    """A form whose template places single inputs; they get their classes here."""

    def dress(self) -> None:
        """Give every input its class; call when all fields are there."""
        for name, field in self.fields.items():
            for widget in getattr(field.widget, "widgets", [field.widget]):
                widget.attrs.setdefault("class", _CLASSES.get(type(widget), "form-control"))
            if self.is_bound and name in self.errors:
                field.widget.attrs |= {"aria-invalid": "true", "aria-describedby": f"{self[name].auto_id}_error"}


class SeenForm(PlainForm):
    """A form that knows what its person saw, field by field, so that only what they changed is written."""

    seen = forms.CharField(widget=forms.HiddenInput, required=False)
    inputs: Mapping[str, str] = MappingProxyType({})  # what is stored → the input that shows it, where they differ

    def __init__(self, data: Any = None, files: Any = None, *, stored: Mapping[str, Any]) -> None:
        self.stored = dict(stored)
        initial = {self.inputs.get(name, name): value for name, value in self.stored.items()}
        super().__init__(data, files, initial={**initial, "seen": _written(self.stored)})

    @property
    def values(self) -> dict[str, Any]:
        """What was sent, by the names of what is stored."""
        return {name: self.cleaned_data[self.inputs.get(name, name)] for name in self.stored}

    @property
    def seen_digests(self) -> Seen:
        pairs = (pair.partition("=") for pair in self.cleaned_data["seen"].split())
        return {name: told for name, _, told in pairs}

    @property
    def changes(self) -> dict[str, Any]:
        """What the person made of what they saw."""
        seen = self.seen_digests
        return {name: value for name, value in self.values.items() if digest(value) != seen.get(name)}

    def show_conflict(self, met: Mapping[str, Any]) -> None:
        """Keep what was typed, say beside each field what is stored, and let the next save win on purpose."""
        for name, value in met.items():
            told = f"Somebody changed this meanwhile. It says now: {_told(value)}. Save again to keep yours."
            self.add_error(self.inputs.get(name, name), told)
        seen = {**self.seen_digests, **{name: digest(value) for name, value in met.items()}}
        data: Any = self.data.copy()  # type: ignore[attr-defined]  # a QueryDict
        data[self.add_prefix("seen")] = _joined(seen)
        self.data = data


def _written(values: Mapping[str, Any]) -> str:
    return _joined({name: digest(value) for name, value in values.items()})


def _joined(seen: Seen) -> str:
    return " ".join(f"{name}={told}" for name, told in seen.items())


def _told(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, datetime):
        return f"{value.astimezone(UTC):%Y-%m-%d %H:%M} UTC"
    if isinstance(value, tuple | list):
        return f"{len(value)} of them"
    return f"“{value}”" if value else "nothing"
