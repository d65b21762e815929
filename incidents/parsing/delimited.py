"""Comma, semicolon and tab separated values inside a text: what a spreadsheet or an export gives.

Only a head that names a column of times opens such a table; a sentence with commas in it does not.
"""

import csv
from collections.abc import Sequence
from typing import Final

from .words import COLUMNS

_DELIMITERS: Final = ("\t", ";", ",")
_LONGEST_HEAD: Final = 300
_LONGEST_NAME: Final = 40
_MOST_COLUMNS: Final = 30
_MOST_LINES_A_ROW: Final = 20


def head_delimiter(line: str, following: str) -> str | None:
    """The delimiter of a table whose head this line is, with a first row below it; None when it is no such head."""
    if len(line) > _LONGEST_HEAD:
        return None
    for delimiter in _DELIMITERS:
        if delimiter not in line or delimiter not in following:
            continue
        names = cells_of(line, delimiter)
        if names is None or not all(len(name) <= _LONGEST_NAME for name in names):
            continue
        timed = [index for index, name in enumerate(names) if name.lower().split("(")[0].strip(" :") in COLUMNS["time"]]
        row = cells_of(following, delimiter) or ()
        if any(index < len(row) and row[index][:1].isdigit() for index in timed):
            return delimiter
    return None


def cells_of(line: str, delimiter: str) -> tuple[str, ...] | None:
    """The cells of one row; None when it has a single one, or too many."""
    try:
        cells = next(csv.reader([line], delimiter=delimiter, skipinitialspace=True), [])
    except csv.Error:
        return None
    if not 1 < len(cells) <= _MOST_COLUMNS:
        return None
    return tuple(" ".join(cell.split()) for cell in cells)


def row_at(lines: Sequence[str], number: int, delimiter: str) -> tuple[str, tuple[str, ...]] | None:
    """The row that starts at this line, with its source; a quoted cell may hold line breaks."""
    for end in range(number + 1, min(len(lines), number + _MOST_LINES_A_ROW) + 1):
        source = "\n".join(lines[number:end])
        if source.count('"') % 2 == 0:
            cells = cells_of(source.replace("\n", " "), delimiter)
            return (source, cells) if cells else None
    cells = cells_of(lines[number], delimiter)
    return (lines[number], cells) if cells else None
