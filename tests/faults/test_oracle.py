"""The oracle notices what it is there for: each kind of violation, planted."""

from __future__ import annotations

from pathlib import Path

import pytest

from incidents.public.files.tree import Tree
from tests.faults.oracle import CANARY, Violated, check_content, check_folder, check_moment

OLD = {"index.html": b"1", "incidents/a/b/abc/index.html": b"1", "robots.txt": b""}
NEW = {"index.html": b"2", "incidents/a/b/abc/index.html": b"2", "robots.txt": b""}


@pytest.mark.parametrize(
    "now",
    [
        OLD | {"index.html": b"2"},
        NEW | {"index.html": b"0"},
        NEW | {"index.html": b""},
        {path: content for path, content in NEW.items() if path != "index.html"},
        NEW | {"more.html": b""},
    ],
)
def test_a_mixture_is_noticed(now: dict[str, bytes]) -> None:
    check_moment(OLD, OLD, NEW)
    check_moment(NEW, OLD, NEW)
    with pytest.raises(Violated):
        check_moment(now, OLD, NEW)


@pytest.mark.parametrize("content", [f"<p>{CANARY}</p>", '<a href="/incidents/xyzzy/">', '<a href="nothing/">'])
def test_a_leak_and_a_dead_link_are_noticed(content: str) -> None:
    well = b'<a href="/incidents/abc/"><a href="/static/x.css"><a href="/"><a href="https://example.com/">'
    check_content(OLD | {"index.html": well})
    with pytest.raises(Violated):
        check_content(OLD | {"index.html": content.encode()})


@pytest.mark.parametrize("leftover", ["current.new", "writing/x", "nodes/x/0/1"])
def test_a_leftover_is_noticed(tmp_path: Path, leftover: str) -> None:
    tree = Tree(tmp_path)
    for text in (b"1", b"2"):
        with tree.session() as session:
            session.put("a/index.html", text, mtime=1)
            session.commit()
    check_folder(tmp_path)
    (tmp_path / leftover).mkdir(parents=True)
    with pytest.raises(Violated):
        check_folder(tmp_path)
