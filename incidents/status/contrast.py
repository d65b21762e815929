"""Whether a colour can be read on the paper of the public page, by the formula of WCAG 2."""

from __future__ import annotations

# What `static/css/tokens.css` calls paper and surface.
LIGHT = ("#fbfaf7", "#ffffff")
DARK = ("#1a1c1f", "#212427")
ENOUGH = 4.5


def contrast(one: str, other: str) -> float:
    """From 1 for the same colour to 21 for black on white; colours as `#1a2b3c`."""
    darker, lighter = sorted((_luminance(one), _luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def least_contrast(colour: str, papers: tuple[str, ...]) -> float:
    """On the paper where it is hardest to read."""
    return min(contrast(colour, paper) for paper in papers)


def _luminance(colour: str) -> float:
    channels = (int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5))
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in channels)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
