"""Who gets what, with which headers: every public address, standing, withdrawn, draft and unknown."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.test import Client

from accounts.models import User
from incidents.models import Publication
from incidents.models.attachment import stored_path
from incidents.public.caching import CACHE_CONTROL
from incidents.public.history import history_of
from incidents.snapshot import Image, Section
from tests.public.samples import PUBLIC_ID, PUBLISHED_AT, SEED, incident, publish, withdraw

PIXELS = b"\x89PNG stands for a picture"
SHA256 = hashlib.sha256(PIXELS).hexdigest()
IMAGE = Image("picaaa", SHA256, "image/png", 800, 400, "The server room")
PICTURED = replace(SEED, images=(IMAGE,), sections=(*SEED.sections, Section("resolution", "![](attachment:picaaa)")))

BELOW_A_REPORT = [
    "",
    "card.png",
    "report.md",
    "report.json",
    "versions/1/",
    "versions/2/",
    "versions/2/changes/",
    "versions/2/changes/1/",
    f"images/{SHA256}.png",
]
OF_THE_SITE = ["/", "/history.atom", "/robots.txt", "/site.css", "/sitemap.xml", "/sitemaps/pages.xml"]
LISTS = ["/history/", "/history/2023/3/", "/reports/", "/reports/2023/3/"]
ALL = [*OF_THE_SITE, "/card.png", *LISTS, *(f"/incidents/{PUBLIC_ID}/{rest}" for rest in BELOW_A_REPORT)]


@pytest.fixture(autouse=True)
def _now(clock: Callable[[datetime], None]) -> None:
    clock(PUBLISHED_AT + timedelta(days=60))


@pytest.fixture
def picture(db: None) -> Iterator[str]:
    name = default_storage.save(stored_path(SHA256, "image/png"), ContentFile(PIXELS))
    yield name
    default_storage.delete(name)


@pytest.fixture
def standing(publisher: User, picture: str) -> Publication:
    publish(replace(PICTURED, title="An earlier title"), by=publisher)
    return publish(PICTURED, by=publisher, note="The title was wrong.", at=PUBLISHED_AT + timedelta(days=3))


@pytest.mark.parametrize("path", ALL)
def test_anybody_may_read_and_caches_may_keep(client: Client, standing: Publication, path: str) -> None:
    response = client.get(path)
    assert response.status_code == 200
    assert response["Cache-Control"] == CACHE_CONTROL
    assert response["X-Content-Type-Options"] == "nosniff"
    assert not response.cookies
    assert "Vary" not in response or "cookie" not in response["Vary"].lower()


@pytest.mark.parametrize("path", [*ALL, "/incidents/aaaaaaaaaaaa/"])
def test_a_session_changes_no_byte_and_no_header(
    client: Client, standing: Publication, publisher: User, path: str
) -> None:
    anonymous = client.get(path)
    client.force_login(publisher)
    known = client.get(path)
    assert known.content == anonymous.content
    assert dict(known.headers) == dict(anonymous.headers)
    client.cookies["sessionid"] = "stale"
    stale = client.get(path)
    assert not stale.cookies
    assert dict(stale.headers) == dict(anonymous.headers)


@pytest.mark.parametrize("path", ALL)
def test_what_a_reader_has_is_not_sent_again(client: Client, standing: Publication, path: str) -> None:
    first = client.get(path)
    again = client.get(path, headers={"if-none-match": first["ETag"]})
    assert again.status_code == 304
    assert again.content == b""
    assert again["ETag"] == first["ETag"]
    assert again["Cache-Control"] == CACHE_CONTROL
    assert client.get(path, headers={"if-none-match": '"another"'}).status_code == 200


def test_the_etag_follows_the_bytes(client: Client, standing: Publication, publisher: User) -> None:
    before = client.get(f"/incidents/{PUBLIC_ID}/")["ETag"]
    standing.incident.title = "Changed inside"
    standing.incident.save()
    assert client.get(f"/incidents/{PUBLIC_ID}/")["ETag"] == before
    publish(replace(PICTURED, title="Third"), by=publisher, note="Again.", at=PUBLISHED_AT + timedelta(days=4))
    assert client.get(f"/incidents/{PUBLIC_ID}/")["ETag"] != before


@pytest.mark.parametrize("path", ALL)
def test_reading_is_all_one_can_do(client: Client, standing: Publication, path: str) -> None:
    head, full = client.head(path), client.get(path)
    assert head.status_code == 200
    assert head.content == b""
    assert head["ETag"] == full["ETag"]
    for method in ("POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE"):
        assert client.generic(method, path).status_code == 405, method


@pytest.mark.parametrize("rest", BELOW_A_REPORT)
def test_a_draft_is_as_unknown_as_nothing(client: Client, publisher: User, rest: str) -> None:
    incident("draftdraftdr", by=publisher)
    draft = client.get(f"/incidents/draftdraftdr/{rest}")
    unknown = client.get(f"/incidents/aaaaaaaaaaaa/{rest}")
    nowhere = client.get("/there-is-no-such-page")
    assert draft.status_code == unknown.status_code == 404
    assert draft.content == unknown.content == nowhere.content
    assert dict(draft.headers) == dict(unknown.headers)


@pytest.mark.parametrize(
    "rest",
    [
        "versions/3/",
        "versions/0/",
        "versions/1/changes/",
        "versions/3/changes/",
        f"images/{SHA256}.jpg",
        f"images/{'0' * 64}.png",
        "images/picaaa.png",
    ],
)
def test_what_a_report_does_not_have_is_unknown_too(client: Client, standing: Publication, rest: str) -> None:
    missing = client.get(f"/incidents/{PUBLIC_ID}/{rest}")
    assert missing.status_code == 404
    assert missing.content == client.get("/there-is-no-such-page").content


@pytest.mark.parametrize("rest", BELOW_A_REPORT)
def test_a_withdrawn_report_leaves_a_tombstone(
    client: Client, standing: Publication, publisher: User, rest: str
) -> None:
    withdraw(standing, by=publisher, reason="It named <b>somebody</b>.")
    response = client.get(f"/incidents/{PUBLIC_ID}/{rest}")
    said = response.content.decode()
    assert response.status_code == 410
    assert response["Cache-Control"] == CACHE_CONTROL
    assert "somebody" in said
    assert "8 April 2023" in said or "2023-04-08T14:00:00Z" in said
    assert "<b>somebody" not in said or response["Content-Type"] == "application/json; charset=utf-8"
    for secret in (SEED.title, "An earlier title", "HTTP 500", "The title was wrong.", "Infrastructure"):
        assert secret not in said


def test_a_withdrawn_report_is_in_no_feed_and_a_line_without_words_in_the_lists(
    client: Client, standing: Publication, publisher: User
) -> None:
    assert SEED.title in client.get("/reports/").content.decode()
    withdraw(standing, by=publisher)
    for path in OF_THE_SITE:
        if path != "/history.atom":  # which says that it was withdrawn
            assert PUBLIC_ID not in client.get(path).content.decode()
    for path in [*OF_THE_SITE, *LISTS]:
        assert SEED.title not in client.get(path).content.decode()
    for path in LISTS[:2]:
        assert "Report withdrawn" in client.get(path).content.decode()


def test_what_was_withdrawn_stays_so_after_a_new_version(
    client: Client, standing: Publication, publisher: User
) -> None:
    withdraw(standing, by=publisher)
    publish(SEED, by=publisher, note="The name is gone.", at=PUBLISHED_AT + timedelta(days=40))
    assert [version.note_html for version in history_of(PUBLIC_ID).versions(shown=3)] == ["The name is gone.", "", ""]
    root = f"/incidents/{PUBLIC_ID}/"
    page = client.get(root)
    assert page.status_code == 200
    assert "An earlier title" not in page.content.decode()
    assert "The title was wrong." not in page.content.decode()
    assert "Withdrawn on" in page.content.decode()
    statuses = {rest: client.get(root + rest).status_code for rest in BELOW_A_REPORT}
    assert statuses == {
        "": 200,
        "card.png": 200,
        "report.md": 200,
        "report.json": 200,
        "versions/1/": 410,
        "versions/2/": 410,
        "versions/2/changes/": 410,
        "versions/2/changes/1/": 410,
        f"images/{SHA256}.png": 404,
    }
    assert client.get(f"{root}versions/3/changes/").status_code == 404  # it would show what was withdrawn
    assert "The title was wrong." not in client.get(f"{root}report.md").content.decode()


def test_a_report_is_as_old_as_its_first_version_that_stands(client: Client, publisher: User) -> None:
    """List, page and JSON say the same, and nothing of the version that was withdrawn."""
    withdraw(publish(by=publisher), by=publisher)
    publish(by=publisher, note="The name is gone.", at=PUBLISHED_AT + timedelta(days=40))
    publish(replace(SEED, public_id="otherotherot"), by=publisher, at=PUBLISHED_AT + timedelta(days=35))
    root = f"/incidents/{PUBLIC_ID}/"
    listed = client.get("/history.atom").content.decode()
    assert listed.index(root) < listed.index("otherotherot")
    page = client.get(root).content.decode()
    assert '<meta property="article:published_time" content="2023-04-18T14:00:00Z">' in page
    assert client.get(f"{root}report.json").json()["first_published_at"] == "2023-04-18T14:00:00Z"

    publish(by=publisher, note="The end was wrong.", at=PUBLISHED_AT + timedelta(days=50))
    assert 'article:published_time" content="2023-04-18T14:00:00Z"' in client.get(root).content.decode()
    assert client.get(f"{root}report.json").json()["first_published_at"] == "2023-04-18T14:00:00Z"


def test_an_image_is_only_an_image(client: Client, standing: Publication) -> None:
    response = client.get(f"/incidents/{PUBLIC_ID}/images/{SHA256}.png")
    assert response.content == PIXELS
    assert response["Content-Type"] == "image/png"
    assert response["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in response["Content-Security-Policy"]
    assert (
        f'src="/incidents/{PUBLIC_ID}/images/{SHA256}.png"' in client.get(f"/incidents/{PUBLIC_ID}/").content.decode()
    )


def test_an_image_of_another_report_is_unknown(client: Client, standing: Publication, publisher: User) -> None:
    publish(replace(SEED, public_id="otherotherot"), by=publisher)
    assert client.get(f"/incidents/otherotherot/images/{SHA256}.png").status_code == 404


def test_a_file_that_is_not_what_was_published_is_not_served(
    client: Client, standing: Publication, picture: str
) -> None:
    with default_storage.open(picture, "wb") as file:
        file.write(b"something else")
    assert client.get(f"/incidents/{PUBLIC_ID}/images/{SHA256}.png").status_code == 404
    default_storage.delete(picture)
    assert client.get(f"/incidents/{PUBLIC_ID}/images/{SHA256}.png").status_code == 404


def test_an_old_version_points_to_the_current_one(client: Client, standing: Publication) -> None:
    response = client.get(f"/incidents/{PUBLIC_ID}/versions/1/")
    said = response.content.decode()
    assert "An earlier title" in said
    assert "This is version 1. A newer one has replaced it" in said
    assert f'rel="canonical" href="http://localhost:8000/incidents/{PUBLIC_ID}/"' in said
    assert '<meta name="robots" content="noindex">' in said
    assert response["X-Robots-Tag"] == "noindex"
    current = client.get(f"/incidents/{PUBLIC_ID}/")
    assert "noindex" not in current.content.decode()
    assert "X-Robots-Tag" not in current


def test_an_old_version_is_late_only_until_it_was_replaced(client: Client, publisher: User) -> None:
    publish(SEED, by=publisher)
    publish(SEED, by=publisher, note="Nothing new.", at=PUBLISHED_AT + timedelta(days=20))
    assert "Late by 9 days" in client.get(f"/incidents/{PUBLIC_ID}/versions/1/").content.decode()


def test_errors_have_pages_of_their_own(client: Client) -> None:
    assert "There is nothing at this address" in client.get("/nothing-here").content.decode()
