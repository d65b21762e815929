"""Tags and causes: pages of their own in the history, links to them, and addresses that any tag can have."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from urllib.parse import unquote

import pytest
from django.test import Client
from django.urls import resolve
from hypothesis import given
from hypothesis import strategies as st

from accounts.models import User
from incidents.models import PublicEvent
from incidents.public import catalogue
from incidents.public.files import layout
from incidents.public.files.answers import answer_of
from incidents.public.files.writing import _file
from incidents.public.labels import tag_path
from incidents.public.pages import report_page
from tests.public.happenings import BEGAN, HOUR, NOW, happening
from tests.public.samples import PUBLIC_ID, PUBLISHED_AT, SEED, publish, withdraw
from tests.public.test_archive import listed, many, page

pytestmark = pytest.mark.django_db
LABELLED = replace(SEED, tags=("power", "load balancer"), cause="hardware")


@pytest.fixture(autouse=True)
def _now(clock: Callable[[datetime], None]) -> None:
    clock(NOW)


def links(client: Client, path: str) -> list[str]:
    return [link["href"] for link in page(client, path).all("a")]


# ── Addresses ───────────────────────────────────────────────────────────────


@given(tag=st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), min_size=1, max_size=40))
def test_any_tag_has_one_address_and_a_file(tag: str) -> None:
    path = tag_path(tag)
    file = _file(path)
    assert file.startswith("history/tag/")
    assert file.count("/") == 3
    assert len(file.split("/")[2].encode()) <= 255
    assert layout.type_of(file) == "text/html; charset=utf-8"
    found = resolve(unquote(path))
    assert (found.url_name, found.kwargs) == ("tag", {"tag": tag})


@pytest.mark.parametrize(
    ("tag", "path"),
    [
        ("power", "/history/tag/power/"),
        ("load balancer", "/history/tag/load_balancer/"),
        ("load-balancer", "/history/tag/load-balancer/"),
        ("load_balancer", "/history/tag/load~5fbalancer/"),
        ("a/b", "/history/tag/a~2fb/"),
        ("..", "/history/tag/~2e~2e/"),
        ("strøm", "/history/tag/str%C3%B8m/"),
        ("停電", "/history/tag/%E5%81%9C%E9%9B%BB/"),
    ],
)
def test_addresses_read_like_tags(client: Client, tag: str, path: str) -> None:
    assert tag_path(tag) == path
    event = happening(tags=[tag])
    assert listed(client, path) == [event.public_id]
    assert page(client, path).text.count(f"Tag: {tag}") == 2


@pytest.mark.parametrize("path", ["power", "Power", "p~6fwer", "~", "~2", "load balancer", "load%20balancer"])
def test_other_spellings_are_unknown(client: Client, path: str) -> None:
    happening(tags=["powers", "load balancer"])
    assert client.get(f"/history/tag/{path}/").status_code == 404


# ── Pages ───────────────────────────────────────────────────────────────────


def test_a_tag_has_a_history_by_month(client: Client) -> None:
    old = happening("Old", started_at=datetime(2024, 2, 29, 23, 59, tzinfo=UTC), tags=["power"])
    older, newer = happening(started_at=BEGAN - HOUR, tags=["dns", "power"]), happening(tags=["power"])
    happening("Another", tags=["powers"])
    assert listed(client, "/history/tag/power/") == [newer.public_id, older.public_id]
    assert listed(client, "/history/tag/power/2024/2/") == [old.public_id]
    said = page(client, "/history/tag/power/")
    assert "History Tag: power March 2026 Newest first" in said.text
    assert "All months 2026 March 2026 2024 February 2024" in said.text
    assert not said.all("form")
    assert 'rel="canonical" href="http://localhost:8000/history/tag/power/"' in client.get("/history/tag/power/").text
    assert "/history/tag/power/2026/3/" in links(client, "/history/tag/power/2024/2/")
    assert "Tag: power February 2024" in page(client, "/history/tag/power/2024/2/").text


def test_a_cause_has_one_too(client: Client) -> None:
    event, _other = happening(cause="hardware"), happening(cause="network")
    assert listed(client, "/history/cause/hardware/") == [event.public_id]
    assert listed(client, "/history/cause/hardware/2026/3/") == [event.public_id]
    assert "History Cause: Hardware or power March 2026" in page(client, "/history/cause/hardware/").text


@pytest.mark.parametrize("kind", ["tag/power", "cause/data"])
def test_nothing_falls_off_the_end(client: Client, kind: str) -> None:
    many(120)
    PublicEvent.objects.update(tags=["power"], cause="data")
    paths = [f"/history/{kind}/2026/3/{rest}" for rest in ("", "2/", "3/")]
    found = [listed(client, path) for path in paths]
    assert [len(each) for each in found] == [50, 50, 20]
    assert len({each for ids in found for each in ids}) == 120
    assert listed(client, f"/history/{kind}/") == found[2]
    assert set(paths) < set(catalogue.of_lists())


@pytest.mark.parametrize(
    "path",
    [
        "tag/other/",
        "tag/power/2026/4/",
        "tag/power/2026/3/1/",
        "tag/power/2026/3/2/",
        "tag/power/2026/13/",
        "cause/network/",
        "cause/nonsense/",
        "cause/hardware/2025/1/",
        "tag//",
        "cause//",
    ],
)
def test_what_has_no_event_is_no_page(client: Client, path: str) -> None:
    happening(tags=["power"], cause="hardware")
    assert client.get(f"/history/{path}").status_code == 404


# ── Links ───────────────────────────────────────────────────────────────────

BOTH = {"/history/tag/load_balancer/", "/history/tag/power/", "/history/cause/hardware/"}


def test_lists_and_report_lead_to_them(client: Client, publisher: User) -> None:
    publish(LABELLED, by=publisher)
    for path in ("/reports/", "/history/2023/3/", f"/incidents/{PUBLIC_ID}/", "/search/?q=power", *BOTH):
        assert set(links(client, path)) >= BOTH, path
    assert "Cause: Hardware or power power load balancer" in page(client, f"/incidents/{PUBLIC_ID}/").text


def test_an_old_version_leads_only_to_what_is_still_there(client: Client, publisher: User) -> None:
    publish(LABELLED, by=publisher)
    publish(replace(SEED, tags=("power",), cause="network"), by=publisher, note="Better.", at=PUBLISHED_AT + HOUR)
    path = f"/incidents/{PUBLIC_ID}/versions/1/"
    assert "Cause: Hardware or power power load balancer" in page(client, path).text
    assert set(links(client, path)) & BOTH == {"/history/tag/power/"}


def test_a_preview_leads_nowhere() -> None:
    shown = report_page(LABELLED, on=NOW.date(), image_url=lambda _image: "")
    assert [(tag.words, tag.path) for tag in shown.tags] == [("power", ""), ("load balancer", "")]
    assert shown.cause
    assert (shown.cause.words, shown.cause.path) == ("Hardware or power", "")


def test_words_of_a_tag_are_words(client: Client) -> None:
    event = happening(tags=["<b>&\"'", "تجربة", "\u202e"])
    said = page(client, "/history/2026/3/")
    assert "<b>&\"' تجربة" in said.text
    hrefs = [link for link in links(client, "/history/2026/3/") if "/tag/" in link]
    assert len(hrefs) == 2
    assert all(listed(client, href) == [event.public_id] for href in hrefs)


# ── What changes them ───────────────────────────────────────────────────────


@pytest.mark.parametrize("change", ["relabelled", "withdrawn", "back"])
def test_a_page_goes_with_its_last_event(publisher: User, change: str) -> None:
    first = publish(LABELLED, by=publisher)
    paths = {f"{path}{rest}" for path in BOTH for rest in ("", "2023/3/")}
    assert paths < set(catalogue.of_lists())
    if change == "relabelled":
        publish(SEED, by=publisher, note="Better.", at=PUBLISHED_AT + HOUR)
    else:
        withdraw(first, by=publisher)
    if change == "back":
        publish(LABELLED, by=publisher, note="The name is gone.", at=PUBLISHED_AT + timedelta(days=40))
    event = PublicEvent.objects.get(public_id=PUBLIC_ID)
    assert paths < set(catalogue.of_lists(event)), "they are asked for, so that their files go"
    assert {answer_of(path).status for path in paths} == ({200} if change == "back" else {404})
    assert (paths < set(catalogue.of_lists())) == (change == "back")


def test_who_joins_in_the_middle_moves_all_behind() -> None:
    first = happening()
    many(200)
    PublicEvent.objects.exclude(pk=first.pk).update(tags=["power"])
    first.tags = ["power"]
    first.save()
    pages = {f"/history/tag/power/2026/3/{rest}" for rest in ("", "2/", "3/", "4/", "5/")}
    assert {path for path in catalogue.of_lists(first) if path.startswith("/history/tag/power/2026/3/")} == pages


def test_the_sitemap_names_them(client: Client, publisher: User) -> None:
    publish(LABELLED, by=publisher)
    withdraw(publish(replace(SEED, public_id="gonegonegone", tags=("gone",)), by=publisher), by=publisher)
    part = client.get(f"/sitemaps/{(PublicEvent.objects.latest('pk').pk - 1) // 500 + 1}.xml").text
    for path in BOTH:
        assert f"<loc>http://localhost:8000{path}</loc>" in part
    assert "gone" not in part
