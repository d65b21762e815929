from __future__ import annotations

from datetime import UTC, date, datetime, time, tzinfo
from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError

from incidents.models import Incident
from incidents.publishing.operations import NoteRefused


class NoteForm(forms.Form):
    """With a note that readers get as it is. What the check doubts in it goes out when the box is ticked."""

    note_field: ClassVar[str]

    # The box, which the template draws when there is something to confirm: it says which words are meant.
    meant = forms.CharField(required=False, widget=forms.HiddenInput)
    to_confirm = ""

    @property
    def note(self) -> str:
        return str(self.cleaned_data.get(self.note_field, ""))

    def refuse_note(self, refusal: NoteRefused) -> None:
        self.to_confirm = refusal.meant
        self.add_error(self.note_field, refusal.messages)


class PublishForm(NoteForm):
    """At once. From the second version on, readers are told what changed."""

    note_field = "change_note"

    change_note = forms.CharField(
        label="What changed?",
        max_length=500,
        required=False,
        widget=forms.Textarea({"rows": 3, "class": "form-control"}),
        help_text="Readers see this beside the version.",
    )
    day = forms.DateField(
        required=False,
        widget=forms.DateInput({"type": "date", "class": "form-control"}, format="%Y-%m-%d"),
        error_messages={"invalid": "Give the day as 2026-03-09."},
    )
    clock = forms.TimeField(
        label="Time",
        required=False,
        widget=forms.TimeInput({"type": "time", "class": "form-control"}, format="%H:%M"),
        error_messages={"invalid": "Give the time as 15:00."},
    )
    # What is typed means the zone that was on the screen.
    zone = forms.CharField(required=False, max_length=60, widget=forms.HiddenInput)

    def __init__(
        self, data: Any = None, *, incident: Incident, is_correction: bool, initial: dict[str, Any] | None = None
    ) -> None:
        super().__init__(data, initial={"zone": incident.time_zone} | (initial or {}))
        self.incident = incident
        if is_correction:
            self.fields["change_note"].required = True
        else:
            del self.fields["change_note"]

    @property
    def zone_label(self) -> str:
        """The zone as people read it: Etc/GMT-1 means UTC+1, and says the opposite."""
        name = self.incident.time_zone
        if not name.startswith("Etc/GMT"):
            return name
        return "UTC" + name.removeprefix("Etc/GMT").translate(str.maketrans("+-", "-+"))

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        self.check_hour(cleaned)
        return cleaned

    def check_hour(self, cleaned: dict[str, Any]) -> None:
        """Enter in the field of the hour presses the first button: nothing goes out now that was meant for later."""
        if cleaned.get("day") or cleaned.get("clock"):
            self.add_error("day", "You gave an hour. Publish then, or empty both fields to publish now.")


class ScheduleForm(PublishForm):
    """At an hour to come, read in the incident's zone. Cleans to `publish_at`."""

    def check_hour(self, cleaned: dict[str, Any]) -> None:
        if {"day", "clock"} & self.errors.keys():
            return
        if cleaned.get("zone") not in {"", self.incident.time_zone}:
            self.add_error("clock", f"The incident’s zone is {self.zone_label} now. Look at the time again.")
        elif not cleaned.get("day"):
            self.add_error("day", "Give the day.")
        elif not cleaned.get("clock"):
            self.add_error("clock", "Give the time as well.")
        else:
            try:
                cleaned["publish_at"] = _moment(cleaned["day"], cleaned["clock"], self.incident.zone)
            except ValidationError as error:
                self.add_error("clock", error)
            except OverflowError:
                self.add_error("day", "That day can’t be right.")


def _moment(day: date, clock: time, zone: tzinfo) -> datetime:
    """What the clocks there show then. Raises ValidationError for what they skip or show twice."""
    local = datetime.combine(day, clock)
    instants = {local.replace(tzinfo=zone, fold=fold).astimezone(UTC) for fold in (0, 1)}
    shown = {instant for instant in instants if instant.astimezone(zone).replace(tzinfo=None) == local}
    if not shown:
        raise ValidationError(f"The clocks skip {clock:%H:%M} on that day. Choose another time.", code="skipped")
    if len(shown) > 1:
        raise ValidationError(f"The clocks show {clock:%H:%M} twice on that day. Choose another time.", code="twice")
    return shown.pop()


class WithdrawForm(NoteForm):
    note_field = "reason"

    reason = forms.CharField(
        label="Why is it withdrawn?",
        max_length=500,
        widget=forms.Textarea({"rows": 3}),
        help_text="Customers who follow a link find this reason, and nothing else.",
    )
