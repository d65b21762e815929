"""The folder changes as a whole, keeps what its readers have open, and forgets what nobody needs."""

from __future__ import annotations

import os
import threading
from pathlib import Path

import pytest

from incidents.public.files import tree as trees
from incidents.public.files.tree import Busy, Overtaken, Tree
from tests.public.files.asking import contents


@pytest.fixture
def tree(tmp_path: Path) -> Tree:
    return Tree(tmp_path / "public")


def write(tree: Tree, **files: str) -> None:
    with tree.locked(patience=1), tree.session() as session:
        tree.tidy()
        for name, text in files.items():
            session.put(name.replace("__", "/"), text.encode(), mtime=1)
        session.commit()


def nodes(tree: Tree) -> int:
    return sum(1 for _ in tree.nodes.glob("*/*/*"))


def test_nothing_shows_before_the_flip_and_everything_after(tree: Tree) -> None:
    write(tree, index="old", a__b__page="old")
    with tree.session() as session:
        session.put("index", b"new", mtime=2)
        session.put("a/b/page", b"new", mtime=2)
        assert (tree.read("index"), tree.read("a/b/page")) == (b"old", b"old")
        session.commit()
    assert (tree.read("index"), tree.read("a/b/page")) == (b"new", b"new")


def test_a_reader_that_began_goes_on_with_what_it_began_with(tree: Tree) -> None:
    write(tree, index="old", a__page="old")
    root = (tree.home / "current").resolve()
    with (root / "index").open("rb") as begun:
        write(tree, index="new", a__page="new")
        assert begun.read() == b"old"
    assert (root / "a" / "page").read_bytes() == b"old"


def test_a_change_costs_what_it_touches_whatever_there_is(tree: Tree) -> None:
    write(tree, **{f"incidents__{letter}__{number}__page": "x" for letter in "abc" for number in range(30)})
    before = nodes(tree)
    write(tree, incidents__a__7__page="y")
    assert nodes(tree) - before == 4  # the root, `incidents`, `a` and `7`


def test_what_is_emptied_disappears_with_its_folders(tree: Tree) -> None:
    write(tree, index="x", a__b__page="x", a__other="x")
    with tree.session() as session:
        session.remove("a/b/page")
        session.commit()
    assert contents(tree.home) == {"index": b"x", "a/other": b"x"}
    assert not (tree.home / "current" / "a" / "b").exists()


def test_what_was_not_committed_leaves_nothing(tree: Tree) -> None:
    write(tree, index="old")
    before = nodes(tree)
    with tree.session() as session:
        session.put("a/b/page", b"x", mtime=1)
        assert nodes(tree) > before
    assert nodes(tree) == before
    assert contents(tree.home) == {"index": b"old"}
    assert not list((tree.home / "writing").iterdir())


def test_a_killed_writer_leaves_nothing_after_the_next_one(tree: Tree) -> None:
    write(tree, index="old")
    before = nodes(tree)
    if (pid := os.fork()) == 0:
        with tree.session() as session:
            session.put("a/b/page", b"x", mtime=1)
            os._exit(9)
    os.waitpid(pid, 0)
    assert nodes(tree) > before
    write(tree, index="old")
    assert contents(tree.home) == {"index": b"old"}
    assert len(list(tree.nodes.iterdir())) == 2  # of the two writers that came to an end


def test_the_leftovers_of_one_who_is_alive_are_none(tree: Tree) -> None:
    write(tree, index="old")
    with tree.session(anew=True) as session:
        session.put("index", b"new", mtime=1)
        tree.tidy()
        session.commit()
    assert tree.read("index") == b"new"


def test_replaced_nodes_go_when_their_readers_have_gone(tree: Tree, monkeypatch: pytest.MonkeyPatch) -> None:
    write(tree, index="1", a__page="1")
    write(tree, a__page="2")
    assert nodes(tree) == 4
    monkeypatch.setattr(trees, "_READERS_NEED", -1)
    for number in range(3, 9):
        write(tree, a__page=str(number))
    tree.tidy()
    assert nodes(tree) == 2
    assert contents(tree.home) == {"index": b"1", "a/page": b"8"}


def test_a_root_made_anew_replaces_all_of_the_old_one(tree: Tree, monkeypatch: pytest.MonkeyPatch) -> None:
    write(tree, index="1", a__b__page="1")
    with tree.session(anew=True) as session:
        session.put("index", b"2", mtime=1)
        session.commit()
    assert contents(tree.home) == {"index": b"2"}
    monkeypatch.setattr(trees, "_READERS_NEED", -1)
    tree.tidy()
    assert nodes(tree) == 1
    assert contents(tree.home) == {"index": b"2"}


def test_two_writers_wait_for_each_other(tree: Tree) -> None:
    write(tree, index="")

    def append(word: str) -> None:
        for _ in range(20):
            with tree.locked(patience=30), tree.session() as session:
                session.put("index", (tree.read("index") or b"") + word.encode(), mtime=1)
                session.commit()

    writers = [threading.Thread(target=append, args=[word]) for word in "abc"]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    assert sorted(tree.read("index") or b"") == sorted(b"abc" * 20)


def test_nobody_waits_for_ever(tree: Tree) -> None:
    with tree.locked(patience=1), pytest.raises(Busy), tree.locked(patience=0.05):
        pass


def test_a_session_never_undoes_what_came_after_it_began(tree: Tree) -> None:
    write(tree, index="old")
    with tree.session() as session:
        session.put("index", b"mine", mtime=1)
        write(tree, index="theirs")
        with pytest.raises(Overtaken):
            session.commit()
    assert tree.read("index") == b"theirs"


def test_one_that_takes_long_learns_what_it_missed(tree: Tree) -> None:
    write(tree, index="old")
    with tree.session(anew=True) as session:
        session.put("index", b"anew", mtime=1)
        with tree.session() as quick:
            quick.put("other", b"quick", mtime=1)
            quick.remember(["event abc"], most=10)
            quick.commit()
        assert session.catch_up() == ["event abc"]
        session.put("other", b"seen", mtime=1)
        session.commit()
    assert contents(tree.home) == {"index": b"anew", "other": b"seen"}


def test_one_that_missed_more_than_is_remembered_gives_up(tree: Tree) -> None:
    write(tree, index="old")
    with tree.session(anew=True) as session:
        session.put("index", b"anew", mtime=1)
        for number in range(5):
            with tree.session() as quick:
                quick.put("other", str(number).encode(), mtime=1)
                quick.remember([f"event {number}"], most=3)
                quick.commit()
        with pytest.raises(Overtaken):
            session.catch_up()


def test_everything_is_on_the_disk_before_the_flip(tree: Tree, monkeypatch: pytest.MonkeyPatch) -> None:
    synced: list[str] = []
    fsync, replace = os.fsync, os.replace

    def remember(descriptor: int) -> None:
        synced.append(str(Path(f"/proc/self/fd/{descriptor}").readlink()))
        fsync(descriptor)

    def flip(source: str, target: str) -> None:
        if str(target).endswith("/current"):
            new = (tree.home / Path(source).readlink()).resolve()
            for directory, _, names in os.walk(new, followlinks=True):
                assert str(Path(directory).resolve()) in synced
                assert all(str((Path(directory) / name).resolve()) in synced for name in names)
            synced.append("flip")
        replace(source, target)

    monkeypatch.setattr(os, "fsync", remember)
    monkeypatch.setattr(os, "replace", flip)
    write(tree, index="x", a__b__page="x")
    assert synced[-2:] == ["flip", str(tree.home)]
