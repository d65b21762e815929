"""The bucket has what readers get, byte for byte, and in an order that misleads nobody. The server is moto’s."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from accounts.models import User
from incidents.models import Publication
from incidents.public.caching import CACHE_CONTROL
from incidents.public.files import build, write_pending
from incidents.public.files.mirror import MARK
from tests.public.files.mirroring import SITE, expected, follow, pages, stored
from tests.public.files.moto import Bucket, Moto, Stored
from tests.public.samples import PUBLIC_ID, SEED, publish, withdraw

pytestmark = pytest.mark.django_db(transaction=True)

NOW = datetime(2026, 3, 10, 12, 0, tzinfo=UTC)
LATER = NOW + timedelta(minutes=10)
STYLE, FONT = "static/css/public.0123456789ab.css", "static/vendor/fonts/inter.0123456789ab.woff2"


@pytest.fixture
def built(site: Path) -> Path:
    build(NOW)
    for name in (STYLE, FONT):
        for each in (name, f"{name}.br", f"{name}.gz"):
            (site / each).parent.mkdir(parents=True, exist_ok=True)
            (site / each).write_bytes(each.encode())
    return site


def test_the_whole_site_is_there_byte_for_byte(built: Path, moto: Moto, bucket: Bucket) -> None:
    follow(built, bucket)
    objects = moto.objects(bucket)
    assert pages(objects) == expected(built)
    assert len(objects) > 40
    assert {key for key in objects if key.startswith("static/")} == {STYLE, FONT}
    assert objects[STYLE].content == STYLE.encode()
    assert objects[MARK].content.startswith(f"{SITE} ".encode())
    assert not [key for key in objects if "/." in f"/{key}" or "gone/" in key or ".br" in key or ".gz" in key]
    check_headers(objects)
    check_states(objects)


def check_headers(objects: dict[str, Stored]) -> None:
    for key, each in objects.items():
        for_ever = "max-age=315360000, public, immutable"
        assert "content-encoding" not in each.headers
        assert each.headers["content-type"] != "application/octet-stream"
        assert key == MARK or each.headers["cache-control"] == (
            for_ever if key.startswith("static/") else CACHE_CONTROL
        )
    types = {key: each.headers["content-type"] for key, each in objects.items()}
    assert types["index.html"] == "text/html; charset=utf-8"
    assert types[f"incidents/{PUBLIC_ID}/report.json"] == "application/json; charset=utf-8"
    assert types["history.atom"] == "application/atom+xml; charset=utf-8"
    assert types[STYLE] == "text/css; charset=utf-8"
    assert types[FONT] == "font/woff2"
    assert [types[key] for key in types if key.startswith(f"incidents/{PUBLIC_ID}/images/")] == ["image/png"]


def check_states(objects: dict[str, Stored]) -> None:
    """A withdrawn address has its tombstone, and both it and the page for unknown ones say their state to a front."""
    states = {key: each.headers.get("x-amz-meta-status") for key, each in objects.items()}
    assert {key for key, state in states.items() if state == "404"} == {"404.html"}
    gone = {key for key, state in states.items() if state == "410"}
    assert gone == {key for key in objects if key.startswith("incidents/goneforgood2/")}
    page = objects["incidents/goneforgood2/index.html"]
    assert b"withdrawn" in page.content
    assert b"noindex" in page.content
    (image,) = (key for key in gone if key.endswith(".png") and not key.endswith("/card.png"))
    assert objects[image].headers["content-type"] == "text/plain; charset=utf-8"


def test_a_change_is_brought_in_an_order_that_misleads_nobody(
    built: Path, moto: Moto, bucket: Bucket, publisher: User
) -> None:
    follow(built, bucket)
    assert follow(built, bucket) == []

    publish(replace(SEED, public_id="newestreport"), by=publisher)
    write_pending(LATER)
    touched = follow(built, bucket)
    own = [key for key in touched if key.startswith("incidents/newestreport")]
    assert len(own) >= 4
    assert set(touched[: len(own)]) == set(own), "what is new before what links to it"
    assert "/" not in touched[-1], "what lies at the top links to all the rest"
    assert not [key for key in touched if PUBLIC_ID in key], "other reports are left alone"

    publish(replace(SEED, public_id="newestreport", title="Corrected"), by=publisher, note="The title.", at=LATER)
    write_pending(LATER)
    touched = follow(built, bucket)
    assert "incidents/newestreport/versions/2/index.html" in touched
    assert not [key for key in touched if PUBLIC_ID in key]
    assert stored(moto, bucket, expected(built)) == expected(built)

    publish(replace(SEED, public_id="theveryfirst"), by=publisher)
    withdraw(Publication.objects.get(public_id="other2report"), by=publisher)
    write_pending(LATER)
    touched = follow(built, bucket)
    own = [key for key in touched if key.startswith("incidents/other2report/")]
    assert len(own) >= 4
    assert touched[: len(own)] == own, "the tombstones before anything else"
    assert own.index("incidents/other2report/index.html") < own.index("incidents/other2report/versions/1/index.html")
    objects = moto.objects(bucket)
    assert {objects[key].headers["x-amz-meta-status"] for key in own} == {"410"}
    assert pages(objects) == expected(built)
