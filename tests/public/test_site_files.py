"""Colours, logo, and what search engines are told."""

from __future__ import annotations

import hashlib
import xml.etree.ElementTree as ET

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.test import Client

from accounts.models import User
from incidents.models import PublicEvent, Site
from incidents.models.attachment import stored_path
from incidents.public import sitemaps
from tests.factories import make_component
from tests.public.happenings import happening
from tests.public.markup import Page
from tests.public.samples import publish, withdraw
from tests.public.test_archive import many

pytestmark = pytest.mark.django_db
SITE = "http://localhost:8000"


def settings_are(**fields: object) -> None:
    Site.objects.update_or_create(id=1, defaults=fields)


def locations(client: Client, path: str) -> list[str]:
    answer = client.get(path)
    assert answer["Content-Type"] == "application/xml; charset=utf-8"
    return [each.text or "" for each in ET.fromstring(answer.content).iter() if each.tag.endswith("loc")]  # noqa: S314


def test_the_site_has_a_name_links_a_footer_and_colours(client: Client) -> None:
    settings_are(
        name="Contoso <b>& sons",
        accent="#0a7d5a",
        accent_dark="#5ad1ac",
        footer="Call **us**: +1 555 0100",
        links=[
            {"label": "Help <i>", "url": "https://example.com/help"},
            {"label": "Bad", "url": "javascript:alert(1)"},
        ],
    )
    for path in ("/", "/history/", "/search/"):
        said = Page(client.get(path).content.decode())
        assert said.faults == []
        assert "Contoso <b>& sons" in said.text
        assert "Help <i>" in said.text
        assert "Call us : +1 555 0100" in said.text
        assert "https://example.com/help" in said.values("href")
        assert not any(link.startswith("javascript") for link in said.values("href"))
    css = client.get("/site.css")
    assert css["Content-Type"] == "text/css; charset=utf-8"
    assert css.text == (
        ":root { --accent: #0a7d5a; }\n"
        "@media screen and (prefers-color-scheme: dark) { :root { --accent: #5ad1ac; } }\n"
    )


def test_without_settings_there_is_a_name_all_the_same(client: Client) -> None:
    Site.objects.all().delete()
    assert "Incident reports" in Page(client.get("/").content.decode()).text
    assert client.get("/site.css").content == b""


def test_the_logo_is_a_file_of_that_content(client: Client, settings: pytest.FixtureRequest, tmp_path: object) -> None:
    settings.MEDIA_ROOT = tmp_path  # type: ignore[attr-defined]
    content = b"\x89PNG stands for a logo"
    sha256 = hashlib.sha256(content).hexdigest()
    path = f"/logo/{sha256}.png"
    settings_are(logo_sha256=sha256, logo_type="image/png")
    assert client.get(path).status_code == 404  # the file is gone
    default_storage.save(stored_path(sha256, "image/png"), ContentFile(content))
    assert path in Page(client.get("/").content.decode()).values("src")
    answer = client.get(path)
    assert (answer.content, answer["Content-Type"]) == (content, "image/png")
    assert "sandbox" in answer["Content-Security-Policy"]
    assert client.get(path.replace(".png", ".jpg")).status_code == 404
    assert client.get(f"/logo/{'0' * 64}.png").status_code == 404
    with default_storage.open(stored_path(sha256, "image/png"), "wb") as file:
        file.write(b"something else")
    assert client.get(path).status_code == 404


def test_hidden_pages_say_so_themselves(client: Client) -> None:
    event = happening()
    paths = ["/", "/history/", "/reports/", "/history/2026/3/", f"/incidents/{event.public_id}/"]
    noindex = '<meta name="robots" content="noindex">'
    assert not any(noindex in client.get(path).text for path in paths)
    assert f"Sitemap: {SITE}/sitemap.xml" in client.get("/robots.txt").text
    settings_are(hidden_from_search=True)
    assert all(client.get(path).text.count(noindex) == 1 for path in paths)
    assert "Sitemap" not in client.get("/robots.txt").text
    assert "Allow: /\n" in client.get("/robots.txt").text


def test_the_sitemap_names_every_page(client: Client, publisher: User) -> None:
    component, event = make_component("API"), happening()
    withdraw(publish(by=publisher), by=publisher)
    part = sitemaps.number_of(event)
    assert f"{SITE}/sitemaps/{part}.xml" in locations(client, "/sitemap.xml")
    assert {f"{SITE}/", f"{SITE}/history/2026/3/", f"{SITE}/components/{component.public_id}/"} <= set(
        locations(client, "/sitemaps/pages.xml")
    )
    assert locations(client, f"/sitemaps/{part}.xml") == [f"{SITE}/incidents/{event.public_id}/"]
    assert "<lastmod>2026-03-06T05:00:00Z</lastmod>" in client.get(f"/sitemaps/{part}.xml").text


def test_parts_of_the_sitemap_never_shift(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sitemaps, "SIZE", 10)
    events = many(25)
    numbers = sorted({sitemaps.number_of(event) for event in events})
    parts = {number: locations(client, f"/sitemaps/{number}.xml") for number in numbers}
    assert sum(len(found) for found in parts.values()) == 25
    PublicEvent.objects.filter(pk=events[0].pk).delete()
    assert [locations(client, f"/sitemaps/{number}.xml") for number in numbers[1:]] == list(parts.values())[1:]
    assert client.get(f"/sitemaps/{numbers[-1] + 1}.xml").status_code == 404
    assert client.get("/sitemaps/0.xml").status_code == 404
