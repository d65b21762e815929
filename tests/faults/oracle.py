"""What must be true of the public files, whatever happened."""

from __future__ import annotations

import re
from pathlib import Path
from urllib.parse import urljoin

from django.conf import settings

from incidents.public.files import layout
from incidents.public.files.bookmarks import replaced_nodes
from incidents.public.files.tree import Tree
from tests.public.files.asking import address_of

CANARY = "canary-that-only-drafts-know"
_LINK = re.compile(rb'(?:href|src)="([^"#?]+)')
_ALLOWED_ROOTS = ("lock", "current", "nodes", "writing", "static")


class Violated(AssertionError):
    """Something that must never be seen was seen."""


def check_moment(now: dict[str, bytes], before: dict[str, bytes], after: dict[str, bytes]) -> None:
    """At any moment the files are all of the state before, or all of the state after."""
    if now not in (before, after):
        differing = sorted(
            path for path in {*before, *after} if now.get(path) not in (before.get(path), after.get(path))
        )
        old = sorted(path for path in after if before.get(path) != after[path] and now.get(path) == before.get(path))
        raise Violated(f"A mixture: neither old nor new are {differing}; still old, while others are new, are {old}")


def check_content(files: dict[str, bytes]) -> None:
    """No word of a draft, and no link to a page that is not there."""
    for path, content in files.items():
        if layout.unmarked(path) != path:
            continue
        if CANARY.encode() in content:
            raise Violated(f"{path} shows what is internal")
        if path.endswith(".html"):
            check_links(path, content, files)


def check_links(path: str, content: bytes, files: dict[str, bytes]) -> set[str]:
    """Returns the files that a page links to."""
    here = address_of(path)
    found = set()
    for link in _LINK.findall(content):
        target = urljoin(here, link.decode())
        target = target.removeprefix(settings.PUBLIC_BASE_URL)
        if ":" in target or layout.is_dynamic(target):
            continue
        file = layout.file_of(target)
        places = {str(file), f"{layout.GONE}{file}"} & files.keys()
        if not places:
            raise Violated(f"{path} links to {target}, which is not there")
        found |= places
    return found


def check_reachable(files: dict[str, bytes]) -> None:
    """Whoever begins at the top finds what every page links to."""
    known, todo = set(), {"index.html"}
    while todo:
        path = todo.pop()
        known.add(path)
        if path.endswith(".html"):
            todo |= check_links(path, files[path], files) - known


def check_folder(home: Path) -> None:
    """Nothing is left of those who were killed."""
    tree = Tree(home)
    left = [entry.name for entry in home.iterdir() if entry.name not in _ALLOWED_ROOTS]
    left += [entry.name for entry in (home / "writing").iterdir()]
    known = {node for _, node in replaced_nodes(home / "current")} | reachable(tree)
    left += [
        str(node)
        for path in tree.nodes.glob("*/*/*")
        if (node := path.relative_to(tree.nodes)) and str(node) not in known
    ]
    if left:
        raise Violated(f"Leftovers: {left}")


def reachable(tree: Tree) -> set[str]:
    found, todo = set(), [(tree.current or "").removeprefix("nodes/")]
    while todo:
        node = todo.pop()
        found.add(node)
        links = [entry for entry in (tree.nodes / node).iterdir() if entry.is_symlink()]
        todo += [str(link.readlink()).removeprefix("../../../") for link in links]
    return found
