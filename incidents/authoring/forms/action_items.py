from __future__ import annotations

from typing import Any

from django import forms

from incidents.authoring.bullets import things_in
from incidents.checks.finding import shortened
from incidents.draft_forms import DraftForm, OneLine, PlainForm
from incidents.models import Report
from incidents.models.action_item import LONGEST_TEXT

_MOST = 100  # of one paste
_NOTHING = "Say what you will do."


class NoActionForm(DraftForm):
    """Why nothing needs to be done. Customers read it in place of promises."""

    no_action_reason = forms.CharField(
        label="No action is needed, because",
        max_length=300,
        required=False,
        widget=OneLine(placeholder="Customers read this in place of promises"),
    )

    def __init__(self, *args: Any, report: Report, **kwargs: Any) -> None:
        stored = {"no_action_reason": report.no_action_reason}
        super().__init__(*args, prefix="no-action", stored=stored, **kwargs)


class NewActionForm(PlainForm):
    """A promise in one line, or a list with one for each bullet; the rest is asked of the rows that they become."""

    prefix = "action-new"

    text = forms.CharField(
        label="What will we do?",
        max_length=_MOST * LONGEST_TEXT,
        strip=False,
        error_messages={"required": _NOTHING},
        widget=OneLine(placeholder="Alert before the disk is full, or paste a list"),
    )

    def clean_text(self) -> list[str]:
        """The things to do that were written."""
        things = things_in(self.cleaned_data["text"].replace("\r\n", "\n"))
        if not things:
            raise forms.ValidationError(_NOTHING, code="required")
        if len(things) > _MOST:
            raise forms.ValidationError(f"These are {len(things)} items; {_MOST} go in at once.", code="many")
        for thing in things:
            if len(thing) > LONGEST_TEXT:
                said = f"An item holds {LONGEST_TEXT} characters; “{shortened(thing, 40)}” has {len(thing)}."
                raise forms.ValidationError(said, code="long")
        return things
