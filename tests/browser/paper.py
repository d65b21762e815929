"""What a PDF by Chromium says, read as far as its own writer needs: pages, and the letters on them in order."""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterator

_OBJECT = re.compile(rb"(?:^|\n)(\d+) 0 obj\n(.*?)\nendobj", re.DOTALL)
_SHOWN = re.compile(rb"/(F\d+) [\d.]+ Tf|<([0-9A-Fa-f]+)> Tj")
_PAIR = re.compile(rb"<([0-9A-F]+)> <([0-9A-F]+)>\n")
_RANGE = re.compile(rb"<([0-9A-F]+)> <([0-9A-F]+)> <([0-9A-F]+)>\n")


def pages_of(pdf: bytes) -> list[str]:
    """The letters of every page, in the order in which they were drawn, one line right behind the other."""
    objects = {int(match[1]): match[2] for match in _OBJECT.finditer(pdf)}
    return ["".join(_letters(body, objects)) for body in objects.values() if re.search(rb"/Type /Page\b", body)]


def _letters(page: bytes, objects: dict[int, bytes]) -> Iterator[str]:
    fonts = {name: _alphabet(objects[int(number)], objects) for name, number in re.findall(rb"/(F\d+) (\d+) 0 R", page)}
    content = re.search(rb"/Contents (\d+) 0 R", page)
    alphabet: dict[bytes, str] = {}
    for font, shown in _SHOWN.findall(_stream(objects[int(content[1])])) if content else ():
        if font:
            alphabet = fonts[font]
        width = len(next(iter(alphabet), b"00"))
        yield from (alphabet.get(shown[at : at + width], "") for at in range(0, len(shown), width))


def _alphabet(font: bytes, objects: dict[int, bytes]) -> dict[bytes, str]:
    """The character that each code of a font stands for."""
    named = re.search(rb"/ToUnicode (\d+) 0 R", font)
    table = _stream(objects[int(named[1])]) if named else b""
    found = {}
    for part in re.findall(rb"beginbfchar\n(.*?)endbfchar", table, re.DOTALL):
        found |= {code: _text(character) for code, character in _PAIR.findall(part)}
    for part in re.findall(rb"beginbfrange\n(.*?)endbfrange", table, re.DOTALL):
        for first, last, character in _RANGE.findall(part):
            for step in range(int(last, 16) - int(first, 16) + 1):
                code = f"{int(first, 16) + step:0{len(first)}X}".encode()
                found[code] = chr(int(character, 16) + step)
    return found


def _text(hexadecimal: bytes) -> str:
    return bytes.fromhex(hexadecimal.decode()).decode("utf-16-be")


def _stream(body: bytes) -> bytes:
    head, _, rest = body.partition(b"stream\n")
    length = re.search(rb"/Length (\d+)", head)
    raw = rest[: int(length[1])] if length else b""
    return zlib.decompress(raw) if b"/FlateDecode" in head else raw
