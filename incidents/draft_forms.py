"""Forms that change what their person changed, and nothing else."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django import forms
from django.db.models import Model

from incidents.edits import Seen, as_sent, digest, join_seen, read_seen, write_seen


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


class DraftForm(PlainForm):
    """A form of the draft. It changes what its person changed, and nothing else.

    `stored` maps the fields to what is stored. The hidden input `seen` carries a digest of each as it was shown:
    a field that comes back as it was seen is left alone, whatever a colleague made of it meanwhile; one that
    doesn't come back at all, likewise.
    """

    seen = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, stored: Mapping[str, Any], **kwargs: Any) -> None:
        self.stored = dict(stored)
        kwargs.setdefault("initial", {**self.stored, "seen": lambda: write_seen(as_cleaned(self.fields, self.stored))})
        super().__init__(*args, **kwargs)
        self.conflicts: dict[str, str] = {}  # what is stored now, in words, of fields that two people changed
        self.is_restored = False

    def full_clean(self) -> None:
        for name, field in self.fields.items():
            if self.is_bound and self._is_left_out(name, field):
                field.required = False
        super().full_clean()

    @property
    def _shown(self) -> Seen:
        return read_seen(self.data.get(self.add_prefix("seen"), ""))

    @property
    def seen_digests(self) -> Seen:
        """What the person saw, from the form that came back, as it is stored: blanks around a text don't show."""
        shown = as_cleaned(self.fields, self.stored)
        return {
            name: digest(self.stored[name]) if name in shown and told == digest(shown[name]) else told
            for name, told in self._shown.items()
        }

    @property
    def changes(self) -> dict[str, Any]:
        """What the person changed, by field; call after is_valid."""
        shown = self._shown
        return {
            name: self.cleaned_data[name]
            for name, field in self.fields.items()
            if name in self.stored
            and name in self.cleaned_data
            and not self._is_left_out(name, field)
            and digest(self.cleaned_data[name]) != shown.get(name)
        }

    def _is_left_out(self, name: str, field: forms.Field) -> bool:
        if isinstance(field.widget, forms.CheckboxInput):  # an empty box sends nothing
            return name not in self._shown
        return bool(field.widget.value_omitted_from_data(self.data, self.files, self.add_prefix(name)))

    def show_conflict(self, met: Mapping[str, Any]) -> None:
        """Keep what was typed, show what is stored beside it, and let the next save win on purpose."""
        told = join_seen({**self._shown, **read_seen(write_seen(as_cleaned(self.fields, met)))})
        self.data = {**{name: self.data.get(name) for name in self.data}, self.add_prefix("seen"): told}
        for name, value in met.items():
            self.conflicts[name] = self.in_words(name, value)

    def in_words(self, name: str, value: Any) -> str:
        """A stored value in the words that the form has for it."""
        field = self.fields[name]
        if isinstance(field.widget, forms.MultiWidget) and value is not None:
            return " ".join(str(part) for part in field.widget.decompress(value) or () if part)
        sent = as_sent(value)
        for choice, label in getattr(field, "choices", ()):
            if str(choice) == sent:
                return str(label)
        if isinstance(value, bool):
            return "yes" if value else "no"
        return sent or "nothing"

    def restored(self, typed: Mapping[str, str]) -> None:
        """Put back what was typed into some inputs and could not be saved, and say again why."""
        self.data = {**sent_by(self), **typed}
        self.is_bound = self.is_restored = True
        self._errors = None
        if self.is_valid():
            self.conflicts = {
                name: self.in_words(name, self.stored[name])
                for name, value in self.changes.items()
                if digest(value) != digest(self.stored[name])
            }


def visible(form: DraftForm, changes: dict[str, Any]) -> dict[str, Any]:
    """What the buttons “public” and “internal” of a row or an action item make of the changes."""
    wish = form.data.get("visibility")
    if wish == "public" and not form.cleaned_data.get("public_text"):
        return {**changes, "public_text": form.cleaned_data.get("text") or form.stored["text"]}
    if wish == "internal":
        return {**changes, "public_text": ""}
    return changes


def sent_by(form: forms.Form) -> dict[str, Any]:
    """What a browser would send of a form that nobody touched, by the names of its inputs."""
    data: dict[str, Any] = {}
    for bound in form:
        value, widget = form.get_initial_for_field(bound.field, bound.name), bound.field.widget
        if isinstance(widget, forms.MultiWidget):
            names: list[str] = widget.widgets_names  # type: ignore[attr-defined]  # the stubs don't know it
            parts = zip(names, widget.widgets, widget.decompress(value) or (), strict=True)
            data |= {bound.html_name + suffix: each.format_value(part) or "" for suffix, each, part in parts}
        elif isinstance(widget, forms.CheckboxInput):
            data |= {bound.html_name: "on"} if value else {}
        elif not isinstance(widget, forms.FileInput):
            data[bound.html_name] = as_sent(value)
    return data


def as_cleaned(fields: Mapping[str, forms.Field], stored: Mapping[str, Any]) -> dict[str, Any]:
    """Stored values as they come back from an input that nobody touched."""
    return {
        name: field.to_python(value) if isinstance(field := fields.get(name), forms.CharField) else value
        for name, value in stored.items()
    }


class RowField(forms.ModelChoiceField):  # type: ignore[type-arg]  # generic in the stubs only
    """A choice among rows that were read once for all forms of a page: showing and checking it asks nothing."""

    def offer(self, rows: Iterable[Model]) -> None:
        self.rows = {str(row.pk): row for row in rows}
        first = [] if self.empty_label is None else [("", self.empty_label)]
        self.choices = [*first, *((row.pk, str(row)) for row in self.rows.values())]

    def to_python(self, value: Any) -> Model | None:
        if value in self.empty_values:
            return None
        row = self.rows.get(str(getattr(value, "pk", value)))
        if row is None:
            raise forms.ValidationError(self.error_messages["invalid_choice"], "invalid_choice", {"value": value})
        return row


class OneLine(forms.Textarea):
    """Text of about a line that grows when it has to."""

    def __init__(self, **attrs: Any) -> None:
        super().__init__({"rows": 1, **attrs})
