"""What stands before a time: "around", "shortly after", "between", "Time:", "on Sunday", "Day 2"."""

import re
from typing import Final

from .clocks import CLOCK
from .dates import folded, match_date
from .day_readings import DateReading
from .scanning import Scan
from .words import TIME, WEEKDAYS, alternatives


def _words(*names: str) -> str:
    return alternatives(word for name in names for word in TIME[name])


_ABOUT: Final = re.compile(rf"(?:~(?!~)|[\u2248\u223c\u301c\uff5e]|(?:{_words('about_before')})(?![^\W\d_]))\s{{0,2}}")
_BEFORE: Final = re.compile(rf"(?:{_words('before')})(?![^\W_])\s{{1,2}}|<\s?(?=\d)")
_AFTER: Final = re.compile(rf"(?:{_words('after')})(?![^\W_])\s{{1,2}}|>\s?(?=\d)")
_AT: Final = re.compile(rf"(?:{_words('at')})(?![^\W_])\s{{0,2}}|@\s?(?=\d)")
_BETWEEN: Final = re.compile(rf"(?:{_words('between')})\s{{1,2}}(?=\d)")
_LABEL: Final = re.compile(rf"(?:ts|{_words('label')})\s?(?:[:\uff1a]|(?<!\s)=)\s{{0,4}}[\"']?")
_ADVERB: Final = re.compile(rf"(?:{_words('adverb')}),?\s{{1,2}}(?=\D)")
_DAY_LEAD: Final = re.compile(r"(?:on|the|le|am|den|el|il|em|no dia|dia|d\.)\s{1,2}(?=\S)")
# "Mo" is Monday where a comma or dot closes it; else it may be somebody's name.
_WEEKDAY: Final = (
    f"(?:{alternatives(name for name in WEEKDAYS if len(name) > 2)})(?![^\\W_])\\.?"
    f"|(?:{alternatives(name for name in WEEKDAYS if len(name) < 3)})(?=[.,])\\.?"
)
_DAY_WORD: Final = re.compile(
    rf"(?P<weekday>{_WEEKDAY})|(?P<today>{_words('today')})(?!\w)|(?P<yesterday>{_words('yesterday')})(?!\w)"
    rf"|(?:{_words('counted')})\s{{0,2}}[#n\u00b0]{{0,2}}(?P<count>\d{{1,2}})(?![\d.]\d|\w)",
)
_DAY_GAP: Final = re.compile(r"(?:\s{0,2}[,:@\u2013\u2014-])?\s{0,3}(?=\S)")


def read_lead(scan: Scan) -> None:
    """Words before the clock: how precise it is, and that it is one."""
    for _ in range(3):
        if scan.text[scan.position : scan.position + 1].isdigit():
            return
        if scan.take_word(_ABOUT):
            scan.precision = "about"
        elif scan.take_word(_BEFORE):
            scan.precision = "before"
        elif scan.take_word(_AFTER):
            scan.precision = "after"
        elif scan.take_word(_BETWEEN):
            scan.precision, scan.between = "about", True
        elif not scan.take_word(_AT):
            return
        scan.led = True


def read_about(scan: Scan) -> bool:
    """Step over a word that makes a time approximate."""
    return scan.take_word(_ABOUT) is not None


def read_adverb(scan: Scan) -> None:
    """Step over "However," where a word such as "by" and a clock follow."""
    saved, precision = scan.position, scan.precision
    if not scan.take_word(_ADVERB):
        return
    read_lead(scan)
    if not (scan.led and CLOCK.match(scan.text, scan.position)):
        scan.position, scan.precision, scan.led = saved, precision, False


def read_label(scan: Scan) -> bool:
    """Step over "Time:" or "ts=" where a number follows."""
    label = _LABEL.match(scan.folded, scan.position)
    if label is None or not scan.text[label.end() : label.end() + 1].isdigit():
        return False
    scan.position = label.end()
    return True


def read_day_lead(scan: Scan) -> None:
    """Step over "on" or "le" where a date follows."""
    lead = _DAY_LEAD.match(scan.folded, scan.position)
    if lead and match_date(scan.text, lead.end(), order=scan.order):
        scan.position = lead.end()


def read_day_word(scan: Scan) -> None:
    """A weekday, "today" or "Day 2" right before a clock."""
    found = match_day_word(scan.text, scan.position)
    gap = _DAY_GAP.match(scan.text, found.end) if found else None
    if found is None or gap is None:
        return
    saved, precision, led = scan.position, scan.precision, scan.led
    scan.position = gap.end()
    read_lead(scan)
    if CLOCK.match(scan.text, scan.position):
        scan.date = found
        return
    scan.position, scan.precision, scan.led = saved, precision, led


def match_day_word(text: str, position: int = 0) -> DateReading | None:
    """The day that a word names at this position: "Sunday", "today", "Day 2"."""
    match = _DAY_WORD.match(folded(text), position)
    if match is None:
        return None
    weekday = WEEKDAYS.get(match["weekday"].rstrip(".")) if match["weekday"] else None
    count = int(match["count"]) if match["count"] else 0 if match["today"] else -1 if match["yesterday"] else None
    if weekday is None and count is None:
        return None
    return DateReading(
        text[match.start() : match.end()], match.start(), match.end(), None, None, None, weekday=weekday, count=count
    )
