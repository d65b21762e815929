"""The mirror gets there whatever happens to the bucket or to the folder meanwhile. No page is made for these tests."""

from __future__ import annotations

import signal
import threading
from datetime import timedelta
from pathlib import Path

import pytest

from incidents.public.files import bucket as buckets
from incidents.public.files import mirror as mirrors
from incidents.public.files.following import Refused
from incidents.public.files.mirror import MARK
from tests.public.files.mirroring import expected, follow, mirror, pages, replace_in, watch
from tests.public.files.moto import Bucket, Moto

EVENTS = [f"{letter}{letter}{number:010}" for letter in "abcd" for number in range(3)]
PAGE = f"incidents/a/a/{EVENTS[0]}/index.html"
KEY = f"incidents/{EVENTS[0]}/index.html"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Twelve events with two pages each, and thirty lists."""
    home = tmp_path / "public"
    own = [f"incidents/{each[0]}/{each[1]}/{each}/{name}" for each in EVENTS for name in ("index.html", "report.json")]
    lists = [*(f"history/2026/{month}/index.html" for month in range(1, 28)), "robots.txt", "404.html", "index.html"]
    replace_in(home, put={path: path.encode() for path in (*own, *lists)}, built="1")
    (home / "static").mkdir()
    (home / "static/style.0123456789ab.css").write_text("first")
    return home


def test_what_is_gone_goes_last(folder: Path, moto: Moto, bucket: Bucket) -> None:
    follow(folder, bucket)
    gone = "history/2026/1/index.html"
    replace_in(folder, put={"index.html": b"no link to them"}, remove=("robots.txt", gone))
    assert follow(folder, bucket) == ["index.html", "robots.txt", gone]
    assert pages(moto.objects(bucket)) == expected(folder)


def test_what_is_withdrawn_while_much_waits_is_next(folder: Path, moto: Moto, bucket: Bucket) -> None:
    withdrawn = threading.Event()

    def withdraw_at_the_first_list(key: str) -> None:
        if key.startswith("history/") and not withdrawn.is_set():
            withdrawn.set()
            replace_in(folder, put={f"gone/{PAGE}": b"withdrawn"}, remove=(PAGE,))

    follower = mirror(folder, bucket)
    touched = watch(follower, before=withdraw_at_the_first_list)
    follower.follow(threading.Event())
    first_list = next(place for place, key in enumerate(touched) if key.startswith("history/"))
    tombstone = touched.index(KEY, first_list)
    assert tombstone <= first_list + mirrors._AT_ONCE
    assert len(touched) - tombstone > mirrors._AT_ONCE, "much was still waiting"
    assert moto.objects(bucket)[KEY].content == b"withdrawn"
    assert pages(moto.objects(bucket)) == expected(folder)


def test_stops_between_two_objects_and_goes_on_from_there(folder: Path, moto: Moto, bucket: Bucket) -> None:
    stop = threading.Event()
    follower = mirror(folder, bucket)
    first = watch(follower, before=lambda _key: stop.set())
    follower.follow(stop)
    assert (first, follower.got_to) == ([MARK], None)
    stop.clear()
    touched = watch(follower, before=lambda _key: stop.set())
    follower.follow(stop)
    assert 1 <= len(touched) <= mirrors._AT_ONCE
    assert set(moto.etags(bucket)) == {MARK, *touched}
    rest = follow(folder, bucket)
    assert not set(rest) & set(touched), "one who is started anew sees by their sums what is there"
    assert pages(moto.objects(bucket)) == expected(folder)


# ── Repairs ─────────────────────────────────────────────────────────────────
def test_a_complete_build_mends_the_bucket_and_brings_new_styles(folder: Path, moto: Moto, bucket: Bucket) -> None:
    follow(folder, bucket)
    name = bucket["bucket"]
    moto.client.delete_object(Bucket=name, Key="robots.txt")
    moto.client.put_object(Bucket=name, Key="index.html", Body=b"defaced")
    strange = {"stranger.html", "gone/index.html", "index.br.html", PAGE, ".seq", "static/none.css"}
    for key in strange:
        moto.client.put_object(Bucket=name, Key=key, Body=b"x")
    (folder / "static/style.ba9876543210.css").write_text("second")

    replace_in(folder, built="2")
    touched = follow(folder, bucket)
    assert set(touched) == {"robots.txt", "index.html", "static/style.ba9876543210.css"} | strange
    objects = moto.objects(bucket)
    assert pages(objects) == expected(folder)
    assert {key for key in objects if key.startswith("static/")} == {
        "static/style.0123456789ab.css",
        "static/style.ba9876543210.css",
    }


def test_no_key_leads_out_of_what_is_public(folder: Path, moto: Moto, bucket: Bucket) -> None:
    (folder.parent / "secret").write_text("secret")
    (folder / "static/.unfinished").write_text("secret")
    for key in (".seq", "static/.unfinished", "../secret", "static/../../secret", "static/../lock", "static/", "/"):
        assert mirror(folder, bucket)._find(key) is None, key
    follow(folder, bucket)
    assert not [key for key, each in moto.objects(bucket).items() if b"secret" in each.content]


def test_other_headers_are_brought_to_every_object(
    folder: Path, moto: Moto, bucket: Bucket, monkeypatch: pytest.MonkeyPatch
) -> None:
    follow(folder, bucket)
    monkeypatch.setattr(mirrors, "CACHE_CONTROL", "public, max-age=1")
    replace_in(folder, built="2")
    touched = follow(folder, bucket)
    assert touched[-1] == MARK, "one who is killed begins again"
    objects = moto.objects(bucket)
    assert {*touched} == {*objects}
    assert objects["robots.txt"].headers["cache-control"] == "public, max-age=1"
    replace_in(folder, built="3")
    assert follow(folder, bucket) == []


def test_what_is_not_this_sites_is_left_alone(folder: Path, moto: Moto, bucket: Bucket) -> None:
    moto.client.put_object(Bucket=bucket["bucket"], Key="backup.tar", Body=b"dear to somebody")
    with pytest.raises(Refused, match="the bucket holds something else"):
        follow(folder, bucket)
    moto.client.put_object(Bucket=bucket["bucket"], Key=MARK, Body=b"https://other.example 01234567\n")
    with pytest.raises(Refused, match=r"the bucket mirrors https://other\.example"):
        follow(folder, bucket)
    assert list(moto.etags(bucket)) == ["backup.tar", MARK]


# ── Refusals ────────────────────────────────────────────────────────────────
def test_wrong_credentials_change_nothing_and_are_told(
    folder: Path, moto: Moto, bucket: Bucket, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    follow(folder, bucket)
    before = moto.objects(bucket)
    replace_in(folder, put={"index.html": b"new"}, remove=("robots.txt",))
    with moto.checking_credentials() as good:
        stale = mirror(folder, bucket)
        assert not stale.attempt(threading.Event())
        assert not mirror(folder, bucket | good | {"secret_access_key": "wrong"}).attempt(threading.Event())
        told = [record.getMessage() for record in caplog.records]
        assert [line.split(": ")[0] for line in told] == ["The mirror falls behind"] * 2
        assert told[0].endswith("403 Forbidden (InvalidAccessKeyId)")
        assert told[1].endswith("403 Forbidden (SignatureDoesNotMatch)")
        since = stale.behind_since
        assert since
        assert not stale.attempt(threading.Event()), "not at once again"
        assert len(caplog.records) == 2
        monkeypatch.setenv("AWS_ACCESS_KEY_ID", good["access_key_id"])
        monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", good["secret_access_key"])
        keyless = {name: value for name, value in bucket.items() if name not in good}
        assert mirror(folder, keyless).attempt(threading.Event()), "as a machine with a role has it"
    assert pages(moto.objects(bucket)) == expected(folder) != pages(before)
    assert stale.behind_since is None


def test_a_server_that_hangs_or_is_gone_changes_nothing_and_is_waited_for(
    folder: Path, moto: Moto, bucket: Bucket, monkeypatch: pytest.MonkeyPatch
) -> None:
    follow(folder, bucket)
    replace_in(folder, put={"index.html": b"new"})
    nowhere = mirror(folder, bucket | {"endpoint": "http://127.0.0.1:1"})
    with pytest.raises(Refused, match=r"error sending request \(Connect, .*Connection refused\)"):
        nowhere.follow(threading.Event())
    monkeypatch.setattr(buckets, "_ANSWERING", timedelta(seconds=0.5))
    patient = mirror(folder, bucket)
    moto.process.send_signal(signal.SIGSTOP)
    try:
        with pytest.raises(Refused, match=r"error sending request \(Timeout\b"):
            patient.follow(threading.Event())
    finally:
        moto.process.send_signal(signal.SIGCONT)
    patient.follow(threading.Event())
    assert pages(moto.objects(bucket)) == expected(folder)


def test_a_bucket_that_is_not_there_is_named(folder: Path, bucket: Bucket) -> None:
    with pytest.raises(Refused, match=r"404 Not Found \(NoSuchBucket\)"):
        follow(folder, bucket | {"bucket": "none-such"})


def test_two_workers_do_not_undo_each_other(folder: Path, moto: Moto, bucket: Bucket) -> None:
    first, second = mirror(folder, bucket), mirror(folder, bucket)
    others = watch(second)

    def meanwhile(key: str) -> None:
        if key == "index.html":
            second.follow(threading.Event())

    watch(first, before=meanwhile)
    first.follow(threading.Event())
    assert others == [], "one of them at a time"
    replace_in(folder, put={"index.html": b"new"})
    second.follow(threading.Event())
    assert others == ["index.html"]
    first.follow(threading.Event())
    replace_in(folder, put={"robots.txt": b"new"})
    touched = watch(first)
    first.follow(threading.Event())
    assert touched == ["robots.txt"]
    assert pages(moto.objects(bucket)) == expected(folder)
