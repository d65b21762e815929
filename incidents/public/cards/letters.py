"""The fonts of the pages, to draw with: which letters they have, and how wide a line is.

A family comes in parts for parts of Unicode, as browsers load it. No part has Arabic, Chinese or emoji.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from functools import lru_cache
from itertools import accumulate, zip_longest
from pathlib import Path
from typing import NamedTuple

from django.conf import settings
from django.contrib.staticfiles import finders
from PIL import Image, ImageDraw, ImageFont

_PARTS = ("latin", "latin-ext")
_NOBODY_HAS = "\U0010ffff"  # so what is drawn for it is drawn for everything that is missing


class Letters(NamedTuple):
    """A family (`inter`, `source-serif-4`) in a weight and a size in pixels."""

    family: str
    weight: int
    size: int

    def width(self, line: str) -> float:
        """In pixels."""
        return sum(self._advances(line))

    def fitting(self, text: str, room: float) -> int:
        """How many of its letters fit side by side, at least one."""
        ends = enumerate(accumulate(self._advances(text)))
        return max(1, next((number for number, end in ends if end > room), len(text)))

    def draw(self, mask: Image.Image, line: str, *, x: float, baseline: int) -> None:
        """In white, from `x` to the right. Each letter was drawn once before and is only put in its place."""
        for char, advance in zip(line, self._advances(line), strict=True):
            if glyph := _glyph(self, char):
                mask.paste(255, (round(x) + glyph.left, baseline + glyph.top), glyph.mask)
            x += advance

    def _advances(self, line: str) -> Iterator[float]:
        return (_advance(self, char, following) for char, following in zip_longest(line, line[1:], fillvalue=""))


class _Glyph(NamedTuple):
    """A letter in white, and where that begins as seen from its place on the baseline."""

    mask: Image.Image
    left: int
    top: int


def drawable(text: str, family: str) -> str:
    """The text without pictographs that the family has no glyph for; empty where it lacks a letter or a digit.

    Half a title would say something else, and boxes say nothing.
    """
    missing = {char for char in text if _part_with(char, family) is None or unicodedata.category(char) == "Cf"}
    if any(unicodedata.category(char)[0] in "LN" for char in missing):
        return ""
    kept = " ".join("".join(char for char in text if char not in missing).split())
    return kept if any(char.isalnum() for char in kept) else ""


@lru_cache(maxsize=4_000)
def _part_with(char: str, family: str) -> str | None:
    if char.isspace():
        return _PARTS[0]
    return next((part for part in _PARTS if _drawn(char, family, part) != _drawn(_NOBODY_HAS, family, part)), None)


def _drawn(char: str, family: str, part: str) -> bytes:
    return bytes(_font(family, part, 400, 16).getmask(char))


@lru_cache(maxsize=20_000)
def _advance(letters: Letters, char: str, following: str) -> float:
    """How far it is to the letter that follows; some pairs stand closer."""
    font = _font_with(char, letters)
    if not following or _font_with(following, letters) is not font:
        return font.getlength(char)
    return font.getlength(char + following) - font.getlength(following)


@lru_cache(maxsize=2_000)
def _glyph(letters: Letters, char: str) -> _Glyph | None:
    """None for a blank."""
    font = _font_with(char, letters)
    left, top, right, bottom = (round(edge) for edge in font.getbbox(char, anchor="ls"))
    if left >= right or top >= bottom:
        return None
    mask = Image.new("L", (right - left, bottom - top))
    ImageDraw.Draw(mask).text((-left, -top), char, font=font, fill=255, anchor="ls")
    return _Glyph(mask, left, top)


def _font_with(char: str, letters: Letters) -> ImageFont.FreeTypeFont:
    part = _part_with(char, letters.family) or _PARTS[0]
    return _font(letters.family, part, letters.weight, letters.size)


@lru_cache(maxsize=64)
def _font(family: str, part: str, weight: int, size: int) -> ImageFont.FreeTypeFont:
    font = ImageFont.truetype(_file(f"vendor/fonts/{family}-{part}-normal.woff2"), size)
    font.set_variation_by_axes([weight])
    return font


def _file(name: str) -> Path:
    """As it was collected, or where it was installed."""
    collected = Path(settings.STATIC_ROOT, name)
    found = collected if collected.is_file() else finders.find(name)
    if not found:
        raise FileNotFoundError(name)
    return Path(found)
