from __future__ import annotations

from typing import Any

from django import forms
from django.forms.models import model_to_dict


class PlainForm(forms.Form):
    """A form whose template places single inputs; they get Bootstrap's classes here."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.dress()

    def dress(self) -> None:
        """Give every input its class; again after fields were added."""
        for field in self.fields.values():
            widgets = getattr(field.widget, "widgets", [field.widget])
            for widget in widgets:
                widget.attrs["class"] = _CLASSES.get(type(widget), "form-control")


_CLASSES: dict[type[forms.Widget], str] = {
    forms.Select: "form-select",
    forms.CheckboxInput: "form-check-input",
    forms.HiddenInput: "",
}


class VersionedForm(PlainForm):
    """A form that knows which version it was opened on, and can show what somebody else saved meanwhile."""

    version = forms.IntegerField(widget=forms.HiddenInput, required=False, min_value=0)
    conflict: list[tuple[str, str]] | None = None  # label and stored value of each field that differs

    def show_conflict(self, current: Any) -> None:
        """Keep what was typed, show what is stored, and let the next save win on purpose."""
        stored = self.values_of(current)
        self.conflict = [
            (str(self[name].label), _as_text(field, stored.get(name)))
            for name, field in self.fields.items()
            if name != "version" and _as_sent(field, stored.get(name)) != _as_sent(field, self.cleaned_data[name])
        ]
        self.add_error(
            None,
            "Somebody changed this while you were writing. Yours is below, theirs beside it: "
            "put together what should stay, then save again.",
        )
        data = dict(self.data.items())
        data[self.add_prefix("version")] = str(current.version)
        self.data = data

    def values_of(self, current: Any) -> dict[str, Any]:
        """What is stored now, by the names of the fields. What isn't the row's own, the form read when it was sent."""
        return {**self.initial, **model_to_dict(current, fields=list(self.fields))}


def _as_sent(field: forms.Field, value: Any) -> str:
    """One spelling for a value that was typed and one that was stored."""
    value = field.prepare_value(value)
    return "" if value is None else str(value).replace("\r\n", "\n")


def _as_text(field: forms.Field, value: Any) -> str:
    """A stored value in the words that the form has for it."""
    sent = _as_sent(field, value)
    for choice, label in getattr(field, "choices", ()):
        if str(choice) == sent:
            return str(label)
    if isinstance(field.widget, forms.MultiWidget) and sent:
        parts: Any = field.widget.decompress(value)
        return " ".join(str(part) for part in parts)
    if isinstance(value, bool):
        return "yes" if value else "no"
    return sent or "nothing"


class OneLine(forms.Textarea):
    """Text of about a line that grows when it has to."""

    def __init__(self, **attrs: Any) -> None:
        super().__init__({"rows": 1, **attrs})
