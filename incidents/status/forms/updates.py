from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django import forms

from incidents.models import (
    OVER,
    Component,
    ComponentStatus,
    EventStatus,
    EventUpdate,
    PublicEvent,
    UpdateTemplate,
)
from incidents.models.course import course_of
from incidents.models.event import INCIDENT_STEPS
from incidents.moments import MomentField
from incidents.status.forms.base import PlainForm, SeenForm, WordsField
from incidents.status.operations import last_told, update_values

NEXT_UPDATES = {"15": "in 15 min", "30": "in 30 min", "60": "in 1 hour", "120": "in 2 hours", "": "no promise"}
_KEEP = "keep"
_IN_SIGHT = 8


class UpdateForm(PlainForm):
    """Three fields and a button: the step, the words, and how the components are from now on.

    `seen` stands for what was posted when the form was opened.
    """

    title = forms.CharField(max_length=200, widget=forms.TextInput({"autocomplete": "off"}))
    status = forms.ChoiceField(
        label="Step",
        widget=forms.RadioSelect,
        error_messages=dict.fromkeys(("required", "invalid_choice"), "Choose one of the steps."),
    )
    text = WordsField(missing="Say in a sentence what customers should know.")
    next_update = forms.ChoiceField(label="Next update", required=False, widget=forms.RadioSelect)
    seen = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(
        self,
        data: Any = None,
        *,
        event: PublicEvent | None,
        components: Sequence[Component],
        zone: str,
        at: datetime,
        suggested: Mapping[str, str] | None = None,
        step: str = "",
        typed: Mapping[str, Any] | None = None,
    ) -> None:
        self.event, self.at, self.components, self.zone = event, at, components, zone
        self.levels_now = _levels_of(event) if event else {}
        self.shown_levels = {**(suggested or {}), **self.levels_now}
        steps = event.steps if event else INCIDENT_STEPS
        promised = event.next_update_by if event and event.next_update_by and event.next_update_by > at else None
        first = {"status": step or steps[0], "next_update": "30", "seen": 0}
        if event:
            open_status = event.status if event.status in steps else steps[0]
            again = "30" if event.next_update_by else ""  # this post keeps the promise, so the next one is asked for
            first |= {"status": open_status, "seen": last_told(event), "next_update": again}
        super().__init__(data, initial={**first, **(typed or {})})
        self.fields["status"].choices = [(step.value, step.label) for step in steps]  # type: ignore[attr-defined]
        kept = {_KEEP: f"as promised, by {promised.astimezone(ZoneInfo(zone)):%H:%M}"} if promised else {}
        self.fields["next_update"].choices = [*kept.items(), *NEXT_UPDATES.items()]  # type: ignore[attr-defined]
        if event:
            del self.fields["title"]
        self.fields["display_at"] = moment_field("Time that customers see", zone, at)
        for component in components:
            self.fields[_field(component)] = forms.ChoiceField(
                label=str(component),
                choices=ComponentStatus.choices,
                required=False,
                initial=self.shown_levels.get(component.public_id, ComponentStatus.OPERATIONAL),
                error_messages={"invalid_choice": "Choose one of the states."},
            )
        self.dress()

    def clean_display_at(self) -> datetime | None:
        shown: datetime | None = self.cleaned_data["display_at"]
        return _past(shown, self.at) if shown else None

    @property
    def levels(self) -> dict[Component, str]:
        """What becomes of which component; work that begins takes its components with it."""
        good = ComponentStatus.OPERATIONAL.value
        chosen = {
            each: self.cleaned_data.get(_field(each)) or self.shown_levels.get(each.public_id, good)
            for each in self.components
        }
        begins = (
            self.event
            and self.event.status == EventStatus.SCHEDULED
            and self.cleaned_data["status"]
            in (
                EventStatus.IN_PROGRESS,
                EventStatus.VERIFYING,
            )
        )
        if begins:
            about = self.levels_now.keys()
            work = ComponentStatus.UNDER_MAINTENANCE.value
            return {
                each: work if level == good and each.public_id in about else level for each, level in chosen.items()
            }
        return chosen

    @property
    def next_update_by(self) -> datetime | None:
        choice = self.cleaned_data.get("next_update")
        if not choice or self.cleaned_data["status"] in OVER:
            return None
        if choice == _KEEP:
            return self.event.next_update_by if self.event else None
        return self.at + timedelta(minutes=int(choice))

    @property
    def values(self) -> dict[str, Any]:
        """For the operation."""
        names = ("title", "status", "text", "display_at")
        given = {name: self.cleaned_data[name] for name in names if name in self.fields}
        return {**given, "levels": self.levels, "next_update_by": self.next_update_by}

    def rows(self) -> Iterator[tuple[Component, forms.BoundField]]:
        """Every component and its select, those that are affected first."""
        order = sorted(self.components, key=lambda each: each.public_id not in self.shown_levels)
        yield from ((each, self[_field(each)]) for each in order)

    @property
    def rows_in_sight(self) -> list[tuple[Component, forms.BoundField]]:
        """All where they are few; else what is affected."""
        rows = list(self.rows())
        return rows if len(rows) <= _IN_SIGHT else [row for row in rows if self._is_in_sight(row[0])]

    @property
    def rows_folded(self) -> list[tuple[Component, forms.BoundField]]:
        shown = {component for component, _ in self.rows_in_sight}
        return [row for row in self.rows() if row[0] not in shown]

    def filled_from(self, template: UpdateTemplate) -> UpdateForm:
        """The same form with all that was typed, and a template's words and step. Nothing is checked yet."""
        typed = {name: self[name].value() for name in self.fields}
        return UpdateForm(
            event=self.event,
            components=self.components,
            zone=self.zone,
            at=self.at,
            suggested=self.shown_levels,
            typed={**typed, "text": template.text, "status": template.status},
        )

    def show_newer(self, event: PublicEvent) -> None:
        """Keep what was typed, and take over what a colleague posted wherever it was left as it was."""
        old = course_of(each for each in event.updates.all() if each.pk <= (self.cleaned_data.get("seen") or 0))
        seen = old.levels if old.status else self.shown_levels
        now, good = _levels_of(event), ComponentStatus.OPERATIONAL.value
        data = {name: self.data[name] for name in self.data} | {"seen": str(last_told(event))}
        if data.get("status") == old.status:
            data["status"] = event.status  # nobody meant to go a step back
        for component in self.components:
            name, key = _field(component), component.public_id
            if data.get(name, good) == seen.get(key, good):
                data[name] = now.get(key, good)
        self.data, self.event, self.shown_levels = data, event, {**self.shown_levels, **now}

    def _is_in_sight(self, component: Component) -> bool:
        bound = self[_field(component)]
        return (
            component.public_id in self.shown_levels
            or bool(bound.errors)
            or bound.value()
            not in {
                None,
                "",
                ComponentStatus.OPERATIONAL.value,
            }
        )


