"""What the address of the board asks for: filters that combine, and an order."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from django import forms
from django.db.models import Exists, OuterRef

from accounts.models import User
from incidents.models import (
    ActionItem,
    ActionKind,
    ActionState,
    Component,
    IncidentComponent,
    Priority,
    Severity,
    Team,
)
from incidents.models.action_item import ActionItemQuerySet

if TYPE_CHECKING:
    from django.http import QueryDict

NOT_CLOSED, ANY = "not_closed", "any"
STATES = [
    ("", "Not closed"),
    (ActionState.CANDIDATE.value, "Candidates"),
    (ActionState.OPEN.value, "Open"),
    (ActionState.IN_PROGRESS.value, "In progress"),
    (ActionState.DONE.value, "Done"),
    (ActionState.WONT_DO.value, "Won’t do"),
    (ANY, "Any state"),
]
# Days since an item was opened, from and to.
AGES = {"14": (0, 14), "30": (15, 30), "60": (31, 60), "90": (61, 90), "older": (91, None)}
AGE_LABELS = [
    ("", "Any age"),
    ("14", "Up to 14 days"),
    ("30", "15 to 30 days"),
    ("60", "31 to 60 days"),
    ("90", "61 to 90 days"),
    ("older", "Over 90 days"),
]
SORTS = {
    "": ["due_or_never", "incident_id", "pk"],
    "newest": ["-opened_at", "-pk"],
    "incident": ["-incident_id", "due_or_never", "pk"],
    "closed": ["-closed_on", "-pk"],
}
SORT_LABELS = [("", "Due first"), ("newest", "Newest first"), ("incident", "By incident"), ("closed", "Just closed")]
_MORE = ("q", "kind", "priority", "component", "age")
_MAX_TEXT = 200
_LONG_AGO = date(1970, 1, 1)


class Filters(forms.Form):
    """Each field narrows; an empty one doesn't. `owner` is an id, `me`, or `none`: nobody, or somebody who left."""

    state = forms.ChoiceField(choices=STATES, required=False)
    late = forms.BooleanField(label="Late", required=False)
    public = forms.BooleanField(label="Public promises", required=False)
    team = forms.ChoiceField(required=False)
    owner = forms.ChoiceField(required=False)
    severity = forms.ChoiceField(required=False)
    kind = forms.ChoiceField(choices=[("", "Any kind"), *ActionKind.choices], required=False)
    priority = forms.ChoiceField(choices=[("", "Any priority"), *Priority.choices], required=False)
    component = forms.ChoiceField(required=False)
    age = forms.ChoiceField(choices=AGE_LABELS, required=False)
    q = forms.CharField(label="Words", max_length=_MAX_TEXT, required=False)
    incident = forms.IntegerField(min_value=1, max_value=2_147_483_647, required=False, widget=forms.HiddenInput)
    opened_in = forms.DateField(required=False, widget=forms.HiddenInput)  # the Monday of a week
    closed_in = forms.DateField(required=False, widget=forms.HiddenInput)
    kept = forms.ChoiceField(
        choices=[("", ""), ("90", ""), ("180", "")], required=False, widget=forms.HiddenInput
    )  # due within the last 90 days, or within the 90 before
    sort = forms.ChoiceField(choices=SORT_LABELS, required=False)

    def __init__(self, data: QueryDict, *, on: date, user: User) -> None:
        self._on, self._user = on, user
        super().__init__(data)
        for name, first, rows in (
            ("team", "Any team", Team.objects.values_list("pk", "name")),
            ("severity", "Any severity", Severity.objects.worst_first().values_list("pk", "name")),
            ("component", "Any component", Component.objects.in_page_order().values_list("pk", "name")),
        ):
            self._offer(name, [("", first), *rows])
        owns = Exists(ActionItem.objects.filter(owner=OuterRef("pk")))
        left = User.objects.filter(owns, is_active=False)
        owners = User.objects.filter(is_active=True).union(left).order_by("name", "pk")
        fixed = [("", "Anybody"), ("me", "Me"), ("none", "Nobody, or who left")]
        self._offer("owner", [*fixed, *((person.pk, str(person)) for person in owners)])
        for field in self.fields.values():
            if not isinstance(field.widget, forms.HiddenInput):
                checked = isinstance(field.widget, forms.CheckboxInput)
                field.widget.attrs["class"] = "form-check-input" if checked else "form-select form-select-sm"
        words = {"class": "form-control form-control-sm", "placeholder": "Words", "type": "search"}
        self.fields["q"].widget.attrs |= words

    def _offer(self, name: str, choices: list[tuple[Any, str]]) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101  # of this class
        field.choices = choices

    @property
    def first_fields(self) -> list[forms.BoundField]:
        """The filters that are always in sight."""
        return [self[name] for name in ("sort", "state", "team", "owner", "severity", "late", "public")]

    @property
    def more_fields(self) -> list[forms.BoundField]:
        return [self[name] for name in _MORE]

    @property
    def is_narrower(self) -> bool:
        """Whether one of the others is set."""
        return any(self[name].value() for name in _MORE)

    @property
    def asked(self) -> dict[str, Any]:
        """What narrows, by name; call after is_valid."""
        return {name: value for name, value in self.cleaned_data.items() if value not in (None, "", False)}

    @property
    def is_narrow(self) -> bool:
        return bool(self.asked.keys() - {"sort"})

    @property
    def order(self) -> list[str]:
        return SORTS[self.cleaned_data["sort"]]

    def of(self, items: ActionItemQuerySet) -> ActionItemQuerySet:
        """The items that are asked for; call after is_valid."""
        said = self.cleaned_data
        items = self._in_state(items, said["state"])
        if said["late"]:
            items = items.late(self._on)
        if said["public"]:
            items = items.exclude(public_text="")
        if said["owner"]:
            items = self._of_owner(items, said["owner"])
        for name, column in (
            ("team", "team"),
            ("severity", "incident__severity"),
            ("kind", "kind"),
            ("priority", "priority"),
            ("incident", "incident__number"),
        ):
            if said[name]:
                items = items.filter(**{column: said[name]})
        if said["component"]:
            touched = IncidentComponent.objects.filter(component=said["component"])
            items = items.filter(incident__in=touched.values("incident"))
        if said["age"]:
            items = self._of_age(items, said["age"])
        if said["q"]:
            items = items.saying(said["q"])
        if said["sort"] == "closed":
            items = items.filter(closed_on__isnull=False)
        return self._in_weeks(items)

    def _in_state(self, items: ActionItemQuerySet, state: str) -> ActionItemQuerySet:
        """A number that leads here asks for rows of its own: those may be closed."""
        said = self.cleaned_data
        if state == ANY or (not state and (said["opened_in"] or said["kept"] or said["sort"] == "closed")):
            return items
        if not state and said["closed_in"]:
            return items.filter(state=ActionState.DONE)
        return items.filter(state=state) if state else items.not_closed()

    def _of_owner(self, items: ActionItemQuerySet, owner: str) -> ActionItemQuerySet:
        if owner == "none":
            return items.without_owner()
        return items.filter(owner=self._user.pk if owner == "me" else int(owner))

    def _of_age(self, items: ActionItemQuerySet, age: str) -> ActionItemQuerySet:
        youngest, oldest = AGES[age]
        first = _LONG_AGO if oldest is None else self._on - timedelta(days=oldest)
        return items.opened_within(first, self._on - timedelta(days=youngest))

    def _in_weeks(self, items: ActionItemQuerySet) -> ActionItemQuerySet:
        said, week = self.cleaned_data, timedelta(days=6)
        if said["opened_in"]:
            items = items.opened_within(said["opened_in"], said["opened_in"] + week)
        if said["closed_in"]:
            items = items.filter(closed_on__range=(said["closed_in"], said["closed_in"] + week))
        if said["kept"]:
            items = items.due_within(*window(self._on, int(said["kept"])))
        return items


def window(on: date, days: int) -> tuple[date, date]:
    """The 90 days that end `days - 90` days before yesterday: 90 for the last ones, 180 for those before."""
    return on - timedelta(days=days), on - timedelta(days=days - 89)
