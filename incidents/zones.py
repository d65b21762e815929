"""Which time zones people may name, and how they are shown."""

from __future__ import annotations

from functools import cache
from zoneinfo import available_timezones

# IANA's names of whole-hour offsets. They count west of Greenwich as positive (tz database, file etcetera).
_FIXED = {f"Etc/GMT{-hours:+d}": f"UTC{hours:+d}" for hours in range(-12, 15) if hours}


@cache
def zone_names() -> tuple[str, ...]:
    """What is suggested: IANA names of places, and UTC; not aliases such as EST, which mean different things."""
    return (
        "UTC",
        *sorted(name for name in available_timezones() if "/" in name and not name.startswith("Etc/")),
    )


@cache
def _known_names() -> frozenset[str]:
    return frozenset(zone_names()) | _FIXED.keys()


def known_zone(name: str) -> bool:
    """Whether a form takes this name: what is suggested, and the whole-hour offsets that imported reports state.

    Only a comparison with a list, so a name that is a path reaches no file.
    """
    return name in _known_names()


def zone_label(name: str) -> str:
    """The name as people read it: Etc/GMT-1 means UTC+1, and says the opposite."""
    return _FIXED.get(name, name)