class EditUpdateForm(SeenForm):
    """The words of an update and the time that readers see."""

    text = WordsField(missing="An update can’t be taken back. Say in a sentence what holds.", rows=6)

    def __init__(self, data: Any = None, *, update: EventUpdate, zone: str, at: datetime) -> None:
        super().__init__(data, stored=update_values(update))
        self.fields["display_at"] = moment_field("Time that customers see", zone, at, required=True)
        self.at = at
        self.dress()

    def clean_display_at(self) -> datetime:
        return _past(self.cleaned_data["display_at"], self.at)


class PromiseForm(PlainForm):
    """When customers hear next."""

    next_update = forms.ChoiceField(choices=list(NEXT_UPDATES.items()), required=False, widget=forms.RadioSelect)

    def __init__(self, data: Any = None) -> None:
        super().__init__(data)
        self.dress()

    def promised_at(self, at: datetime) -> datetime | None:
        choice = self.cleaned_data["next_update"]
        return at + timedelta(minutes=int(choice)) if choice else None


class TitleForm(PlainForm):
    title = forms.CharField(
        label="Title for customers",
        max_length=200,
        error_messages={"required": "Give it a title as customers will read it."},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.dress()


def moment_field(label: str, zone: str, at: datetime, *, required: bool = False) -> MomentField:
    """A day and a time in the page's zone; today is offered where nothing is required."""
    field = MomentField(zone=ZoneInfo(zone), zone_label=zone, label=label, required=required, optional_day=not required)
    field.widget.day = at.astimezone(ZoneInfo(zone)).date()
    if required:
        field.error_messages["required"] = "Give the day and the time."
    return field


def _field(component: Component) -> str:
    return f"level_{component.public_id}"


def _levels_of(event: PublicEvent) -> dict[str, str]:
    return dict(event.components.values_list("component__public_id", "level"))


def _past(moment: datetime, at: datetime) -> datetime:
    if moment > at:
        raise forms.ValidationError("This time is still to come. Customers are told what has happened.")
    return moment
