"""A program of its own: decodes one hostile picture and writes its pixels anew, with nothing else in reach.

`python -I decoder.py VERB MAX_PIXELS MAX_SIDE MEMORY CPU_SECONDS SECONDS`, the picture on stdin. It answers one line
on stdout: `picture WIDTH HEIGHT LENGTH` with so many new bytes behind it, `same WIDTH HEIGHT 0` where `keep` was asked
and the bytes hold pixels only, or the word for what is wrong: `pixels`, `scans`, `damaged`, `memory`.

No Django, no import from this project: what starts fast and holds no secrets can be thrown away.
"""

from __future__ import annotations

import contextlib
import io
import resource
import signal
import struct
import sys
from collections.abc import Iterator
from typing import Any

_ORIENTATION = 0x0112
_MOST_SCANS = 100  # of a progressive JPEG, each over all its pixels; encoders write about ten
_PNG = b"\x89PNG\r\n\x1a\n"
_PNG_CHUNKS = {b"IHDR", b"PLTE", b"tRNS", b"IDAT", b"IEND"}
_JPEG_SEGMENTS = {0xC0, 0xC1, 0xC2, 0xC4, 0xDB, 0xDD, 0xE0}  # frames, tables, restarts, and the JFIF header
_WEBP_CHUNKS = {b"VP8 ", b"VP8L", b"VP8X", b"ALPH"}
_WEBP_ALPHA = 0x10  # the one flag of VP8X that announces no metadata and no animation


def limit(name: str, value: int) -> None:
    """Lower a limit for good; one that this system doesn't know or refuses is left as it is."""
    with contextlib.suppress(AttributeError, ValueError, OSError):
        resource.setrlimit(getattr(resource, name), (value, value))


def give_up_resources(memory: int, cpu_seconds: int, seconds: int) -> None:
    signal.alarm(seconds + 1)  # should the parent die, nobody else ends this
    limit("RLIMIT_CORE", 0)
    limit("RLIMIT_CPU", cpu_seconds)
    limit("RLIMIT_AS", memory)


def give_up_rights() -> None:
    """From here on no file, socket or process can be opened; all that Pillow imports by itself must be there."""
    limit("RLIMIT_NOFILE", 0)
    limit("RLIMIT_FSIZE", 0)
    limit("RLIMIT_NPROC", 0)


def main(verb: str, max_pixels: int, max_side: int, *resources: int) -> None:
    give_up_resources(*resources)
    from PIL import Image, JpegImagePlugin, PngImagePlugin, TiffImagePlugin, WebPImagePlugin  # noqa: PLC0415

    Image.preinit()
    _ = TiffImagePlugin  # reads EXIF
    give_up_rights()

    # The classes, not Image.open: no other decoder is asked, and a JPEG with more pictures behind it is a JPEG.
    kinds = {
        b"\x89PNG": ("PNG", PngImagePlugin.PngImageFile, {"compress_level": 6}),
        b"\xff\xd8\xff": ("JPEG", JpegImagePlugin.JpegImageFile, {"quality": 85}),
        b"RIFF": ("WEBP", WebPImagePlugin.WebPImageFile, {"quality": 85}),
    }
    Image.MAX_IMAGE_PIXELS = max_pixels // 2  # what has twice as many, Pillow refuses before it makes room for them
    raw = sys.stdin.buffer.read()
    kind, decoder, options = next(found for magic, found in kinds.items() if raw.startswith(magic))
    try:
        picture = decoder(io.BytesIO(raw))
        if picture.width * picture.height > max_pixels:
            answer("pixels")
            return
        if kind == "JPEG" and scans(raw) > _MOST_SCANS:
            answer("scans")
            return
        if verb == "keep" and max(picture.size) <= max_side and holds_pixels_only(kind, raw):
            picture.load()
            answer(f"same {picture.width} {picture.height} 0")
            return
        clean = cleaned(Image, picture, max_side)
        buffer = io.BytesIO()
        clean.save(buffer, format=kind, **options)
        answer(f"picture {clean.width} {clean.height} {buffer.tell()}", buffer.getbuffer())
    except Image.DecompressionBombError:
        answer("pixels")
    except MemoryError:
        answer("memory")
    except Exception:  # noqa: BLE001  # decoders of hostile bytes fail in many ways: struct, zlib, their own
        answer("damaged")


