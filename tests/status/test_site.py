"""How the public pages look: colours that can be read, links that lead out, a logo without anything but pixels."""

from __future__ import annotations

import io
from typing import Any

import pytest
from django.test import Client
from PIL import Image

from incidents.models import Activity, PublicChange, Site
from incidents.status.contrast import DARK, LIGHT, contrast, least_contrast
from incidents.status.operations import revise_site
from tests.factories import NOW, make_user
from tests.severities.sending import Form, opened, sent

pytestmark = pytest.mark.django_db

SITE = "/workspace/site/"


@pytest.fixture(autouse=True)
def media(settings: Any, tmp_path: Any) -> None:
    settings.MEDIA_ROOT = tmp_path


def picture(size: tuple[int, int] = (40, 20), *, noise: bool = False) -> io.BytesIO:
    image = Image.effect_noise(size, 100) if noise else Image.new("RGB", size, "navy")
    file = io.BytesIO()
    image.save(file, "PNG")
    file.seek(0)
    file.name = "logo.png"
    return file


def save(client: Client, **changes: Any) -> Any:
    return client.post(SITE, sent(opened(client, SITE), **changes))


def test_contrast_is_that_of_wcag() -> None:
    assert contrast("#000000", "#ffffff") == 21
    assert contrast("#123456", "#123456") == 1
    assert round(contrast("#777777", "#ffffff"), 2) == 4.48
    assert least_contrast("#21518f", LIGHT) > 4.5 > least_contrast("#21518f", DARK)


def test_what_is_set_is_stored_and_told(admin_client: Client) -> None:
    assert opened(admin_client, SITE).faults == []

    response = save(
        admin_client,
        name="Northwind",
        accent="#7B1FA2",
        accent_dark="ce93d8",
        label_0="Support",
        url_0="northwind.example/help",
        footer="Northwind Ltd.",
        time_zone="Europe/Berlin",
        hidden_from_search="on",
    )

    site = Site.get()
    assert response.status_code == 302
    assert (site.name, site.accent, site.accent_dark) == ("Northwind", "#7b1fa2", "#ce93d8")
    assert site.links == [{"label": "Support", "url": "https://northwind.example/help"}]
    assert (site.footer, site.time_zone, site.hidden_from_search) == ("Northwind Ltd.", "Europe/Berlin", True)
    assert PublicChange.objects.get().what == "site"
    assert Activity.objects.get(verb="changed the public page").detail["new"]["name"] == "Northwind"
    save(admin_client)
    assert PublicChange.objects.count() == 1  # nothing changed


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"accent": "#767676"}, "a contrast of 4.35 to 1"),
        ({"accent_dark": "#21518f"}, "a contrast of 1.95 to 1"),
        ({"accent": "red"}, "Write a colour as #1a2b3c."),
        ({"accent": "#12345"}, "Write a colour as #1a2b3c."),
        ({"label_0": "Support"}, "A link needs a text and an address."),
        ({"url_0": "https://a.example"}, "A link needs a text and an address."),
        ({"label_0": "Support", "url_0": "javascript:alert(1)"}, "Write an address as https://example.com."),
        ({"label_0": "Support", "url_0": "ftp://a.example"}, "Write an address as https://example.com."),
        ({"time_zone": "EST"}, "Choose a time zone from the list"),
        ({"time_zone": "../etc/passwd"}, "Choose a time zone from the list"),
        ({"time_zone": ""}, "Choose a time zone"),
        ({"name": "x" * 81}, "at most 80 characters"),
    ],
)
def test_what_can_not_be_is_refused_beside_it(admin_client: Client, changed: dict[str, str], said: str) -> None:
    response = save(admin_client, **{"footer": "Kept"} | changed)

    html = response.content.decode()
    assert response.status_code == 422
    assert said in html
    assert Form(html).textareas()["footer"] == "Kept"
    assert not PublicChange.objects.exists()


def test_a_logo_is_kept_and_taken_away(admin_client: Client) -> None:
    assert admin_client.get(f"{SITE}logo/").status_code == 404
    save(admin_client, logo=picture())

    shown = admin_client.get(f"{SITE}logo/")
    assert (shown["Content-Type"], shown.content[:4]) == ("image/png", b"\x89PNG")
    assert "sandbox" in shown["Content-Security-Policy"]
    save(admin_client, without_logo="on")
    assert Site.get().logo_sha256 == ""


@pytest.mark.parametrize(
    ("file", "said"),
    [
        (io.BytesIO(b"<svg onload=alert(1)>"), "no PNG, JPEG or WebP"),
        (picture((600, 600), noise=True), "Send one of 100 KB."),
    ],
)
def test_a_file_that_is_no_logo_is_refused(admin_client: Client, file: io.BytesIO, said: str) -> None:
    file.seek(0)
    file.name = "logo.png"

    response = save(admin_client, logo=file)

    assert response.status_code == 422
    assert said in response.content.decode()
    assert Site.get().logo_sha256 == ""


def test_two_who_change_the_same_meet(admin_client: Client) -> None:
    page = opened(admin_client, SITE)
    revise_site(changes={"footer": "Theirs"}, by=make_user("admin"), at=NOW)

    response = admin_client.post(SITE, sent(page, footer="Mine", name="Ours"))

    assert response.status_code == 409
    assert "It says now: “Theirs”" in response.content.decode()
    assert admin_client.post(SITE, sent(Form(response.content.decode()))).status_code == 302
    assert (Site.get().footer, Site.get().name) == ("Mine", "Ours")
