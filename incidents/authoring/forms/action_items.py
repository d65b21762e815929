from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.db.models import QuerySet

from accounts.models import User
from incidents.authoring.bullets import things_in
from incidents.authoring.forms.base import DraftForm, OneLine, PlainForm, RowField
from incidents.authoring.forms.timeline import visible
from incidents.authoring.operations import action_values
from incidents.checks.finding import shortened
from incidents.models import ActionItem, ActionKind, ActionState

_LONGEST = 500
_MOST = 100  # of one paste
_NOTHING = "Say what you will do."


class ActionItemForm(DraftForm):
    """A promise. Customers read `public_text`; where it is empty the item is internal."""

    text = forms.CharField(label="What we will do", max_length=_LONGEST, widget=OneLine())
    public_text = forms.CharField(
        label="Customers read", max_length=_LONGEST, required=False, widget=OneLine(placeholder="Customers read")
    )
    kind = forms.ChoiceField(
        label="What it does", choices=[("", "What does it do?"), *ActionKind.choices], required=False
    )
    state = forms.ChoiceField(choices=ActionState.choices, initial=ActionState.OPEN)
    reason = forms.CharField(
        label="Why not",
        max_length=300,
        required=False,
        widget=forms.TextInput({"placeholder": "Asked for when the state is “Won’t do”"}),
    )
    owner = RowField(User.objects.none(), required=False, empty_label="No owner yet")
    team = forms.CharField(max_length=80, required=False)
    due_on = forms.DateField(label="Due", required=False, widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d"))
    done_when = forms.CharField(
        label="Done when",
        max_length=300,
        required=False,
        widget=OneLine(placeholder="How anybody can tell that it is finished"),
    )

    def __init__(self, *args: Any, item: ActionItem, owners: Iterable[User] | None = None, **kwargs: Any) -> None:
        self.item = item
        super().__init__(*args, prefix=f"action-{item.key}", stored=action_values(item), **kwargs)
        owner: Any = self.fields["owner"]
        left = [item.owner] if item.owner and not item.owner.is_active else []  # they stay where they are named
        owner.offer([*left, *(possible_owners() if owners is None else owners)])

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("state") == ActionState.WONT_DO and not cleaned.get("reason"):
            self.add_error("reason", "Say why this won’t be done.")
        return cleaned

    @property
    def changes(self) -> dict[str, Any]:
        """The buttons “public” and “internal” decide over the wording."""
        return visible(self, super().changes)


def possible_owners() -> QuerySet[User]:
    people: QuerySet[User] = User.objects.filter(is_active=True).order_by("name", "id")
    return people


class NewActionForm(PlainForm):
    """A promise in one line, or a list with one for each bullet; the rest is asked of the rows that they become."""

    prefix = "action-new"

    text = forms.CharField(
        label="What will we do?",
        max_length=_MOST * _LONGEST,
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
            if len(thing) > _LONGEST:
                said = f"An item holds {_LONGEST} characters; “{shortened(thing, 40)}” has {len(thing)}."
                raise forms.ValidationError(said, code="long")
        return things
