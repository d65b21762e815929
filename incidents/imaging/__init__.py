"""Pictures from people, decoded where it does no harm: in a child process without rights, files, network or time.

The parent looks at magic bytes only, so that nothing but PNG, JPEG and WebP ever reaches a decoder; and it believes
nothing that the child says beyond what it can check.
"""

from __future__ import annotations

import contextlib
import logging
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from threading import Condition, Timer
from typing import IO, Literal

MAX_IMAGE_BYTES = 10_000_000
MAX_IMAGE_PIXELS = 20_000_000
MAX_SIDE = 2_400  # twice the width of the page's column, for sharp screens
# The worst that the encoders make of that many pixels in four channels.
MAX_STORED_BYTES = 4 * MAX_SIDE * MAX_SIDE + 1_000_000
_PROGRAM = Path(__file__).with_name("decoder.py")
_MEMORY = 512 * 1024 * 1024  # 20 megapixels, decoded and turned, and Python: 400 MB at most
_CPU_SECONDS = 5  # the worst of honest pictures takes 3 on one slow core
_SECONDS = 15  # by the clock, where the machine has other things to do
_PATIENCE = 2  # a waiting upload holds a thread of the web server
_AT_A_TIME = 2
_ANSWER = re.compile(rb"(?P<verb>picture|same) (?P<width>[1-9]\d{0,3}) (?P<height>[1-9]\d{0,3}) (?P<length>\d{1,8})")
_TYPES = {"PNG": "image/png", "JPEG": "image/jpeg", "WEBP": "image/webp"}
_TOO_COSTLY = "This image takes too much time or memory to read. Make it smaller and send that."
_REFUSALS = {
    b"pixels": f"This image has more than {MAX_IMAGE_PIXELS // 1_000_000} megapixels.",
    b"damaged": "This image is damaged: not all of it can be read. Save it again and send that.",
    b"scans": "This image is saved in more passes than a picture has. Save it again and send that.",
}

logger = logging.getLogger(__name__)


class ImageRefused(Exception):
    """The file is no picture that we take. The message says what would be."""


class ImageTooCostly(ImageRefused):
    """It takes more memory or time than there is, by itself or beside what others send."""


@dataclass(frozen=True)
class Picture:
    """A picture of which nothing but pixels is left."""

    content: bytes
    content_type: str
    width: int
    height: int


class _Turns:
    """Whose images are being read in this process. `None` is nobody in particular, as in a command."""

    def __init__(self) -> None:
        self._changed = Condition()
        self._reading: list[int | None] = []

    @contextlib.contextmanager
    def take(self, person: int | None) -> Iterator[None]:
        """Wait for a place: so many there are, and of these one for each person. Raises ImageTooCostly."""
        with self._changed:
            if not self._changed.wait_for(lambda: self._is_free_for(person), timeout=_PATIENCE):
                raise ImageTooCostly(self._who_is_in_the_way(person))
            self._reading.append(person)
        try:
            yield
        finally:
            with self._changed:
                self._reading.remove(person)
                self._changed.notify_all()

    def _is_free_for(self, person: int | None) -> bool:
        return len(self._reading) < _AT_A_TIME and (person is None or person not in self._reading)

    def _who_is_in_the_way(self, person: int | None) -> str:
        if person is not None and person in self._reading:
            return "Another image of yours is still being read. Send this one again in a moment."
        return "Many images are being read right now. Send this one again in a minute."


_turns = _Turns()


def reencode(upload: IO[bytes], *, person: int | None = None) -> Picture:
    """Decode and encode again. Raises ImageRefused for whatever isn't a picture that we take.

    `person` is whose image it is: each has one read at a time.
    """
    raw = upload.read(MAX_IMAGE_BYTES + 1)
    if len(raw) > MAX_IMAGE_BYTES:
        raise ImageRefused(f"This image is larger than {MAX_IMAGE_BYTES // 1_000_000} MB.")
    return _decoded("reencode", raw, person)


def renew(raw: bytes, *, person: int | None = None) -> Picture:
    """The same for what may be as large as what we store. Raises ImageRefused."""
    return _decoded("reencode", _as_large_as_stored(raw), person)


def keep_pixels(raw: bytes, *, person: int | None = None) -> Picture:
    """The very same bytes where they hold pixels only, as what `reencode` made does; else encoded again.

    It looks at the parts of the file, not at every bit: for bytes that this server wrote. Raises ImageRefused.
    """
    return _decoded("keep", _as_large_as_stored(raw), person)


def _as_large_as_stored(raw: bytes) -> bytes:
    if len(raw) > MAX_STORED_BYTES:
        raise ImageRefused(f"This image is larger than {MAX_STORED_BYTES // 1_000_000} MB.")
    return raw


def _decoded(verb: Literal["reencode", "keep"], raw: bytes, person: int | None) -> Picture:
    kind = _kind(raw)
    if kind is None:
        raise ImageRefused("This is no PNG, JPEG or WebP image.")
    with _turns.take(person):
        line, _, content = _ask_child(verb, raw).partition(b"\n")
    if line in _REFUSALS:
        raise ImageRefused(_REFUSALS[line])
    answer = _ANSWER.fullmatch(line)
    if answer is None or len(content) != int(answer["length"]):
        raise ImageTooCostly(_TOO_COSTLY)
    kept = raw if answer["verb"] == b"same" else content
    if _kind(kept) != kind:
        raise ImageRefused(_REFUSALS[b"damaged"])
    return Picture(kept, _TYPES[kind], int(answer["width"]), int(answer["height"]))


def _kind(raw: bytes) -> str | None:
    if raw.startswith(b"\x89PNG\r\n\x1a\n"):
        return "PNG"
    if raw.startswith(b"\xff\xd8\xff"):
        return "JPEG"
    return "WEBP" if raw.startswith(b"RIFF") and raw[8:12] == b"WEBP" else None


def _ask_child(verb: str, raw: bytes) -> bytes:
    """What the child answers within its limits. Killed, hung or lying, it can do no worse than answer nonsense."""
    limits = (MAX_IMAGE_PIXELS, MAX_SIDE, _MEMORY, _CPU_SECONDS, _SECONDS)
    try:
        child = subprocess.Popen(  # noqa: S603  # our own program
            [sys.executable, "-I", "-B", str(_PROGRAM), verb, *map(str, limits)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env={},
            cwd="/",
            start_new_session=True,
        )
    except OSError as error:
        logger.exception("The decoder of images could not be started")
        raise ImageTooCostly("Images can’t be read right now. Send this one again in a minute.") from error
    out_of_time = Timer(_SECONDS, child.kill)
    out_of_time.start()
    with child:
        try:
            answer = _talk(child, raw)
        finally:
            out_of_time.cancel()
            child.kill()
    if child.returncode and not answer:
        logger.warning("The decoder of images ended with %s and no answer", child.returncode)
    return answer


def _talk(child: subprocess.Popen[bytes], raw: bytes) -> bytes:
    assert child.stdin  # noqa: S101  # both are pipes
    assert child.stdout  # noqa: S101
    with contextlib.suppress(BrokenPipeError):  # it ended before it had read all
        child.stdin.write(raw)
    with contextlib.suppress(BrokenPipeError):
        child.stdin.close()
    return child.stdout.read(MAX_STORED_BYTES)
