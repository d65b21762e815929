"""Tables for spreadsheets, in which no cell is a formula."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Sequence

# What a spreadsheet takes for the beginning of a formula, see OWASP on CSV injection.
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", *"\uff1d\uff0b\uff0d\uff20")  # also in full width
_AT_ONCE = 500  # rows


def csv_safe(value: object) -> str:
    """The value as text that a spreadsheet shows and never works out: a ' stands before what would begin a formula."""
    text = "" if value is None else str(value)
    return f"'{text}" if text.lstrip(" ").startswith(_FORMULA) else text


def csv_lines(head: Sequence[str], rows: Iterable[Sequence[object]]) -> Iterator[str]:
    """A CSV document (RFC 4180, with a byte order mark, for spreadsheets that would guess) in pieces."""
    buffer = io.StringIO()
    writer = csv.writer(buffer)
    buffer.write("\ufeff")
    writer.writerow(head)
    for number, row in enumerate(rows, start=1):
        writer.writerow(map(csv_safe, row))
        if number % _AT_ONCE == 0:
            yield buffer.getvalue()
            buffer.seek(0)
            buffer.truncate()
    yield buffer.getvalue()
