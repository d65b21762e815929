"""The picture beside a link: what it shows, that it follows the event, and what its head tags say."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from io import BytesIO
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.test import Client
from PIL import Image, ImageChops

from accounts.models import User
from incidents.models import PublicEvent, Site
from incidents.models.attachment import stored_path
from incidents.public.cards import Card
from incidents.public.cards.drawing import draw_card
from incidents.public.cards.letters import drawable
from tests.public.happenings import HOUR, NOW, happening, planned
from tests.public.markup import Page
from tests.public.samples import PUBLIC_ID, PUBLISHED_AT, SEED, publish, withdraw

CARD = Card(
    path="/card.png",
    title="A power overload took every server offline",
    about="Incident report · 6 March 2023 · lasted 3 hours 20 minutes",
    state="Resolved",
    tone="done",
    site_name="Northwind Hosting",
)
TITLE, FOOT = (0, 170, 1200, 490), (0, 500, 1200, 630)  # the boxes of a card in which they stand


def picture(content: bytes) -> Image.Image:
    found = Image.open(BytesIO(content))
    assert (found.format, found.size) == ("PNG", (1200, 630))
    return found.convert("RGB")


def drawn(**changes: Any) -> Image.Image:
    return picture(draw_card(replace(CARD, **changes)))


def box_of_ink(image: Image.Image, box: tuple[int, int, int, int]) -> tuple[int, int, int, int] | None:
    """Where something stands in a part of a card; None where that is blank."""
    part = image.crop(box)
    return ImageChops.difference(part, Image.new("RGB", part.size, image.getpixel((2, 620)))).getbbox()


def head(client: Client, path: str) -> dict[str, str]:
    """The tags that other sites read."""
    page = Page(client.get(path).content.decode())
    assert page.faults == []
    tags = page.all("meta")
    return {tag.get("property") or tag.get("name", ""): tag["content"] for tag in tags if "content" in tag}


# ── The drawing ─────────────────────────────────────────────────────────────


def test_the_same_card_is_the_same_bytes() -> None:
    assert draw_card(CARD) == draw_card(replace(CARD))
    assert draw_card(CARD) != draw_card(replace(CARD, state="Investigating", tone="critical"))


@pytest.mark.parametrize("field", ["title", "about", "state", "site_name"])
def test_every_word_of_it_is_drawn(field: str) -> None:
    assert ImageChops.difference(drawn(), drawn(**{field: "Other words"})).getbbox()
    without = drawn(**{field: ""})
    assert ImageChops.difference(drawn(), without).getbbox()


@pytest.mark.parametrize(
    "title",
    ["Down", SEED.title, "A long title, " * 14, "a" * 200, "W" * 200, "WWW " * 50, "a-b-" * 50, "fi ffl AVA Łódź"],
)
def test_a_title_of_any_length_stays_in_its_place(title: str) -> None:
    image = drawn(title=title)
    inside = box_of_ink(image, TITLE)
    assert inside
    left, top, right, bottom = inside
    assert left >= 75
    assert right <= 1125
    assert 0 < top < bottom < 320
    assert ImageChops.difference(image.crop(FOOT), drawn().crop(FOOT)).getbbox() is None
    assert box_of_ink(image, (0, 488, 1200, 500)) is None


def test_a_short_title_is_larger() -> None:
    def height(title: str) -> int:
        box = box_of_ink(drawn(title=title), TITLE)
        assert box
        return box[3] - box[1]

    assert height("Hl") > 45
    assert height("Hl") < height("Hl " * 40) < 320


@pytest.mark.parametrize(
    ("title", "kept"),
    [
        ("Ünïcode – “quoted”, 100 % naïve…", "Ünïcode – “quoted”, 100 % naïve…"),
        ("Łódź and Çankırı", "Łódź and Çankırı"),
        ("🔥 API  down 👩\u200d💻 now", "API down now"),
        ("تحديث قاعدة البيانات", ""),
        ("数据库 update", ""),
        ("🔥🔥", ""),
        ("\N{COMBINING ACUTE ACCENT}" * 8, ""),
        ("", ""),
    ],
)
def test_only_letters_that_we_have_are_drawn(title: str, kept: str) -> None:
    assert drawable(title, "source-serif-4") == kept
    image = drawn(title=title)
    if not kept:
        assert ImageChops.difference(image, drawn(title="🔥")).getbbox() is None
        assert box_of_ink(image, TITLE), "what it is about stands there instead"
    else:
        assert ImageChops.difference(image, drawn(title=kept)).getbbox() is None


def test_it_is_small_and_drawn_at_once() -> None:
    titles = [SEED.title, "Down", "A long title of many words that differ, " * 5]
    cards = [replace(CARD, title=title[:200]) for title in titles]
    assert max(len(draw_card(card)) for card in cards) <= 30_000
    spent = []
    for _ in range(5):
        began = time.process_time()
        draw_card(cards[0])
        spent.append(time.process_time() - began)
    assert min(spent) <= 0.04, "half of that on an idle machine"


# ── The logo ────────────────────────────────────────────────────────────────


@pytest.fixture
def keep_logo(settings: Any, tmp_path: Any) -> Callable[[bytes], tuple[str, str]]:
    settings.MEDIA_ROOT = tmp_path

    def keep(content: bytes) -> tuple[str, str]:
        sha256 = hashlib.sha256(content).hexdigest()
        default_storage.save(stored_path(sha256, "image/png"), ContentFile(content))
        return sha256, "image/png"

    return keep


def png(size: tuple[int, int], colour: str) -> bytes:
    file = BytesIO()
    Image.new("RGBA", size, colour).save(file, "PNG")
    return file.getvalue()


def test_a_logo_stands_before_the_name(keep_logo: Callable[[bytes], tuple[str, str]]) -> None:
    image = drawn(logo=keep_logo(png((900, 300), "#ff0000")))
    assert image.getpixel((100, 112)) == (255, 0, 0)
    assert image.getpixel((80 + 192 + 2, 112)) != (255, 0, 0)  # fitted into its height
    half = drawn(logo=keep_logo(png((60, 60), "#0000ff80")))
    red, green, blue = half.getpixel((100, 112))  # type: ignore[misc]
    assert 100 < red < 150
    assert blue > 240
    assert red == pytest.approx(green, abs=2)


def test_a_logo_that_is_lost_or_no_picture_is_left_out(keep_logo: Callable[[bytes], tuple[str, str]]) -> None:
    for logo in (("0" * 64, "image/png"), keep_logo(b"\x89PNG stands for a logo")):
        assert draw_card(replace(CARD, logo=logo)) == draw_card(CARD)


# ── What is told of which page ──────────────────────────────────────────────


@pytest.fixture(autouse=True)
def _now(clock: Callable[[datetime], None]) -> None:
    clock(NOW)


def test_an_event_has_a_card_of_its_own(client: Client, db: None) -> None:
    event = happening("Mail & more is <late>", status="identified")
    tags = head(client, f"/incidents/{event.public_id}/")
    address = tags["og:image"]
    assert address.startswith(f"http://localhost:8000/incidents/{event.public_id}/card.png?")
    assert (tags["og:image:width"], tags["og:image:height"], tags["og:image:type"]) == ("1200", "630", "image/png")
    assert tags["og:image:alt"] == "Mail & more is <late>. Identified. Incident · since 6 March 2026, 05:00 UTC."
    assert tags["twitter:card"] == "summary_large_image"
    assert tags["og:site_name"] == "Incident reports"
    assert tags["og:url"] == f"http://localhost:8000/incidents/{event.public_id}/"
    assert picture(client.get(address.removeprefix("http://localhost:8000")).content)


@pytest.mark.parametrize("change", [{"title": "Other"}, {"status": "resolved"}, {"resolved_at": NOW}])
def test_address_and_picture_follow_the_event(client: Client, db: None, change: dict[str, Any]) -> None:
    event = happening("It is late", status="resolved" if "resolved_at" in change else "identified")
    path = f"/incidents/{event.public_id}/"
    before = head(client, path)["og:image"], client.get(f"{path}card.png").content
    again = head(client, path)["og:image"], client.get(f"{path}card.png").content
    PublicEvent.objects.filter(pk=event.pk).update(**change)
    after = head(client, path)["og:image"], client.get(f"{path}card.png").content
    assert before == again
    assert before[0] != after[0]
    assert before[1] != after[1]


def test_the_words_of_each_kind(client: Client, publisher: User) -> None:
    publish(by=publisher)
    over, ahead = happening("Over"), planned("New disks")
    said = {
        public_id: head(client, f"/incidents/{public_id}/")["og:image:alt"]
        for public_id in (PUBLIC_ID, over.public_id, ahead.public_id)
    }
    assert said == {
        PUBLIC_ID: f"{SEED.title}. Resolved. Incident report · 6 March 2023 · lasted 3 hours 20 minutes.",
        over.public_id: "Over. Resolved. Incident · 6 March 2026 · lasted 1 hour.",
        ahead.public_id: "New disks. Scheduled. Maintenance · 7 March 2026, 06:15 UTC.",
    }


def test_a_report_and_its_versions_show_the_card_of_the_event(client: Client, publisher: User) -> None:
    publish(by=publisher)
    publish(replace(SEED, title="Better"), by=publisher, note="Wrong.", at=PUBLISHED_AT + HOUR)
    address = head(client, f"/incidents/{PUBLIC_ID}/")["og:image"]
    assert f"/incidents/{PUBLIC_ID}/card.png?" in address
    assert head(client, f"/incidents/{PUBLIC_ID}/versions/1/")["og:image"] == address


def test_every_other_page_shows_the_card_of_the_site(client: Client, db: None) -> None:
    happening()
    addresses = {head(client, path)["og:image"] for path in ("/", "/history/", "/history/2026/3/", "/reports/")}
    assert len(addresses) == 1
    assert addresses.pop().startswith("http://localhost:8000/card.png?")
    assert head(client, "/")["og:image:alt"] == "Incident reports. Status and incident reports."
    before = client.get("/card.png").content
    Site.objects.update_or_create(id=1, defaults={"name": "Contoso", "accent": "#0a7d5a"})
    assert head(client, "/")["og:image:alt"] == "Contoso. Status and incident reports."
    after = client.get("/card.png").content
    assert picture(before) != picture(after)
    assert picture(after).getpixel((600, 5)) == (10, 125, 90)


def test_search_and_unknown_addresses_have_none(client: Client, db: None) -> None:
    for path in ("/search/?q=x", "/nothing-here"):
        assert "og:image" not in head(client, path)


def test_a_withdrawn_report_has_no_card(client: Client, publisher: User) -> None:
    withdraw(publish(by=publisher), by=publisher)
    answer = client.get(f"/incidents/{PUBLIC_ID}/card.png")
    assert answer.status_code == 410
    assert "It named a customer." in answer.text
    publish(by=publisher, note="The name is gone.", at=PUBLISHED_AT + timedelta(days=40))
    assert client.get(f"/incidents/{PUBLIC_ID}/card.png").status_code == 200
    assert client.get("/incidents/nothinghere/card.png").status_code == 404
