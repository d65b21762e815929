"""What an action item says beside what is to be done: who does it, and by when.

Only what is named so counts ("Owner: Ana", "due 2022-11-03"), or a name beside a day in brackets at the end
("(Ana, by 2022-11-03)"): "(Redis)" is no owner. What is not understood stays in the text.
"""

import datetime as dt
import re
from dataclasses import dataclass
from typing import Final

from . import marks
from .dates import find_dates
from .day_readings import Order
from .words import COLUMNS, NOTHING, alternatives

_OWNER: Final = alternatives(name for name in COLUMNS["owner"] if name not in ("lead", "who", "team", "person"))
_DUE: Final = alternatives(COLUMNS["due"])
_LABELLED: Final = re.compile(
    rf"(?:^|[\s(\[,;.|\u2013\u2014-])[*_]{{0,2}}(?:(?P<owner>{_OWNER})|(?P<due>{_DUE}))\s?[*_]{{0,2}}[:\uff1a]\s?[*_]{{0,2}}\s?"
    r"(?P<value>(?:(?!\s[\u2013\u2014-]\s)[^,;()\[\]|:\n]){1,60}?)[*_]{0,2}[)\]]?[.,;]?\s*$",
    re.IGNORECASE,
)
_ASIDE: Final = re.compile(r"\s*[(\[](?P<inside>[^()\[\]\n]{2,80})[)\]]\.?\s*$")
_BY: Final = re.compile(r"(?:due(?:\son|\sby)?|by|until|before|bis|fällig am|avant le|pour le)\s", re.IGNORECASE)
_NAME: Final = re.compile(r"@?[^\W\d_][\w.'\u2019-]{0,30}(?:\s[^\W\d_][\w.'\u2019-]{0,30}){0,3}")
_MOST_FIELDS: Final = 4
_LOOKED_AT: Final = 400


@dataclass(frozen=True, slots=True)
class Promise:
    """An item without its fields, and the fields as written; `due_on` where the day is written in full."""

    text: str
    owner: str | None = None
    due: str | None = None
    due_on: dt.date | None = None


def read_promise(text: str, owner: str | None, due: str | None, order: Order) -> Promise:
    """Take owner and day off the end of an item; those that the list gives in a field of their own count first."""
    head, _, rest = text.partition("\n")
    for _ in range(_MOST_FIELDS):
        found = _labelled(head) or _aside(head, order)
        if found is None:
            break
        bare, said_owner, said_due = found
        if (said_owner and owner) or (said_due and due) or _is_nothing(said_owner) or _is_nothing(said_due):
            break
        head, owner, due = bare, owner or said_owner, due or said_due
    return Promise("\n".join(part for part in (head, rest) if part), owner, due, _day(due, order))


def _is_nothing(value: str | None) -> bool:
    return value is not None and value.strip(" .!").lower() in NOTHING


def _labelled(text: str) -> tuple[str, str | None, str | None] | None:
    start = max(0, len(text) - _LOOKED_AT)
    found = _LABELLED.search(text, start)
    if found is None or not found.start():
        return None
    value = marks.one_line(found["value"])
    return (
        text[: found.start()].rstrip(" ,;|([\u2013\u2014-"),
        value if found["owner"] else None,
        value if found["due"] else None,
    )


def _aside(text: str, order: Order) -> tuple[str, str | None, str | None] | None:
    """Read "(Ana, by 2022-11-03)" at the end: a name and a day, or a day alone where a word says so."""
    found = _ASIDE.search(text, max(0, len(text) - _LOOKED_AT))
    if found is None or not found.start():
        return None
    parts = [part.strip() for part in re.split(r"[,;]|\s[\u2013\u2014-]\s", found["inside"])]
    days = [part for part in parts if _is_day(_BY.sub("", part, count=1), order)]
    names = [part for part in parts if part not in days]
    if len(days) != 1 or len(names) > 1 or not all(map(_NAME.fullmatch, names)):
        return None
    if not names and not _BY.match(days[0]):
        return None
    return text[: found.start()].rstrip(), names[0] if names else None, _BY.sub("", days[0], count=1)


def _is_day(text: str, order: Order) -> bool:
    """Whether a text is a date and nothing else."""
    return any(
        (found.month or found.options) and found.written.strip() == text.strip()
        for found in find_dates(text, order=order)
    )


def _day(written: str | None, order: Order) -> dt.date | None:
    days = {found.value for found in find_dates(written or "", order=order)}
    return days.pop() if len(days) == 1 else None
