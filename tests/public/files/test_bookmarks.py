"""What differs between two roots is found without looking at the rest, for as long as somebody may ask."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from incidents.public.files import bookmarks
from incidents.public.files import tree as trees
from incidents.public.files.bookmarks import differing, replaced_nodes
from incidents.public.files.tree import Tree
from tests.public.files.test_tree import nodes, write


@pytest.fixture
def tree(tmp_path: Path) -> Tree:
    return Tree(tmp_path / "public")


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Readers need nothing for long."""
    monkeypatch.setattr(trees, "_READERS_NEED", -1)


def current(tree: Tree) -> str:
    assert tree.current
    return tree.current


def changed(tree: Tree, old: str) -> list[str]:
    return list(differing(tree.home / old, tree.home / current(tree)))


def test_says_what_came_what_changed_and_what_went(tree: Tree) -> None:
    write(tree, index="old", a__same="x", a__b__gone="x", c__d="x")
    old = current(tree)
    with tree.session() as session:
        session.put("index", b"new", mtime=2)
        session.put("a/b/came", b"x", mtime=2)
        session.remove("a/b/gone")
        session.remove("c/d")
        session.put("c", b"a file in place of a folder", mtime=2)
        session.commit()
    assert changed(tree, old) == ["a/b/came", "a/b/gone", "c/d", "c", "index"]
    assert list(differing(tree.home / current(tree), tree.home / current(tree))) == []


def test_what_was_made_anew_with_the_same_bytes_does_not_differ(tree: Tree) -> None:
    write(tree, index="x", a__page="old")
    old = current(tree)
    with tree.session(anew=True) as session:
        session.keep("index", tree.home / old / "index")
        session.put("a/page", b"new", mtime=2)
        session.commit()
    assert changed(tree, old) == ["a/page"]


def test_does_not_look_into_what_both_share(tree: Tree, monkeypatch: pytest.MonkeyPatch) -> None:
    write(tree, **{f"{letter}__{number}__page": "x" for letter in "abc" for number in range(30)})
    old = current(tree)
    write(tree, a__7__page="y!")
    looked: list[str] = []
    scandir = os.scandir

    def remember(path: Any) -> Any:
        looked.append(str(path))
        return scandir(path)

    monkeypatch.setattr(os, "scandir", remember)
    assert changed(tree, old) == ["a/7/page"]
    assert len(looked) == 6  # the root, `a` and `a/7`, of both sides


FILES = st.dictionaries(
    st.sampled_from(["index", "a/1", "a/2", "a/b/1", "c/1"]), st.sampled_from(["", "x", "yy"]), max_size=5
)


@settings(max_examples=25)
@given(states=st.lists(FILES, min_size=2, max_size=4))
def test_is_what_comparing_file_by_file_gives(tmp_path_factory: pytest.TempPathFactory, states: Any) -> None:
    tree = Tree(tmp_path_factory.mktemp("tree") / "public")
    roots = []
    for number, state in enumerate(states):
        with tree.session() as session:
            for path in [path for path in session.files_below("") if path not in state]:
                session.remove(path)
            for path, text in state.items():
                session.put(path, text.encode(), mtime=len(text))
            session.note("number", str(number))
            session.commit()
        roots.append(tree.home / current(tree))
    for old, before in zip(roots, states, strict=True):
        for new, after in zip(roots, states, strict=True):
            expected = {path for path in {*before, *after} if before.get(path) != after.get(path)}
            assert set(differing(old, new)) == expected
    shutil.rmtree(tree.home)


# ── Bookmarks ───────────────────────────────────────────────────────────────
def flips(tree: Tree, count: int) -> Iterator[int]:
    for number in range(count):
        write(tree, a__page="x" * (number + 2))
        yield number


def test_a_bookmarked_root_and_all_after_it_stay_comparable(tree: Tree, impatient: None) -> None:
    write(tree, index="x", a__page="x", b__page="x")
    tree.bookmarks.move("one", current(tree))
    roots = [current(tree)]
    for number in flips(tree, 5):
        roots.append(current(tree))
        if number == 2:
            write(tree, b__page="changed")
    tree.tidy()
    for root in roots:
        assert (tree.home / root / "a/page").is_file()
        assert set(changed(tree, root)) <= {"a/page", "b/page"}
    marked = tree.bookmarks.get("one")
    assert marked == roots[0]
    assert changed(tree, marked) == ["a/page", "b/page"]

    tree.bookmarks.move("one", current(tree))
    tree.tidy()
    assert nodes(tree) == 3
    with pytest.raises(FileNotFoundError):
        changed(tree, roots[2])


def test_a_root_that_replaced_all_of_another_spares_it_for_a_bookmark(tree: Tree, impatient: None) -> None:
    write(tree, index="1", a__page="1")
    tree.bookmarks.move("one", current(tree))
    with tree.session(anew=True) as session:
        session.put("index", b"22", mtime=2)
        session.commit()
    tree.tidy()
    marked = tree.bookmarks.get("one")
    assert marked
    assert changed(tree, marked) == ["a/page", "index"]
    tree.bookmarks.move("one", current(tree))
    tree.tidy()
    assert nodes(tree) == 1


def test_who_is_an_hour_behind_is_forgotten(tree: Tree, impatient: None, monkeypatch: pytest.MonkeyPatch) -> None:
    write(tree, index="x", a__page="x")
    tree.bookmarks.move("slow", current(tree))
    assert tree.bookmarks.behind_since("slow") is None
    list(flips(tree, 3))
    since = tree.bookmarks.behind_since("slow")
    assert since == min(at for at, _ in replaced_nodes(tree.home / "current"))
    tree.bookmarks.move("quick", current(tree))
    monkeypatch.setattr(bookmarks, "_LAST", -2)
    tree.tidy()
    assert (tree.bookmarks.get("slow"), tree.bookmarks.get("quick")) == (None, current(tree))
    assert nodes(tree) == 2


def test_a_bookmark_of_what_is_gone_keeps_nothing_for_ever(
    tree: Tree, impatient: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(tree, index="x", a__page="x")
    lost = current(tree)
    list(flips(tree, 2))
    tree.tidy()
    assert not (tree.home / lost).exists()
    tree.bookmarks.move("one", lost)
    list(flips(tree, 3))
    assert nodes(tree) > 2
    monkeypatch.setattr(bookmarks, "_LAST", -2)
    tree.tidy()
    assert tree.bookmarks.get("one") is None
    assert nodes(tree) == 2
