"""Public addresses are answered from the folder, before Django and without a database."""

from __future__ import annotations

import gzip
import tracemalloc
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import brotli
import pytest
from django.db import connection
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from accounts.models import User
from config.public_files import in_front_of
from incidents.public.caching import CACHE_CONTROL
from incidents.public.files import build, layout, write_pending
from incidents.public.files.serving import PublicFiles
from tests.public.files.asking import addresses, ask, layer
from tests.public.samples import PUBLIC_ID, PUBLISHED_AT, SEED, publish

NOW = PUBLISHED_AT + timedelta(days=40)
PAGE = f"/incidents/{PUBLIC_ID}/"
OF_THE_FILE = {"etag", "last-modified", "vary", "content-length", "cache-control"}


def test_an_answer_has_the_headers_that_django_gives(site: Path, client: Client) -> None:
    """Every header of every address: what a view or a middleware adds must be added here, too."""
    build(NOW)
    files = layer(site)
    for path in [*addresses(), "/nothing-here/"]:
        theirs = client.get(path, headers={"host": "localhost"})
        expected = {name.lower(): value for name, value in theirs.headers.items()}
        policy = sorted(expected.pop("content-security-policy").split("; "))
        got = ask(files, path)
        headers = dict(got.headers)
        assert sorted(headers.pop("content-security-policy").split("; ")) == policy, path
        assert {name: value for name, value in headers.items() if name not in OF_THE_FILE} == {
            name: value for name, value in expected.items() if name not in OF_THE_FILE
        }, path
        assert (got.status, got.body) == (theirs.status_code, theirs.content), path
        assert headers["cache-control"] == CACHE_CONTROL
        assert headers["vary"] == "Accept-Encoding"
        assert headers["content-length"] == str(len(got.body))


def test_reading_asks_no_database(site: Path, settings: object) -> None:
    build(NOW)
    connection.close()
    with connection.execute_wrapper(lambda *_: pytest.fail("a query")):
        for path in ("/", PAGE, "/nothing-here", f"{PAGE}report.json"):
            ask(layer(site), path)
    assert connection.connection is None


ACCEPTED = {
    "": None,
    "identity": None,
    "gzip": "gzip",
    "gzip, deflate, br": "br",
    "br;q=0, gzip": "gzip",
    "br;q=0.0,gzip;q=0": None,
    "gzip;q=0.5": "gzip",
    "GZIP": "gzip",
    "deflate, gzip;q=1.0, *;q=0.5": "gzip",
    "x-gzip": None,
    "brotli": None,
}
UNPACK = {"br": brotli.decompress, "gzip": gzip.decompress, None: bytes}


def test_a_reader_gets_what_it_can_unpack(site: Path) -> None:
    build(NOW)
    plain = ask(layer(site), PAGE)
    for accepted, coding in ACCEPTED.items():
        got = ask(layer(site), PAGE, ACCEPT_ENCODING=accepted)
        assert got.headers.get("content-encoding") == coding, accepted
        assert UNPACK[coding](got.body) == plain.body
        assert coding is None or len(got.body) < len(plain.body) / 2
        assert (got.headers["etag"] == plain.headers["etag"]) == (coding is None)


def test_what_a_reader_has_is_not_sent_again(site: Path) -> None:
    build(NOW)
    files = layer(site)
    for path in addresses():
        full = ask(files, path, ACCEPT_ENCODING="br")
        tag, changed = full.headers["etag"], full.headers.get("last-modified", "")
        expected = 304 if full.status == 200 else 410
        for known in (tag, f"W/{tag}", f'"x", {tag}', "*"):
            again = ask(files, path, ACCEPT_ENCODING="br", IF_NONE_MATCH=known)
            assert again.status == expected, (path, known)
        if full.status == 200:
            assert again.body == b""
            described = {"content-type", "content-length", "content-encoding"}
            assert again.headers == {name: value for name, value in full.headers.items() if name not in described}
            assert ask(files, path, IF_MODIFIED_SINCE=changed).status == 304
            assert ask(files, path, IF_MODIFIED_SINCE="Wed, 01 Jan 2098 00:00:00 GMT").status == 200
            assert ask(files, path, ACCEPT_ENCODING="br", IF_NONE_MATCH=tag, IF_MODIFIED_SINCE="x").status == 200
        assert ask(files, path, ACCEPT_ENCODING="gzip", IF_NONE_MATCH=tag).status in {full.status} | (
            {304} if path.endswith(".png") else set()
        )


def test_a_change_shows_at_the_next_look(site: Path, publisher: User) -> None:
    build(NOW)
    files = layer(site)
    assert b"Another title" not in ask(files, PAGE).body
    publish(replace(SEED, title="Another title"), by=publisher, note=".", at=PUBLISHED_AT + timedelta(days=9))
    write_pending(NOW)
    assert b"Another title" in ask(files, PAGE).body


def test_a_query_string_changes_nothing_and_takes_no_memory(site: Path) -> None:
    build(NOW)
    files = layer(site)
    plain = ask(files, PAGE)
    tracemalloc.start()
    before = tracemalloc.get_traced_memory()[0]
    for number in range(5_000):
        assert ask(files, PAGE, query=f"x={number}") == plain
        ask(files, f"/nothing/{number}", ACCEPT_ENCODING=f"x{number}")
    grown = tracemalloc.get_traced_memory()[0] - before
    tracemalloc.stop()
    assert grown < 300_000
    assert len(files._memory.kept) == 2


