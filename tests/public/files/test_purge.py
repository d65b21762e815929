"""The caches in front hear of every changed address, at least once. The hook is a real HTTP server."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from incidents.public.files import purge as purges
from incidents.public.files.following import Refused
from incidents.public.files.purge import Purge
from incidents.public.files.tree import Tree
from tests.public.files.hook import Hook
from tests.public.files.mirroring import SITE, follow, mirror, replace_in
from tests.public.files.moto import Bucket

PAGE = "incidents/a/b/abcdefghijkl/index.html"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    home = tmp_path / "public"
    lists = {"index.html": b"1", "history.atom": b"1", "404.html": b"1", "history/page-2.json": b"{}"}
    replace_in(home, put=lists | {PAGE: b"1"}, built="1")
    return home


@pytest.fixture
def hook() -> Iterator[Hook]:
    with Hook().running() as server:
        yield server


def purge(folder: Path, hook: Hook, *, signed: bool = True) -> Purge:
    """As a worker that has just been started makes it."""
    return Purge(Tree(folder), hook.address, "a-secret" if signed else "", SITE)


def tell(folder: Path, hook: Hook) -> list[str]:
    """Let it call the hook; returns the addresses of these calls."""
    before = len(hook.addresses)
    purge(folder, hook).follow(threading.Event())
    return hook.addresses[before:]


def test_a_hook_that_is_new_is_told_to_forget_everything(folder: Path, hook: Hook) -> None:
    assert tell(folder, hook) == ["everything"]
    (call,) = hook.calls
    assert (call.path, call.body) == ("/purge", {"purge_everything": True})
    assert call.headers["Authorization"] == "Bearer a-secret"
    assert call.headers["Content-Type"] == "application/json"
    assert tell(folder, hook) == []


def test_without_a_token_nothing_is_said_in_its_place(folder: Path, hook: Hook) -> None:
    purge(folder, hook, signed=False).follow(threading.Event())
    assert "Authorization" not in hook.calls[0].headers


def test_each_change_is_told_with_all_its_addresses(folder: Path, hook: Hook) -> None:
    tell(folder, hook)
    replace_in(folder, put={f"gone/{PAGE}": b"withdrawn", "index.html": b"2"}, remove=(PAGE,))
    assert tell(folder, hook) == [f"{SITE}/incidents/abcdefghijkl/", f"{SITE}/"]
    replace_in(folder, put={"history/page-2.json": b"[]"}, remove=("history.atom",))
    assert tell(folder, hook) == [
        f"{SITE}/history.atom",
        f"{SITE}/history/page-2.json",
        f"{SITE}/history.json?page=2",
    ]
    assert {call.path for call in hook.calls} == {"/purge"}


def test_a_build_that_changes_nothing_tells_nothing(folder: Path, hook: Hook) -> None:
    tell(folder, hook)
    replace_in(folder, built="2")
    assert tell(folder, hook) == []


def test_the_answer_to_unknown_addresses_concerns_them_all(folder: Path, hook: Hook) -> None:
    tell(folder, hook)
    replace_in(folder, put={"404.html": b"new", "index.html": b"new"})
    assert tell(folder, hook) == ["everything"]


def test_many_are_told_in_calls_of_thirty_and_very_many_as_everything(
    folder: Path, hook: Hook, monkeypatch: pytest.MonkeyPatch
) -> None:
    tell(folder, hook)
    many = {f"history/page-{number}.json": b"new" for number in range(3, 53)}
    replace_in(folder, put=many)
    told = tell(folder, hook)
    assert len(told) == len(set(told)) == 100
    assert max(len(call.body.get("files", ())) for call in hook.calls) == 30
    monkeypatch.setattr(purges, "_MOST", 49)
    replace_in(folder, remove=tuple(many))
    assert tell(folder, hook) == ["everything"]


@pytest.mark.parametrize(("status", "told"), [(500, "500"), (429, "429"), (404, "404"), (302, "302")])
def test_is_told_again_until_it_is_acknowledged(folder: Path, hook: Hook, status: int, told: str) -> None:
    tell(folder, hook)
    replace_in(folder, put={"index.html": b"2"})
    hook.answers = [status, status]
    caller = purge(folder, hook)
    for _ in range(2):
        with pytest.raises(Refused, match=f"the hook answers {told}"):
            caller.follow(threading.Event())
    replace_in(folder, put={"history.atom": b"2"})
    caller.follow(threading.Event())
    assert hook.addresses[1:] == [f"{SITE}/", f"{SITE}/", f"{SITE}/history.atom", f"{SITE}/"]
    assert {call.path for call in hook.calls} == {"/purge"}, "a redirect is not followed"
    assert caller.behind_since is None


def test_what_was_acknowledged_is_not_told_again_for_the_rest(folder: Path, hook: Hook) -> None:
    tell(folder, hook)
    replace_in(folder, put={f"history/2026/{number}/index.html": b"x" for number in range(20)})
    hook.answers = [200, 500]
    caller = purge(folder, hook)
    with pytest.raises(Refused):
        caller.follow(threading.Event())
    caller.follow(threading.Event())
    assert [len(call.body["files"]) for call in hook.calls[1:]] == [15, 5, 5]


def test_a_hook_that_hangs_or_is_gone_is_told_later(
    folder: Path, hook: Hook, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(purges, "_SECONDS", 0.2)
    hook.delay = 1.0
    assert not purge(folder, hook).attempt(threading.Event())
    assert not Purge(Tree(folder), "http://127.0.0.1:1/?key=s3cret", "s3cret", SITE).attempt(threading.Event())
    told = [record.getMessage() for record in caplog.records]
    assert told[0] == "The purge falls behind: the hook can’t be called: timed out"
    assert told[1].startswith("The purge falls behind: the hook can’t be called: <urlopen error")
    assert "s3cret" not in caplog.text
    hook.delay = 0
    assert tell(folder, hook) == ["everything"]


def test_comes_after_the_bucket_that_the_caches_ask(folder: Path, hook: Hook, bucket: Bucket) -> None:
    before = mirror(folder, bucket)
    caller = Purge(Tree(folder), hook.address, "", SITE, after=before)
    caller.follow(threading.Event())
    assert hook.calls == [], "the bucket has nothing yet"
    follow(folder, bucket)
    caller.follow(threading.Event())
    assert hook.addresses == ["everything"]
    replace_in(folder, put={"index.html": b"2"})
    caller.follow(threading.Event())
    assert hook.addresses == ["everything"]
    assert caller.behind_since is not None
    follow(folder, bucket)
    caller.follow(threading.Event())
    assert hook.addresses == ["everything", f"{SITE}/"]
    assert caller.behind_since is None
