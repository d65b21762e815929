from __future__ import annotations

from typing import Any

from django import forms


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
    conflict: Any = None

    def show_conflict(self, current: Any) -> None:
        """Keep what was typed, show what is stored, and let the next save win on purpose."""
        self.conflict = current
        self.add_error(
            None,
            "Somebody changed this while you were writing. Yours is below, theirs beside it: "
            "put together what should stay, then save again.",
        )
        data = dict(self.data.items())
        data[self.add_prefix("version")] = str(current.version)
        self.data = data


class OneLine(forms.Textarea):
    """Text of about a line that grows when it has to."""

    def __init__(self, **attrs: Any) -> None:
        super().__init__({"rows": 1, **attrs})