def answer(line: str, content: bytes | memoryview = b"") -> None:
    sys.stdout.buffer.write(f"{line}\n".encode())
    sys.stdout.buffer.write(content)
    sys.stdout.buffer.flush()


def cleaned(image_module: Any, picture: Any, max_side: int) -> Any:
    """A new picture from the upright pixels of the first frame: no EXIF, no profile, no text, no trailing bytes."""
    turn = turning(image_module, picture)
    picture.draft("RGB", (max_side, max_side))  # JPEG decodes to about that size at once
    upright = picture
    if picture.mode in {"I", "I;16", "I;16B"}:
        upright = picture.convert("I").point(lambda value: value / 256).convert("L")
    elif picture.mode in {"P", "PA", "LA"}:
        upright = picture.convert("RGBA")
    elif picture.format == "JPEG" and picture.mode not in {"RGB", "L"}:
        upright = picture.convert("RGB")
    upright.thumbnail((max_side, max_side))
    if turn is not None:
        upright = upright.transpose(turn)
    return image_module.frombytes(upright.mode, upright.size, upright.tobytes())


def turning(image_module: Any, picture: Any) -> Any:
    """How the camera was held, or None; what can't be read of it is no reason to refuse the picture."""
    by = image_module.Transpose
    mirrored = {2: by.FLIP_LEFT_RIGHT, 4: by.FLIP_TOP_BOTTOM, 5: by.TRANSPOSE, 7: by.TRANSVERSE}
    turned = {3: by.ROTATE_180, 6: by.ROTATE_270, 8: by.ROTATE_90}
    with contextlib.suppress(Exception):
        return (mirrored | turned).get(picture.getexif().get(_ORIENTATION))
    return None


def scans(raw: bytes) -> int:
    """How many scans a JPEG has before its end, counted the way its decoder walks through it."""
    found, at = 0, 2
    while (at := raw.find(b"\xff", at)) >= 0 and found <= _MOST_SCANS:
        marker = raw[at + 1] if at + 1 < len(raw) else 0xD9
        if marker == 0xD9:
            break
        if marker == 0xFF:  # a fill byte
            at += 1
        elif marker in {0x00, 0x01} or 0xD0 <= marker <= 0xD8:  # a stuffed byte, markers without a length
            at += 2
        else:
            found += marker == 0xDA
            at += 2 + int.from_bytes(raw[at + 2 : at + 4], "big")
    return found


def holds_pixels_only(kind: str, raw: bytes) -> bool:
    """Whether every byte belongs to a part that `cleaned` pictures have."""
    parts = {"PNG": png_parts, "JPEG": jpeg_parts, "WEBP": webp_parts}[kind]
    try:
        return all(parts(raw))
    except (IndexError, struct.error):
        return False


def png_parts(raw: bytes) -> Iterator[bool]:
    at, name = len(_PNG), b""
    while name != b"IEND":
        length, name = struct.unpack_from(">I4s", raw, at)
        yield name in _PNG_CHUNKS
        at += 12 + length
    yield at == len(raw)


def jpeg_parts(raw: bytes) -> Iterator[bool]:
    at = 2
    while (marker := raw[at + 1]) != 0xD9:
        yield raw[at] == 0xFF
        (length,) = struct.unpack_from(">H", raw, at + 2)
        if marker == 0xDA:
            at = raw.index(b"\xff", at + 2 + length)
            while raw[at + 1] == 0 or 0xD0 <= raw[at + 1] <= 0xD7:  # a stuffed byte, a restart
                at = raw.index(b"\xff", at + 2)
            continue
        yield marker in _JPEG_SEGMENTS and (marker != 0xE0 or length == 16)  # a JFIF header without a thumbnail
        at += 2 + length
    yield at + 2 == len(raw)


def webp_parts(raw: bytes) -> Iterator[bool]:
    (length,) = struct.unpack_from("<I", raw, 4)
    yield length + 8 == len(raw)
    at = 12
    while at < len(raw):
        name, length = struct.unpack_from("<4sI", raw, at)
        yield name in _WEBP_CHUNKS and (name != b"VP8X" or raw[at + 8] | _WEBP_ALPHA == _WEBP_ALPHA)
        at += 8 + length + length % 2
    yield at == len(raw)


if __name__ == "__main__":
    main(sys.argv[1], *map(int, sys.argv[2:]))
