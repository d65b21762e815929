"""Draws a card. The same card gives the same bytes, on a machine with the same Pillow.

A picture has few colours, so it is a palette from the start: text is drawn as coverage, and each step from the ground
to the ink has its place in the palette. Reducing the colours of a finished picture would take ten times as long.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence
from functools import lru_cache
from io import BytesIO

from PIL import Image, ImageColor, ImageDraw

from incidents.public.cards import Card
from incidents.public.cards.letters import Letters, drawable
from incidents.public.images import read_stored

# The light ones of tokens.css: a picture can’t ask which its reader prefers.
_PAPER, _INK, _MUTED = "#fbfaf7", "#1b1f24", "#5c626a"
_GREY = ("#4d535b", "#eeede8")
_CHIPS = {
    "critical": ("#a52a24", "#f9e5e2"),
    "high": ("#934311", "#fae7d6"),
    "underway": ("#7b4f06", "#fbf1dc"),
    "done": ("#21683f", "#e6f2e9"),
    "under_maintenance": ("#21518f", "#e3ecf7"),
}
_STEPS = 10  # between a ground and its ink; more make the file larger and no letter smoother
_LOGO_COLOURS = 96
_SMOOTH = 4  # corners are drawn so many times larger

_MARGIN = 80
_RIGHT = Card.width - _MARGIN
_ROOM = _RIGHT - _MARGIN
_BAR = 14
_HEAD, _TITLE, _FOOT = 112, 176, 534  # the middle of the head, the top of the title, the middle of the foot
_TITLE_HEIGHT = 310
_TITLE_SIZES = (78, 70, 62, 54, 48)
_LEADING = 1.18
_SERIF, _SANS = "source-serif-4", "inter"
_NAME = Letters(_SANS, 650, 34)
_SMALL = Letters(_SANS, 450, 29)
_CHIP = Letters(_SANS, 550, 29)
_CHIP_HEIGHT, _CHIP_PADDING = 54, 24
_LOGO_BOX = (360, 64)

logger = logging.getLogger(__name__)


def draw_card(card: Card) -> bytes:
    """A PNG of the card's size. A title in letters that we have no font for gives way to what the card is about."""
    logo, content_type = card.logo
    return _drawn(card, read_stored(logo, content_type) if logo else None)


@lru_cache(maxsize=32)  # an event has many posts, and most of them change nothing that is on its card
def _drawn(card: Card, content: bytes | None) -> bytes:
    picture = _Picture()
    picture.fill((0, 0, Card.width, _BAR), card.accent or _INK)
    left = _MARGIN
    if logo := _logo(content):
        left += picture.place(logo, x=left, middle=_HEAD) + 24
    if name := drawable(card.site_name, _SANS):
        picture.write(_cut(name, _NAME, _RIGHT - left), _NAME, x=left, middle=_HEAD)
    title = drawable(card.title, _SERIF)
    letters, lines = _set(title or card.about)
    for number, line in enumerate(lines):
        middle = _TITLE + (number + 0.5) * letters.size * _LEADING
        picture.write(line, letters, x=_MARGIN, middle=middle)
    left = _MARGIN
    if card.state:
        left += picture.chip(card.state, *_CHIPS.get(card.tone, _GREY), x=left, middle=_FOOT) + 24
    if title:
        about = _cut(card.about, _SMALL, _RIGHT - left)
        picture.write(about, _SMALL, x=left, middle=_FOOT, ink=_MUTED)
    return picture.to_png()


