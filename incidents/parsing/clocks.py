"""One clock time: "14:05", "2 pm", "14h30", "14:15pm", "14\u664230\u5206", "0832 UTC"."""

import datetime as dt
import re
from dataclasses import dataclass
from typing import Final

from .words import TIME, alternatives

_HALF_AFTER: Final = alternatives([*TIME["morning_after"], *TIME["afternoon_after"]])
CLOCK: Final = re.compile(
    r"(?:(?P<east>" + alternatives([*TIME["morning"], *TIME["afternoon"]]) + r")\s?)?(?:"
    r"(?P<h>\d{1,2})(?:[:\uff1a]|[hH](?=\d\d))(?P<m>\d{2})(?:[:\uff1a](?P<s>\d{2})(?:[.,]\d{1,9})?)?(?![\d])(?!:\d)"
    r"|(?P<sh>\d{1,2})\s[hH]\s?(?P<sm>\d{2})(?!\d)"
    r"|(?P<dh>\d{1,2})[.](?P<dm>\d{2})(?=\s?(?:[-\u2013]\s?\d{1,2}(?:[.:]\d\d)?\s?)?(?:[aApP]\.?[mM]\b|[uU]hr\b|[hH]\b|uur\b|UTC\b|GMT\b|[A-Z]{3,4}\b))"
    r"|(?P<bh>\d{1,2})(?=\s?(?:[-\u2013]\s?\d{1,2}(?::\d\d)?\s?)?[aApP](?:\.\s?)?[mM]\b)"
    r"|(?P<uh>\d{1,2})(?=\s?(?:[uU]hr|uur)\b)|(?P<fh>\d{1,2})\s?[hH](?!\w|\s\d{1,2}\s?m)"
    r"|(?P<oh>\d{1,2})(?=\s?o['\u2019]clock\b)"
    r"|(?P<eh>\d{1,2})[\u6642\u65f6\u70b9\u9ede\uc2dc](?:\s?(?P<em>\d{1,2})[\u5206\ubd84]?|(?P<half>\u534a))?"
    r"|(?P<military>(?:[01]\d|2[0-3])[0-5]\d)(?=[hHzZ]\b|\s?(?:hrs|hours|UTC|GMT)\b)"
    r")(?P<unit>\s?(?:[uU]hr|uur|hrs|hours|h|H|o['\u2019]clock)\b)?"
    rf"(?:\s?(?P<half_day>[aApP])(?:\.\s?)?[mM]\b\.?|(?P<letter>(?<=:\d\d)[aApP])(?![\w.])|\s?(?P<after>{_HALF_AFTER})(?!\w))?"
)


_STARTS: Final = re.compile(rf"(?<!\d)\d|(?:{alternatives([*TIME['morning'], *TIME['afternoon']])})(?=\s?\d)")


@dataclass(slots=True)
class Clock:
    """A clock time and where it ends in the text.

    `half_day` when AM or PM was written, `next_day` for 24:00, `seconds` when they were written.
    """

    time: dt.time
    end: int
    half_day: bool = False
    next_day: bool = False
    seconds: bool = False
    doubts: tuple[str, ...] = ()


def find_clock(text: str, position: int = 0) -> tuple[int, int] | None:
    """Start and end of the next clock time in running text, if any."""
    for start in _STARTS.finditer(text, position):
        match = CLOCK.match(text, start.start())
        before = text[start.start() - 1] if start.start() else " "
        if match and not before.isalnum() and before not in ":.-/" and clock_of(match):
            return match.span()
    return None


def clock_of(match: re.Match[str]) -> Clock | None:
    """The time of a match of `CLOCK`; None when there is no such time of day."""
    found = match.groupdict()
    hour_text = next((found[key] for key in ("h", "sh", "dh", "bh", "uh", "fh", "oh", "eh") if found[key]), None)
    minute_text = found["m"] or found["sm"] or found["dm"] or found["em"] or ("30" if found["half"] else "0")
    if found["military"]:
        hour_text, minute_text = found["military"][:2], found["military"][2:]
    hour, minute, second = int(hour_text or 0), int(minute_text), int(found["s"] or 0)
    half = (found["half_day"] or found["letter"] or "").lower() or _half_of(found["east"] or found["after"])
    if hour > 24 or minute > 59 or second > 59 or (hour == 24 and (minute or second)):
        return None
    return _on_the_day(hour, minute, second, half, match)


def _half_of(word: str | None) -> str:
    """The half of the day that these words name: "a" before noon, "p" after it."""
    if not word:
        return ""
    return "a" if word in TIME["morning"] or word in TIME["morning_after"] else "p"


def _on_the_day(hour: int, minute: int, second: int, half: str, match: re.Match[str]) -> Clock | None:
    written = match[0].strip()
    if hour == 24:
        doubt = f"\u201c{written}\u201d is read as midnight at the end of the day."
        return Clock(dt.time(0), match.end(), next_day=True, doubts=(doubt,))
    doubts: tuple[str, ...] = ()
    if half and (hour > 12 or hour == 0):
        if half == "a" and hour > 12:
            doubts = (f"\u201c{written}\u201d has an hour after noon and AM; read as {hour:02d}:{minute:02d}.",)
        else:
            doubts = (f"\u201c{written}\u201d has both a 24-hour clock and AM or PM; read as {hour:02d}:{minute:02d}.",)
    elif half == "p" and hour < 12:
        hour += 12
    elif half == "a" and hour == 12:
        hour = 0
    time = dt.time(hour, minute, second)
    return Clock(time, match.end(), half_day=bool(half), seconds=match["s"] is not None, doubts=doubts)
