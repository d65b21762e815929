"""Times that only their list gives away: inside the lines of a log, or written without a mark ("14.32", "0502")."""

import datetime as dt
import re
from typing import Final

from .blocks import Block
from .candidates import Candidate
from .day_readings import Order
from .scanning import Stamp
from .times import match_separator, match_stamp

_BARE_CLOCK: Final = re.compile(
    r"\*{0,2}(?P<written>(?P<h>[01]?\d|2[0-3])(?P<dot>\.)?(?P<m>[0-5]\d))\*{0,2}(?=\s|\s?[:,\u2013\u2014-]\s)"
)
_FOUR_DIGITS: Final = 4
# What a log line begins with, before its time: one word ("ERROR", "checkout-1 |"), or something that ends in a mark.
_LOG_TIME: Final = re.compile(
    r"(?P<before>[\[(\"']?)(?:\d{4}[-/]\d\d[-/]\d\d[T\s]\d\d:\d\d:\d\d|\d\d/[A-Z][a-z]{2}/\d{4}:\d\d:\d\d:\d\d"
    r"|(?<=[\"=(:])(?:1\d{9}|20\d{8})(?:\d{3})?(?:\.\d{1,9})?(?=[\"':,)}])"
    r"|[A-Z][a-z]{2}\s{1,2}\d{1,2}\s\d\d:\d\d:\d\d|(?<=\b[DIWEF])(?:0\d|1[0-2])[0-3]\d\s\d\d:\d\d:\d\d\.\d)"
)
_NAMED: Final = re.compile(
    r"\*{0,2}(?P<name>[^\W\d_][^\d:|\n]{0,38}?)\*{0,2}\s?(?:[:|]\*{0,2}|\s[\u2013\u2014-])\s{1,3}(?=[^\W_])"
)
_LOG_KEY: Final = re.compile(r"[\w@.]{1,20}=$")
_LOG_MARKS: Final = ("[", "(", "|", ":", ">", "=", "]", "-", '"', "'")
_LOG_PREFIX: Final = 120
_LOG_OBJECT: Final = 1000


def bare_clock(block: Block) -> Candidate | None:
    """A line that may begin with "14.32" or "0502": only its neighbours can tell that this is a time."""
    match = _BARE_CLOCK.match(block.text) if block.kind in ("line", "item") else None
    if match is None or (not match["dot"] and len(match["written"]) < _FOUR_DIGITS):
        return None
    separator = match_separator(block.text, match.end())
    stamp = Stamp(match["written"], separator, clock=dt.time(int(match["h"]), int(match["m"])), separated=True)
    return Candidate(stamp, block.text[separator:].strip())


def named(block: Block, *, order: Order = None) -> Candidate | None:
    """The time behind a short name: "Ana: 05:02 down", "Detected - 05:04 UTC by the pager"."""
    match = _NAMED.match(block.text) if block.kind in ("line", "item") else None
    stamp = match_stamp(block.text[match.end() :], order=order) if match else None
    if match is None or stamp is None or stamp.clock is None:
        return None
    rest = block.text[match.end() + stamp.end :].strip()
    return Candidate(stamp, f"{match['name'].strip()}: {rest}" if rest else match["name"].strip())


def _inside_call(text: str, match: re.Match[str]) -> bool:
    return match["before"] == "(" and text[: match.start()][-1:].isalnum()


def embedded(block: Block, *, order: Order = None) -> Candidate | None:
    """The time inside a line of a log: "ERROR 2026-03-07 05:02:11 text", "10.0.0.1 - - [07/Mar/2026:05:02:11 +0000]".

    Its text is the rest of the line; all of the line when the time is the quoted value of something (JSON).
    """
    if block.kind not in ("line", "item"):
        return None
    match = _LOG_TIME.search(block.text, 0, _LOG_OBJECT if block.text.startswith("{") else _LOG_PREFIX)
    if match is None:
        return None
    before = block.text[: match.start()].rstrip()
    in_columns = block.text[: match.start()].endswith(("  ", "\t"))
    if len(before.split()) > 1 and not in_columns and not (before + match["before"]).endswith(_LOG_MARKS):
        return None
    stamp = match_stamp(block.text[match.start() :], order=order)
    if stamp is None or stamp.clock is None or stamp.date is None:
        return None
    quoted = match["before"] in ("'", '"') or before.startswith("{") or _inside_call(block.text, match)
    if quoted and not _LOG_KEY.search(before):
        return Candidate(stamp, block.text)
    rest = block.text[match.start() + stamp.end :].strip()
    return Candidate(stamp, f"{_LOG_KEY.sub('', before).rstrip()} {rest}".strip())