def test_memory_has_a_bound(site: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    build(NOW)
    monkeypatch.setattr("incidents.public.files.serving._MOST_BYTES", 60_000)
    files = layer(site)
    for path in addresses() * 2:
        ask(files, path)
        assert files._memory.size <= 60_000


def test_reading_is_all_one_can_do(site: Path) -> None:
    build(NOW)
    for path in ("/", PAGE, "/nothing-here"):
        for method in ("POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE"):
            got = ask(layer(site), path, method)
            assert (got.status, got.headers["allow"]) == (405, "GET, HEAD"), (path, method)


def test_head_has_all_but_the_body(site: Path) -> None:
    build(NOW)
    for path in addresses():
        full, head = ask(layer(site), path), ask(layer(site), path, "HEAD")
        assert head == full._replace(body=b"")


NO_ADDRESSES = [
    "/index.html",
    f"{PAGE}index.html",
    "/index.br.html",
    f"{PAGE}report.gz.json",
    "/404.html",
    "/.seq",
    "/.replaced",
    f"{PAGE}.lists",
    "/incidents/../robots.txt",
    "/../public/current/robots.txt",
    "//robots.txt",
    "/incidents//",
    f"/incidents/a/b/{PUBLIC_ID}/",
    "/incidents/a/",
    "/gone/incidents/g/o/goneforgood2/index.html",
    "/" + "x" * 300,
    "/" + "x" * 3_000,
    "/\x00",
    "/robots.txt\n",
    "/\xff\xfe",
    f"/incidents/{PUBLIC_ID}/report.json/",
    "robots.txt",
    "",
]


def test_no_other_address_leads_to_a_file(site: Path) -> None:
    build(NOW)
    unknown = ask(layer(site), "/nothing-here")
    assert unknown.status == 404
    for path in NO_ADDRESSES:
        assert ask(layer(site), path) == unknown, path


def test_a_forgotten_slash_is_added(site: Path) -> None:
    build(NOW)
    got = ask(layer(site), PAGE.rstrip("/"), query="a=b")
    assert (got.status, got.headers["location"]) == (301, PAGE)


def test_what_is_not_public_goes_to_django(site: Path) -> None:
    assert ask(layer(site), PAGE).status == 599, "nothing is built"
    build(NOW)
    for path in ("/workspace/", "/accounts/login/", "/static/css/public.css", "/healthz/live", "/search"):
        assert ask(layer(site), path).status == 599, path
    assert ask(layer(site), "/workspaces").status == 404


def test_readers_give_way_while_something_is_taken_in(site: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    build(NOW)
    waited: list[float] = []
    monkeypatch.setattr("incidents.public.files.serving.sleep", waited.append)
    files: list[PublicFiles] = []

    def django(environ: dict[str, Any], start_response: Any) -> list[bytes]:
        assert ask(files[0], PAGE).status == 200
        start_response("302 Found", [])
        return []

    files.append(in_front_of(django))
    ask(files[0], "/workspace/")
    assert waited == [], "somebody inside only reads"
    ask(files[0], "/workspace/", "POST")
    assert len(waited) == 1
    assert max(waited) <= 0.01
    ask(files[0], PAGE)
    assert len(waited) == 1


def test_one_thread_answers_readers(site: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    build(NOW)
    waited: list[float] = []
    clock = [100.0]
    monkeypatch.setattr("incidents.public.files.serving.sleep", waited.append)
    monkeypatch.setattr("incidents.public.files.serving.monotonic", lambda: clock[0])
    files = layer(site)

    def elsewhere() -> None:
        with ThreadPoolExecutor(1) as other:
            assert other.submit(ask, files, PAGE).result() == plain

    plain = ask(files, PAGE)
    elsewhere()
    assert len(waited) == 1
    ask(files, PAGE)
    assert len(waited) == 1, "who waited has not taken over"
    clock[0] += 0.1  # it has something else to do
    elsewhere()
    assert len(waited) == 1
    ask(files, PAGE)
    assert len(waited) == 2
    assert max(waited) <= 0.01


def test_every_address_of_django_is_named(db: None) -> None:
    def first_segments(patterns: list[URLPattern | URLResolver], before: str = "") -> set[str]:
        found = set()
        for pattern in patterns:
            if isinstance(pattern, URLResolver):
                if pattern.namespace != "public":
                    found |= first_segments(pattern.url_patterns, before + str(pattern.pattern))
            else:
                found.add((before + str(pattern.pattern)).split("/")[0])
        return found

    assert first_segments(get_resolver().url_patterns) <= set(layout.DYNAMIC)


@pytest.mark.parametrize(("proto", "status", "hsts"), [("https", 200, True), ("http", 599, False), (None, 599, False)])
def test_tls_is_insisted_on_where_django_does(
    site: Path, settings: object, proto: str | None, status: int, *, hsts: bool
) -> None:
    build(NOW)
    settings.SECURE_SSL_REDIRECT = True
    settings.SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    settings.SECURE_HSTS_SECONDS, settings.SECURE_HSTS_INCLUDE_SUBDOMAINS = 31_536_000, True
    got = ask(layer(site), PAGE, **({"X_FORWARDED_PROTO": proto} if proto else {}))
    assert got.status == status
    assert ("strict-transport-security" in got.headers) == hsts
