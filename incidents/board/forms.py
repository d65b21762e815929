from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms

from accounts.models import User
from incidents.action_items.forms import possible_owners
from incidents.models import ActionItem, ActionState, Incident
from incidents.models.action_item import LONGEST_TEXT
from incidents.models.saved_view import MAX_VIEW_NAME, MAX_VIEW_QUERY

LEAVE = "leave"
_MOST_AT_ONCE = 200
_MOST_NUMBER = 2_147_483_647


class BulkForm(forms.Form):
    """One change of many items. What is left alone stays as it is in each.

    `is_row` says that one row was edited in its place: then an empty day is no day, and not the one of before.
    """

    owner = forms.ChoiceField(required=False)
    state = forms.ChoiceField(choices=[(LEAVE, "State…"), *ActionState.choices], required=False, initial=LEAVE)
    due_on = forms.DateField(
        label="Due", required=False, widget=forms.DateInput({"type": "date", "aria-label": "Due"}, format="%Y-%m-%d")
    )
    reason = forms.CharField(
        label="Why not", max_length=300, required=False, widget=forms.TextInput({"placeholder": "Why it won’t be done"})
    )

    is_row = forms.BooleanField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, keys: Iterable[str] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.keys = list(dict.fromkeys(keys))
        owner = self.fields["owner"]
        assert isinstance(owner, forms.ChoiceField)  # noqa: S101  # of this class
        people = [(str(person.pk), str(person)) for person in possible_owners()]
        owner.choices = [(LEAVE, "Owner…"), ("", "Nobody"), *people]
        owner.initial = LEAVE
        for name, label in (("owner", "Owner"), ("state", "State"), ("reason", "Why not")):
            kind = "form-select" if name != "reason" else "form-control"
            self.fields[name].widget.attrs |= {"class": f"{kind} {kind}-sm", "aria-label": label}
        self.fields["due_on"].widget.attrs["class"] = "form-control form-control-sm"

    @classmethod
    def of_row(cls, item: ActionItem) -> BulkForm:
        """What one row says, to be changed in its place."""
        left = item.owner is not None and not item.owner.is_active
        said = {
            "owner": LEAVE if left else item.owner_id or "",
            "state": item.state,
            "due_on": item.due_on,
            "reason": item.reason,
        }
        return cls(keys=[item.key], initial={**said, "is_row": True}, auto_id="row_%s")

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if not self.keys:
            self.add_error(None, "Tick the items that you want to change.")
        elif len(self.keys) > _MOST_AT_ONCE:
            self.add_error(None, f"These are {len(self.keys)} items; {_MOST_AT_ONCE} can be changed at once.")
        elif not self.errors and not self.changes:
            self.add_error(None, "Choose what to change: the owner, the day or the state.")
        if cleaned.get("state") == ActionState.WONT_DO and not cleaned.get("reason"):
            self.add_error("reason", "Say why these won’t be done.")
        return cleaned

    @property
    def changes(self) -> dict[str, Any]:
        """The fields to write, by name."""
        said, changes = self.cleaned_data, dict[str, Any]()
        if said.get("owner", LEAVE) != LEAVE and "owner" in self.data:
            changes["owner"] = User.objects.filter(pk=said["owner"] or None).first()
        if said.get("state") not in (LEAVE, "", None):
            changes["state"] = said["state"]
        if said.get("due_on") or (said.get("is_row") and "due_on" in self.data):
            changes["due_on"] = said["due_on"]
        if said.get("reason"):
            changes["reason"] = said["reason"]
        return changes


class NewItemForm(forms.Form):
    """A promise that is made on the board; the rest is filled in on its own page."""

    incident = forms.CharField(label="Incident", max_length=20, widget=forms.TextInput({"placeholder": "INC-112"}))
    text = forms.CharField(label="What we will do", max_length=LONGEST_TEXT)
    owner = forms.ModelChoiceField(User.objects.none(), required=False, empty_label="No owner yet")
    due_on = forms.DateField(label="Due", required=False, widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d"))

    def __init__(self, data: Any = None, *, user: User) -> None:
        super().__init__(data, auto_id="new_%s")
        self._user = user
        owner = self.fields["owner"]
        assert isinstance(owner, forms.ModelChoiceField)  # noqa: S101  # of this class
        owner.queryset = possible_owners()
        for name, field in self.fields.items():
            field.widget.attrs["class"] = f"form-{'select' if name == 'owner' else 'control'} form-control-sm"

    def clean_incident(self) -> Incident:
        number = self.cleaned_data["incident"].strip().upper().removeprefix("INC-")
        found = None
        if number.isascii() and number.isdecimal() and int(number) <= _MOST_NUMBER:
            found = Incident.objects.visible_to(self._user).filter(number=int(number)).first()
        if found is None:
            raise forms.ValidationError("There is no incident of this number. Write it as INC-112.", code="unknown")
        return found

    def clean_text(self) -> str:
        """In one line, however it was typed."""
        return " ".join(self.cleaned_data["text"].split())


class ViewForm(forms.Form):
    """A name for the filters that are set."""

    name = forms.CharField(label="Name of this view", max_length=MAX_VIEW_NAME)
    query = forms.CharField(max_length=MAX_VIEW_QUERY, required=False, widget=forms.HiddenInput)
    is_shared = forms.BooleanField(label="For everybody", required=False)
