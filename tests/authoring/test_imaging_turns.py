"""Whose images are read at the same time, and which would keep their reader for long."""

from __future__ import annotations

import io
import struct
import time
from collections.abc import Callable
from threading import Thread

import pytest
from PIL import Image

from incidents import imaging
from incidents.imaging import ImageRefused, ImageTooCostly, keep_pixels, reencode, renew
from tests.imaging.test_imaging import encoded, plain, read


def test_when_many_are_read_the_next_one_waits_and_then_is_told_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(imaging, "_PATIENCE", 0.1)
    turns = imaging._turns

    with turns.take(1), turns.take(2), pytest.raises(ImageTooCostly, match="Many images are being read"):
        reencode(io.BytesIO(encoded(plain(), "PNG")), person=3)

    assert read(encoded(plain(), "PNG")).width == 40
    assert read(encoded(plain(), "PNG")).width == 40  # given back


def test_one_person_leaves_a_place_to_the_others(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(imaging, "_PATIENCE", 0.1)
    image = encoded(plain(), "PNG")

    with imaging._turns.take(1):
        for decode in (renew, keep_pixels):
            with pytest.raises(ImageTooCostly, match="Another image of yours"):
                decode(image, person=1)
        assert renew(image, person=2).width == 40
        assert renew(image).width == 40  # of nobody in particular

    assert renew(image, person=1).width == 40


def test_a_second_image_of_one_person_waits_for_the_first(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(imaging, "_PATIENCE", 60)
    turns, widths = imaging._turns, []
    thread = Thread(target=lambda: widths.append(renew(encoded(plain(), "PNG"), person=1).width))

    with turns.take(1):
        thread.start()
        while thread.is_alive() and not turns._changed._waiters:  # type: ignore[attr-defined]  # no other way to see it
            time.sleep(0.01)
        assert widths == []
    thread.join(60)

    assert widths == [40]


def scans_of(number: int) -> bytes:
    """A progressive JPEG whose last scan comes again and again; each costs its decoder a walk over every pixel."""
    raw = encoded(Image.new("L", (400, 400), 128), "JPEG", progressive=True)
    last = raw.rindex(b"\xff\xda")
    return raw[:-2] + raw[last:-2] * (number - raw.count(b"\xff\xda")) + b"\xff\xd9"


@pytest.mark.parametrize("decode", [read, renew, keep_pixels])
def test_a_jpeg_of_very_many_scans_is_refused_unread(decode: Callable[[bytes], imaging.Picture]) -> None:
    assert decode(scans_of(100)).width == 400

    with pytest.raises(ImageRefused, match="more passes"):
        decode(scans_of(101))


def test_what_looks_like_scans_in_other_parts_counts_for_nothing() -> None:
    """The small picture in the EXIF of a photo, and the film behind it."""
    raw = encoded(plain(), "JPEG")
    looks_like = b"\xff\xda" * 2_000
    comment = b"\xff\xfe" + struct.pack(">H", len(looks_like) + 2) + looks_like

    assert read(raw[:2] + comment + raw[2:] + looks_like).width == 40