class _Picture:
    """A picture of at most 256 colours, which get their places as they come."""

    def __init__(self) -> None:
        self._image = Image.new("P", (Card.width, Card.height))
        self._places: dict[tuple[int, ...], int] = {ImageColor.getrgb(_PAPER): 0}

    def fill(self, box: tuple[int, int, int, int], colour: str) -> None:
        self._image.paste(self._place(ImageColor.getrgb(colour)), box)

    def write(
        self, line: str, letters: Letters, *, x: int, middle: float, ink: str = _INK, ground: str = _PAPER
    ) -> None:
        """A line whose small letters stand about the middle."""
        above, below, beside = letters.size, letters.size // 2, letters.size // 4  # letters reach out of their places
        mask = Image.new("L", (round(letters.width(line)) + 2 * beside, above + below))
        letters.draw(mask, line, x=beside, baseline=above)
        self._paste(mask, x=x - beside, top=round(middle + 0.35 * letters.size) - above, ink=ink, ground=ground)

    def chip(self, words: str, ink: str, wash: str, *, x: int, middle: int) -> int:
        """Words on a rounded ground. Returns how wide that is."""
        width = round(_CHIP.width(words)) + 2 * _CHIP_PADDING
        shape = Image.new("L", (width * _SMOOTH, _CHIP_HEIGHT * _SMOOTH))
        corner = (shape.width - 1, shape.height - 1)
        ImageDraw.Draw(shape).rounded_rectangle(((0, 0), corner), radius=shape.height // 2, fill=255)
        self._paste(shape.reduce(_SMOOTH), x=x, top=middle - _CHIP_HEIGHT // 2, ink=wash, ground=_PAPER)
        self.write(words, _CHIP, x=x + _CHIP_PADDING, middle=middle, ink=ink, ground=wash)
        return width

    def place(self, image: Image.Image, *, x: int, middle: int) -> int:
        """Another picture with a palette. Returns how wide it is."""
        colours = image.getpalette() or []
        triples = [tuple(colours[start : start + 3]) for start in range(0, len(colours), 3)]
        places = [self._place(each) for each in triples]
        self._image.paste(image.point(places + [0] * (256 - len(places))), (x, middle - image.height // 2))
        return image.width

    def to_png(self) -> bytes:
        self._image.putpalette([part for colour in self._places for part in colour])
        file = BytesIO()
        self._image.save(file, "PNG", compress_level=3)  # the next takes a third longer, and saves an eighth
        return file.getvalue()

    def _paste(self, mask: Image.Image, *, x: int, top: int, ink: str, ground: str) -> None:
        """In `ink` where the mask is white, on a `ground` that is there already."""
        ends = ImageColor.getrgb(ground), ImageColor.getrgb(ink)
        ramp = [self._place(_between(*ends, step / _STEPS)) for step in range(_STEPS + 1)]
        steps = [round(level * _STEPS / 255) for level in range(256)]
        is_inked = mask.point([255 if step else 0 for step in steps])
        self._image.paste(mask.point([ramp[step] for step in steps]), (x, top), is_inked)

    def _place(self, colour: tuple[int, ...]) -> int:
        return self._places.setdefault(colour, len(self._places))


def _between(ground: tuple[int, ...], ink: tuple[int, ...], share: float) -> tuple[int, ...]:
    return tuple(round(one + (other - one) * share) for one, other in zip(ground, ink, strict=True))


# ── Lines ───────────────────────────────────────────────────────────────────


def _set(text: str) -> tuple[Letters, Sequence[str]]:
    """As large as it fits; what doesn't fit in the smallest size ends with an ellipsis."""
    for size in _TITLE_SIZES:
        letters, most = Letters(_SERIF, 680, size), int(_TITLE_HEIGHT / (size * _LEADING))
        lines = list(_lines(text, letters))
        if len(lines) <= most:
            break
    else:
        lines = [*lines[: most - 1], _cut(" ".join(lines[most - 1 :]), letters, _ROOM)]
    return letters, lines


def _lines(text: str, letters: Letters) -> Iterator[str]:
    """Broken between words, and inside those that are longer than a line."""
    while len(text) > (fitting := letters.fitting(text, _ROOM)):
        end = text.rfind(" ", 0, fitting + 1)
        line = text[: end if end > 0 else fitting]
        yield line
        text = text[len(line) :].lstrip()
    yield text


def _cut(line: str, letters: Letters, room: float) -> str:
    """What fits of a line, with an ellipsis where that is not all."""
    if letters.fitting(line, room) >= len(line):
        return line
    return f"{line[: letters.fitting(line, room - letters.width('…'))].rstrip()}…"


def _logo(content: bytes | None) -> Image.Image | None:
    """The site's logo; None where there is none, or its file is lost: a picture without it is better than none."""
    try:
        return _fitted(content) if content else None
    except OSError:
        logger.warning("The logo can’t be drawn")
        return None


@lru_cache(maxsize=4)
def _fitted(content: bytes) -> Image.Image:
    """In few colours, on our paper."""
    with Image.open(BytesIO(content), formats=("PNG", "JPEG", "WEBP")) as found:
        logo = found.convert("RGBA")
    logo.thumbnail(_LOGO_BOX, Image.Resampling.LANCZOS)
    ground = Image.new("RGBA", logo.size, _PAPER)
    return Image.alpha_composite(ground, logo).convert("RGB").quantize(_LOGO_COLOURS, dither=Image.Dither.NONE)
