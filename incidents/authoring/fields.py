"""A moment as people write it: a day, a clock time, in the incident's zone."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta, timezone, tzinfo
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.core.exceptions import ValidationError

from incidents.authoring.zones import known_zone, zone_label

_CLOCK = re.compile(
    r"""^\s*(?P<hour>[0-9]{1,2})(?:[:.h]?(?P<minute>[0-9]{2}))?(?:[:.](?P<second>[0-9]{2}))?
        \s*(?P<half>[ap]\.?m\.?)?
        \s*(?P<offset>Z|UTC|[+-][0-9]{2}(?::?[0-9]{2})?)?\s*$""",
    re.IGNORECASE | re.VERBOSE,
)
_DAY_AND_CLOCK = re.compile(r"^\s*([0-9]{4}-[0-9]{2}-[0-9]{2})[T\s]+(\S.*)$")
EARLIEST = date(1970, 1, 1)


class MomentWidget(forms.MultiWidget):
    """A date input and a text input for the time: `05:10`, `5:10 am`, `02:30+01:00`."""

    template_name = "authoring/widgets/moment.html"

    def __init__(self, zone_label: str = "UTC", attrs: dict[str, Any] | None = None) -> None:
        clock = {"autocomplete": "off", "placeholder": "05:10", "size": 8, "aria-label": "Time"}
        super().__init__(
            {
                "date": forms.DateInput({"type": "date", "aria-label": "Day"}, format="%Y-%m-%d"),
                "time": forms.TextInput(clock),
                # The zone that was on the screen: what is typed means that zone, whatever the incident's is by then.
                "zone": forms.HiddenInput(),
            },
            attrs,
        )
        self.zone_label = zone_label
        self.zone: tzinfo = UTC
        self.group_label = ""
        self.day: date | None = None  # offered where there is no value yet

    def decompress(self, value: Any) -> list[Any]:
        if not isinstance(value, datetime):
            return [self.day, None, self.zone_label]
        local = value.astimezone(self.zone)
        return [local.date(), clock_of(local), self.zone_label]

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        context["widget"]["zone_label"] = zone_label(self.zone_label)
        context["widget"]["group_label"] = self.group_label
        for part in context["widget"]["subwidgets"]:
            part["attrs"]["id"] = f"id_{part['name']}"
        return context

    def id_for_label(self, id_: str, index: str | None = None) -> str:
        """The time is what is typed: notes are about it, and the editor's script looks for it."""
        return f"{id_}_time" if id_ else id_


class MomentField(forms.MultiValueField):
    """Cleans to an aware datetime in UTC, or None.

    The day is read in the zone given; `2023-03-07 05:10` in place of the time names another day. A time that the
    zone's clocks skipped or showed twice is not guessed: the message gives the offsets to choose from, and
    `02:30+01:00` is understood.
    """

    widget: MomentWidget

    def __init__(self, *, zone: tzinfo, zone_label: str, optional_day: bool = False, **kwargs: Any) -> None:
        self.optional_day = optional_day  # a day alone, offered and not used, is no moment
        widget = MomentWidget(zone_label)
        widget.zone = zone
        widget.group_label = kwargs.get("label", "")
        super().__init__(
            fields=(
                forms.DateField(required=False, error_messages={"invalid": "Give the day as 2023-03-06."}),
                forms.CharField(required=False, max_length=30),
                forms.CharField(required=False, max_length=60),
            ),
            require_all_fields=False,
            widget=widget,
            **kwargs,
        )
        self.zone = zone

    def compress(self, data_list: list[Any]) -> datetime | None:
        day, clock, shown = data_list or [None, None, ""]
        if not clock and (not day or self.optional_day):
            return None
        if clock and (written := _DAY_AND_CLOCK.match(clock)):
            day, clock = _written_day(written[1]), written[2]
        if not day:
            raise ValidationError("Give the day as well.", code="incomplete")
        if not clock:
            raise ValidationError("Give the time as well, such as 05:10.", code="incomplete")
        return to_moment(day, clock, ZoneInfo(shown) if shown and known_zone(shown) else self.zone)


def clock_of(local: datetime) -> str:
    """The clock time of an aware moment as a form shows it: with the offset where the clocks showed it twice."""
    clock = local.strftime("%H:%M:%S" if local.second else "%H:%M")
    zone = local.tzinfo
    if zone is not None and _is_doubtful(local.replace(tzinfo=None, fold=0), zone):
        clock += _written_offset(local)
    return clock


def _written_day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise ValidationError("There is no such day.", code="invalid") from error


def to_moment(day: date, clock: str, zone: tzinfo) -> datetime:
    """Put a day and a written time into a zone. Raises ValidationError with what to write instead."""
    match = _CLOCK.match(clock)
    if match is None:
        raise ValidationError("Write the time as 05:10 or 5:10 am.", code="invalid")
    if not EARLIEST <= day <= date(9998, 12, 31):
        raise ValidationError("That day can’t be right.", code="invalid")
    local = datetime.combine(day, _clock_time(match))
    offset = match["offset"]
    if offset:
        return local.replace(tzinfo=_offset(offset)).astimezone(UTC)
    if _is_doubtful(local, zone):
        raise ValidationError(_doubt(local, zone), code="ambiguous")
    return local.replace(tzinfo=zone).astimezone(UTC)


def _clock_time(match: re.Match[str]) -> time:
    hour, minute, second = int(match["hour"]), int(match["minute"] or 0), int(match["second"] or 0)
    if match["half"]:
        if not 1 <= hour <= 12:
            raise ValidationError("With am or pm the hour goes from 1 to 12.", code="invalid")
        hour = hour % 12 + (12 if match["half"].lower().startswith("p") else 0)
    elif match["minute"] is None:
        raise ValidationError("Write the time as 05:10 or 5:10 am.", code="invalid")
    try:
        return time(hour, minute, second)
    except ValueError as error:
        raise ValidationError("There is no such time of day.", code="invalid") from error


def _offset(text: str) -> timezone:
    if text.upper() in {"Z", "UTC"}:
        return UTC
    digits = text[1:].replace(":", "").ljust(4, "0")
    minutes = int(digits[:2]) * 60 + int(digits[2:])
    if minutes > 14 * 60:
        raise ValidationError("No clock is that far from UTC.", code="invalid")
    return timezone(timedelta(minutes=-minutes if text[0] == "-" else minutes))


def _readings(local: datetime, zone: tzinfo) -> list[datetime]:
    """The instants that a wall clock showed this time: none in a gap, two in a fold, else one."""
    found = []
    for fold in (0, 1):
        instant = local.replace(tzinfo=zone, fold=fold).astimezone(UTC)
        if instant.astimezone(zone).replace(tzinfo=None, fold=0) == local and instant not in found:
            found.append(instant)
    return found


def _is_doubtful(local: datetime, zone: tzinfo) -> bool:
    return len(_readings(local, zone)) != 1


def _doubt(local: datetime, zone: tzinfo) -> str:
    readings = _readings(local, zone)
    if not readings:
        return f"The clocks skipped {local:%H:%M} on that day. Write another time, or add the offset."
    choices = " or ".join(f"{local:%H:%M}{_written_offset(reading.astimezone(zone))}" for reading in readings)
    return f"The clocks showed {local:%H:%M} twice on that day. Write {choices}."


def _written_offset(moment: datetime) -> str:
    raw = moment.strftime("%z")
    return f"{raw[:3]}:{raw[3:5]}"
