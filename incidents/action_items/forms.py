from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.db.models import QuerySet

from accounts.models import User
from incidents.action_items.coach import advice
from incidents.action_items.operations import action_values
from incidents.action_items.trackers import Ticket, ticket
from incidents.draft_forms import DraftForm, OneLine, RowField, visible
from incidents.models import ActionItem, ActionKind, ActionState, Priority, Team
from incidents.models.action_item import LONGEST_TEXT, MAX_EVIDENCE, MAX_TRACKER_URL
from incidents.models.team import MAX_TEAM_NAME


class ActionItemForm(DraftForm):
    """A promise. Customers read `public_text`; where it is empty the item is internal."""

    text = forms.CharField(label="What we will do", max_length=LONGEST_TEXT, widget=OneLine())
    public_text = forms.CharField(
        label="Customers read", max_length=LONGEST_TEXT, required=False, widget=OneLine(placeholder="Customers read")
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
    priority = forms.ChoiceField(choices=Priority.choices, initial=Priority.MEDIUM)
    owner = RowField(User.objects.none(), required=False, empty_label="No owner yet")
    team = forms.CharField(
        max_length=MAX_TEAM_NAME, required=False, widget=forms.TextInput({"list": "known-teams", "autocomplete": "off"})
    )
    due_on = forms.DateField(label="Due", required=False, widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d"))
    done_when = forms.CharField(
        label="Done when",
        max_length=300,
        required=False,
        widget=OneLine(placeholder="How anybody can tell that it is finished"),
    )
    tracker_url = forms.URLField(
        label="In your tracker",
        max_length=MAX_TRACKER_URL,
        required=False,
        assume_scheme="https",
        widget=forms.URLInput({"placeholder": "https://…", "autocomplete": "off"}),
    )
    evidence = forms.CharField(
        label="What shows that it is done",
        max_length=MAX_EVIDENCE,
        required=False,
        widget=OneLine(placeholder="A link, a test, a graph"),
    )

    def __init__(self, *args: Any, item: ActionItem, owners: Iterable[User] | None = None, **kwargs: Any) -> None:
        self.item = item
        self.can_change = True
        super().__init__(*args, prefix=f"action-{item.key}", stored=action_values(item), **kwargs)
        owner: Any = self.fields["owner"]
        left = [item.owner] if item.owner and not item.owner.is_active else []  # they stay where they are named
        owner.offer([*left, *(possible_owners() if owners is None else owners)])

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("state") == ActionState.WONT_DO and not cleaned.get("reason"):
            self.add_error("reason", "Say why this won’t be done.")
        return cleaned

    def clean_tracker_url(self) -> str:
        url: str = self.cleaned_data["tracker_url"]
        if url and ticket(url) is None:
            raise forms.ValidationError("A link begins with https:// or http://.", code="scheme")
        return url

    @property
    def advice(self) -> list[str]:
        """How the wording could be better; as it is stored."""
        return advice(self.item.text, done_when=self.item.done_when)

    @property
    def ticket(self) -> Ticket | None:
        return ticket(self.item.tracker_url)

    @property
    def changes(self) -> dict[str, Any]:
        """The buttons “public” and “internal” decide over the wording."""
        return visible(self, super().changes)


def possible_owners() -> QuerySet[User]:
    people: QuerySet[User] = User.objects.filter(is_active=True).order_by("name", "id")
    return people


def known_teams() -> QuerySet[Team]:
    """What is suggested where a team is asked for."""
    return Team.objects.all()
