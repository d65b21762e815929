"""Hostile pictures meet a process that can be thrown away; of honest ones nothing but the pixels is left."""

from __future__ import annotations

import io
import os
import signal
import struct
import subprocess
import sys
import time
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from PIL import Image, PngImagePlugin

from accounts.roles import Role
from incidents import imaging
from incidents.imaging import ImageRefused, ImageTooCostly, keep_pixels, reencode, renew
from tests.factories import make_draft, make_user

MARKER = b"zq7marker"
PROGRAM = imaging._PROGRAM
on_linux = pytest.mark.skipif(sys.platform != "linux", reason="this system does not limit a process’s memory")


def encoded(picture: Image.Image, kind: str, **options: Any) -> bytes:
    buffer = io.BytesIO()
    picture.save(buffer, kind, **options)
    return buffer.getvalue()


def read(raw: bytes) -> imaging.Picture:
    return reencode(io.BytesIO(raw))


def plain(size: tuple[int, int] = (40, 20), mode: str = "RGB") -> Image.Image:
    return Image.new(mode, size, "red")


@pytest.fixture
def program(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    """Put another program in the decoder's place."""

    def replace(code: str) -> None:
        path = tmp_path / "decoder.py"
        path.write_text(code)
        monkeypatch.setattr(imaging, "_PROGRAM", path)

    return replace


# ── Nothing but pixels ──────────────────────────────────────────────────────
def telling() -> dict[str, Any]:
    """EXIF with a place and a comment, XMP and a colour profile, as a phone or an editor writes them."""
    exif = Image.Exif()
    exif[0x010E] = MARKER.decode()
    exif.get_ifd(0x8825).update({1: "N", 2: (52.0, 31.0, 12.345), 3: "E", 4: (13.0, 24.0, 54.321)})
    return {
        "exif": exif,
        "xmp": b"<x:xmpmeta>" + MARKER + b"</x:xmpmeta>",
        "icc_profile": b"\0" * 36 + b"acsp" + MARKER,
    }


def telling_png() -> bytes:
    words = PngImagePlugin.PngInfo()
    words.add_text("Comment", MARKER.decode())
    words.add_itxt("XML:com.adobe.xmp", MARKER.decode())
    words.add_text("Comment", MARKER.decode() * 100, zip=True)
    words.add(b"zqXy", MARKER)
    return encoded(plain(), "PNG", pnginfo=words, **{**telling(), "xmp": None})


TELLING = {
    "PNG": telling_png,
    "JPEG": lambda: encoded(plain(), "JPEG", comment=MARKER, **telling()),
    "WEBP": lambda: encoded(plain(), "WEBP", **telling()),
}


@pytest.mark.parametrize("verb", [read, keep_pixels], ids=["upload", "import"])
@pytest.mark.parametrize("trailing", [b"", MARKER], ids=["", "trailing"])
@pytest.mark.parametrize("kind", TELLING)
def test_no_word_of_what_came_with_the_pixels_survives(
    kind: str, trailing: bytes, verb: Callable[[bytes], imaging.Picture]
) -> None:
    raw = TELLING[kind]() + trailing
    with Image.open(io.BytesIO(raw)) as before:
        place = before.getexif().get_ifd(0x8825)[2]
    assert raw.count(MARKER) >= 3
    assert place == (52.0, 31.0, 12.345)

    kept = verb(raw).content

    assert MARKER not in kept
    for name in (b"Exif", b"EXIF", b"eXIf", b"ICC", b"iCCP", b"XMP", b"xmp", b"tEXt", b"zTXt", b"iTXt", b"zqXy"):
        assert name not in kept
    with Image.open(io.BytesIO(kept)) as after:
        assert dict(after.getexif()) == {}
        assert set(after.info) <= {"jfif", "jfif_version", "jfif_unit", "jfif_density", "background", "loop"}


@pytest.mark.parametrize("orientation", range(1, 9))
def test_pictures_stand_upright(orientation: int) -> None:
    """Red is up, blue is right, whichever way the camera was held."""
    upright = Image.new("RGB", (64, 32), "white")
    upright.paste("red", (0, 0, 64, 8))
    upright.paste("blue", (56, 0, 64, 32))
    by = Image.Transpose
    held = {2: by.FLIP_LEFT_RIGHT, 3: by.ROTATE_180, 4: by.FLIP_TOP_BOTTOM, 5: by.TRANSPOSE}
    held |= {6: by.ROTATE_90, 7: by.TRANSVERSE, 8: by.ROTATE_270}
    stored = upright.transpose(held[orientation]) if orientation > 1 else upright
    exif = Image.Exif()
    exif[0x0112] = orientation

    for kind in ("PNG", "JPEG", "WEBP"):
        kept = read(encoded(stored, kind, exif=exif))
        with Image.open(io.BytesIO(kept.content)) as picture:
            pixels = picture.convert("RGB")
        assert (kept.width, kept.height) == pixels.size == (64, 32)
        red, green, blue = pixels.getpixel((8, 3))
        assert min(red, 255 - green) > 190
        red, green, blue = pixels.getpixel((60, 24))
        assert min(blue, 255 - red) > 190


def test_of_many_frames_the_first_is_kept() -> None:
    frames = [plain(), Image.new("RGB", (40, 20), "blue")]
    for kind in ("PNG", "WEBP", "MPO"):
        raw = encoded(frames[0], kind, save_all=True, append_images=frames[1:])
        kept = read(raw)
        assert kept.content_type == f"image/{ {'MPO': 'jpeg'}.get(kind, kind.lower()) }"
        with Image.open(io.BytesIO(kept.content)) as picture:
            assert getattr(picture, "n_frames", 1) == 1
            assert picture.convert("RGB").getpixel((5, 5))[0] > 200


def test_sixteen_bits_keep_their_tones() -> None:
    deep = Image.new("I;16", (3, 1))
    for x, value in enumerate((0, 32_768, 65_535)):
        deep.putpixel((x, 0), value)

    with Image.open(io.BytesIO(read(encoded(deep, "PNG")).content)) as kept:
        assert [kept.getpixel((x, 0)) for x in range(3)] == [0, 128, 255]


def test_large_pictures_are_made_smaller() -> None:
    for kind in ("PNG", "JPEG", "WEBP"):
        kept = read(encoded(plain((4_000, 1_000)), kind))
        assert (kept.width, kept.height) == (2_400, 600)


# ── Kept as they are ────────────────────────────────────────────────────────
@pytest.mark.parametrize(
    ("kind", "mode"),
    [("PNG", mode) for mode in ("1", "L", "LA", "P", "RGB", "RGBA", "I;16")]
    + [("JPEG", mode) for mode in ("L", "RGB", "CMYK")]
    + [("WEBP", "RGB"), ("WEBP", "RGBA")],
)
def test_what_we_made_is_kept_byte_for_byte(kind: str, mode: str) -> None:
    made = read(encoded(Image.effect_noise((300, 200), 50).convert("L").convert(mode), kind))

    assert keep_pixels(made.content) == made


def test_more_than_pixels_is_encoded_again_and_damage_is_refused() -> None:
    for kind in ("PNG", "JPEG", "WEBP"):
        made = read(encoded(plain(), kind)).content
        assert MARKER not in keep_pixels(made + MARKER).content
        with pytest.raises(ImageRefused):
            keep_pixels(made[: len(made) // 2])
    large = encoded(plain((2_500, 10)), "PNG")
    assert keep_pixels(large).width == 2_400


def test_a_whole_frame_around_damaged_pixels_is_refused() -> None:
    made = read(encoded(Image.effect_noise((99, 99), 50), "PNG")).content
    start = made.index(b"IDAT")
    (length,) = struct.unpack_from(">I", made, start - 4)
    chunk = b"IDAT" + b"\x78\x9c" + b"\xff" * (length - 2)
    damaged = made[:start] + chunk + struct.pack(">I", zlib.crc32(chunk)) + made[start + length + 8 :]
    assert len(damaged) == len(made)

    with pytest.raises(ImageRefused, match="damaged"):
        keep_pixels(damaged)


def test_bytes_inside_the_frame_of_a_webp_are_not_kept_either() -> None:
    made = read(encoded(plain(), "WEBP")).content
    more = b"zqXy" + struct.pack("<I", 10) + MARKER + b"\0"
    longer = made[:4] + struct.pack("<I", len(made) - 8 + len(more)) + made[8:] + more
    behind = made + b"VP8 " + struct.pack("<I", 10) + MARKER + b"\0"

    for raw in (longer, behind):
        assert MARKER not in keep_pixels(raw).content


def hidden() -> dict[str, bytes]:
    """Bytes that no decoder looks at, in parts that every picture may have."""

    def chunk(name: bytes, content: bytes) -> bytes:
        return struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))

    png, jpeg = encoded(plain(), "PNG"), encoded(plain(), "JPEG")
    end = png.index(b"IEND") - 4
    table = b"\xff\xdb" + struct.pack(">H", 2 + 65) + b"\x03" + MARKER.ljust(64, b"a")
    return {
        "behind the pixels of a PNG": png[:end] + chunk(b"IDAT", MARKER) + png[end:],
        "a palette that no pixel uses": png[:33] + chunk(b"PLTE", MARKER + b"x" * (-len(MARKER) % 3)) + png[33:],
        "behind the pixels of a JPEG": jpeg[:-2] + MARKER + jpeg[-2:],
        "a table that no pixel uses": jpeg[:20] + table + jpeg[20:],
    }


@pytest.mark.parametrize("where", hidden())
def test_what_is_encoded_again_holds_no_hidden_bytes(where: str) -> None:
    raw = hidden()[where]
    assert MARKER in raw

    assert MARKER not in renew(raw).content


# ── Hostile ─────────────────────────────────────────────────────────────────
def test_a_bomb_is_refused_by_what_its_head_says() -> None:
    raw = encoded(Image.new("1", (20_000, 20_000)), "PNG")
    assert len(raw) < 100_000
    begun = time.monotonic()

    with pytest.raises(ImageRefused, match="20 megapixels"):
        read(raw)

    assert time.monotonic() - begun < 5


@on_linux
def test_a_picture_that_wants_too_much_memory_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    raw = encoded(Image.new("RGBA", (4_000, 4_000)), "PNG")
    assert read(raw).width == 2_400
    monkeypatch.setattr(imaging, "_MEMORY", 100 * 1024 * 1024)

    with pytest.raises(ImageRefused, match="too much time or memory"):
        read(raw)


@pytest.mark.parametrize(
    "code",
    [
        "import time\ntime.sleep(60)",
        "while True: pass",
        "import os, signal\nos.kill(os.getpid(), signal.SIGKILL)",
        "raise SystemExit(1)",
        "import os\nos.close(0)\nos.write(1, b'picture 40 20 100\\n\\x89PNG\\r\\n\\x1a\\n')",
        "import sys\nwhile True: sys.stdout.buffer.write(b'x' * 65536)",
        "print('picture 40 20 3')\nprint('GIF', end='')",
        "print('picture 0 20 3')\nprint('GIF', end='')",
        "print('same')",
    ],
    ids=["sleeps", "spins", "killed", "fails", "cut off", "endless", "other kind", "no width", "half a line"],
)
def test_whatever_the_child_does_the_answer_is_a_sentence(
    program: Callable[[str], None], monkeypatch: pytest.MonkeyPatch, code: str
) -> None:
    program(code)
    monkeypatch.setattr(imaging, "_SECONDS", 1)
    begun = time.monotonic()

    with pytest.raises(ImageRefused) as refusal:
        read(encoded(plain(), "PNG"))

    assert str(refusal.value).endswith(".")
    assert time.monotonic() - begun < 5


def test_an_endless_answer_is_not_read_to_its_end(program: Callable[[str], None]) -> None:
    program("import sys\nwhile True: sys.stdout.buffer.write(b'x' * 65536)")

    assert len(imaging._ask_child("reencode", b"")) == imaging.MAX_STORED_BYTES


@pytest.mark.django_db
def test_a_page_says_so_beside_the_upload(program: Callable[[str], None]) -> None:
    program("import os\nos.abort()")
    client = Client()
    client.force_login(make_user(Role.ENGINEER))
    upload = io.BytesIO(encoded(plain(), "PNG"))

    response = client.post(
        reverse("authoring:add_image", args=[make_draft().incident.number]), {"upload-new-file": upload}
    )

    assert response.status_code == 409
    assert "too much time or memory" in response.content.decode()


def test_other_formats_never_reach_a_decoder(program: Callable[[str], None], tmp_path: Path) -> None:
    program(f"open({str(tmp_path / 'reached')!r}, 'w')")
    for kind in ("GIF", "BMP", "TIFF", "ICO", "PPM", "TGA", "PCX", "PDF", "EPS"):
        with pytest.raises(ImageRefused, match="no PNG, JPEG or WebP"):
            read(encoded(plain(), kind))
    assert not (tmp_path / "reached").exists()
    with pytest.raises(ImageRefused):
        read(encoded(plain(), "PNG"))
    assert (tmp_path / "reached").exists()  # the control


@on_linux
def test_the_child_has_no_files_no_network_and_no_secrets(
    program: Callable[[str], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The decoder's own limits, seen from inside a program in its place."""
    program(f"""
import os, resource, socket, sys
sys.path.insert(0, {str(PROGRAM.parent)!r})
import decoder
decoder.give_up_resources(int(sys.argv[4]), int(sys.argv[5]), int(sys.argv[6]))
decoder.give_up_rights()
said = []
for attempt in (lambda: open("/etc/passwd"), lambda: socket.socket(), lambda: bytearray(600 << 20), lambda: os.pipe()):
    try:
        attempt()
        said.append("could")
    except (OSError, MemoryError) as refusal:
        said.append(type(refusal).__name__)
said.append(sorted(os.environ))
said.append(os.getsid(0) == os.getpid())
said.append([resource.getrlimit(getattr(resource, f"RLIMIT_{{name}}"))[0] for name in ("CORE", "FSIZE", "NPROC")])
sys.stdout.write("\\n".join(map(str, said)))
""")
    monkeypatch.setenv("SECRET_KEY", "zq7marker")

    said = imaging._ask_child("reencode", b"").decode().split("\n")

    assert said[:4] == ["OSError", "OSError", "MemoryError", "OSError"]
    assert set(eval(said[4])) <= {"LC_CTYPE"}  # noqa: S307  # Python sets it by itself
    assert said[5:] == ["True", "[0, 0, 0]"]


def test_a_child_whose_parent_died_ends_by_itself() -> None:
    reader, writer = os.pipe()  # nobody ever closes this end
    child = subprocess.Popen(
        [sys.executable, "-I", PROGRAM, "reencode", "1", "1", str(512 << 20), "9", "1"], stdin=reader
    )

    assert child.wait(timeout=10) == -signal.SIGALRM

    os.close(reader)
    os.close(writer)


def test_the_child_spends_no_more_than_its_seconds_of_the_processor(
    program: Callable[[str], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    program(f"""
import sys
sys.path.insert(0, {str(PROGRAM.parent)!r})
import decoder
decoder.give_up_resources(*map(int, sys.argv[4:]))
while True: pass
""")
    monkeypatch.setattr(imaging, "_CPU_SECONDS", 1)
    monkeypatch.setattr(imaging, "_SECONDS", 300)

    with pytest.raises(ImageTooCostly, match="too much time"):  # and not in five minutes
        read(encoded(plain(), "PNG"))


def test_a_machine_that_starts_no_process_is_told_of(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "executable", "/nowhere/python")

    with pytest.raises(ImageRefused, match="right now"):
        read(encoded(plain(), "PNG"))
