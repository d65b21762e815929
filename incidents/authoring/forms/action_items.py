from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.db.models import Q

from accounts.models import User
from incidents.authoring.forms.base import OneLine, VersionedForm
from incidents.models import ActionItem, ActionKind, ActionState


class ActionItemForm(VersionedForm):
    """A promise. Customers read `public_text`; where it is empty the item is internal."""

    text = forms.CharField(label="What we will do", max_length=500, widget=OneLine())
    public_text = forms.CharField(label="Customers read", max_length=500, required=False, widget=OneLine())
    kind = forms.ChoiceField(choices=ActionKind.choices, initial=ActionKind.PREVENT)
    state = forms.ChoiceField(choices=ActionState.choices, initial=ActionState.OPEN)
    reason = forms.CharField(
        label="Why not", max_length=300, required=False, help_text="Asked for when the state is “Won’t do”."
    )
    owner = forms.ModelChoiceField(User.objects.none(), required=False, empty_label="nobody yet")
    team = forms.CharField(max_length=80, required=False)
    due_on = forms.DateField(label="Due", required=False, widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d"))

    def __init__(
        self, *args: Any, item: ActionItem | None = None, owners: Iterable[User] | None = None, **kwargs: Any
    ) -> None:
        self.item = item
        if item is not None:
            kwargs.setdefault("initial", _values_of(item))
        super().__init__(*args, prefix=f"action-{item.pk}" if item else "action-new", **kwargs)
        owner: Any = self.fields["owner"]
        owner.queryset = User.objects.filter(Q(is_active=True) | Q(pk=item.owner_id if item else None))
        if owners is None:
            owners = owner.queryset.order_by("name", "id")
        # One list for all forms of the page; those who left stay where they are named.
        left = [item.owner] if item and item.owner and not item.owner.is_active else []
        owner.choices = [("", owner.empty_label), *((person.pk, str(person)) for person in [*left, *owners])]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("state") == ActionState.WONT_DO and not cleaned.get("reason"):
            self.add_error("reason", "Say why this won’t be done.")
        return cleaned

    @property
    def values(self) -> dict[str, Any]:
        """The item as the operations want it; the buttons “public” and “internal” decide over the wording."""
        values = {name: value for name, value in self.cleaned_data.items() if name != "version"}
        wish = self.data.get("visibility")
        if wish == "public":
            values["public_text"] = values["public_text"] or values["text"]
        elif wish == "internal":
            values["public_text"] = ""
        return values


def _values_of(item: ActionItem) -> dict[str, Any]:
    names = ("text", "public_text", "kind", "state", "reason", "team", "due_on")
    return {**{name: getattr(item, name) for name in names}, "owner": item.owner_id}
