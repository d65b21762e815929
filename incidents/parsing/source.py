"""From bytes to clean text, or a sentence that says why not."""

import re
from typing import Final

MAX_BYTES: Final = 1_048_576
"""One mebibyte: fifty times the longest report seen. Larger input is refused, not cut."""

MAX_LINES: Final = 10_000
"""Likewise: the longest report seen has 500 lines."""

MAX_ROWS: Final = 1_000
"""Of the timeline of one report, however they come in; so many open in about a second."""

_BOM: Final = "\ufeff"
_UTF16_MARKS: Final = (b"\xff\xfe", b"\xfe\xff")
_SURROGATE: Final = re.compile("[\ud800-\udfff]")
_CONTROL: Final = re.compile(r"[\x00-\x08\x0e-\x1a\x1c-\x1f]")
_BINARY_SHARE: Final = 0.02
# Marks for the direction of writing, and spaces and hyphens of no width.
_INVISIBLE: Final = "\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u200b\u2060\ufeff\u00ad"
_MENDED: Final = {
    0x2010: "-",
    0x2011: "-",
    **{ord(mark): None for mark in _INVISIBLE},
    **{
        code: bytes([code]).decode("cp1252") for code in range(0x80, 0xA0) if code not in (0x81, 0x8D, 0x8F, 0x90, 0x9D)
    },
}


class ReadingError(ValueError):
    """The input gives no report. `str()` is a sentence for the person who sent it."""


class Unreadable(ReadingError):
    """The bytes are no text we can read: too large, binary, or in another encoding."""


class NotAReport(ReadingError):
    """The text was read, and it tells of no incident."""


def to_text(source: str | bytes) -> str:
    r"""UTF-8 bytes or text → text without a byte order mark, its lines ended by `\n`.

    Invisible marks are taken out: they stand between a time and its line's start, part words that are one, and can
    make a text read otherwise than it is. Control characters from 0x80 on are punctuation of
    Windows-1252 that somebody read as Latin-1, and become that. Hyphens are one character ("2026\u201103\u201107").

    Raises:
        Unreadable: too large, binary, NUL characters, UTF-16, or invalid UTF-8.
    """
    if isinstance(source, bytes):
        text = _decode(source)
    else:
        text = source
        if len(text) > MAX_BYTES or len(text.encode("utf-8", "surrogatepass")) > MAX_BYTES:
            raise Unreadable(_too_large(len(text)))
    _refuse_binary(text)
    text = text.removeprefix(_BOM).translate(_MENDED).replace("\r\n", "\n").replace("\r", "\n")
    lines = text.count("\n") + 1
    if lines > MAX_LINES:
        raise Unreadable(f"The text is too long: {lines:,} lines. A report may have up to {MAX_LINES:,}.")
    return text


def _decode(data: bytes) -> str:
    if len(data) > MAX_BYTES:
        raise Unreadable(_too_large(len(data)))
    if data.startswith(_UTF16_MARKS):
        raise Unreadable("The file is in UTF-16. Save it as UTF-8 and send it again.")
    if b"\0" in data:
        raise Unreadable(_NUL)
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise Unreadable(
            f"The file is not valid UTF-8: line {line} holds a byte that does not belong there "
            f"(0x{data[error.start]:02x}). Save it as UTF-8 and send it again."
        ) from error


def _refuse_binary(text: str) -> None:
    if "\0" in text:
        raise Unreadable(_NUL)
    if _SURROGATE.search(text):
        raise Unreadable("The text holds half a character (a lone surrogate). Copy it again from its source.")
    controls = sum(1 for _ in _CONTROL.finditer(text))
    if controls > max(8, len(text) * _BINARY_SHARE):
        raise Unreadable("The file is binary: it holds control characters that no text has.")


_NUL: Final = "The file is binary: it holds NUL characters. A report is a text file (Markdown)."


def _too_large(size: int) -> str:
    return (
        f"The file is too large: {size / 1_048_576:.1f} MB. A report may have up to "
        f"{MAX_BYTES // 1_048_576} MB of text."
    )
