"""How far those outside have got that follow the folder. A bookmark is a link to a root, which stays comparable.

Each root notes which nodes were replaced before it: none of those is part of it, or of any root after it.
"""

from __future__ import annotations

import contextlib
import os
import time
from collections.abc import Iterator
from pathlib import Path

_LAST = 3_600  # seconds that nodes are kept for one who has fallen behind


class Bookmarks:
    def __init__(self, home: Path) -> None:
        self._home = home
        self._folder = home / "bookmarks"

    def get(self, name: str) -> str | None:
        """The root that this one has got to. After an hour behind it may be gone, or parts of it."""
        with contextlib.suppress(FileNotFoundError):
            return str((self._folder / name).readlink()).removeprefix("../")
        return None

    def move(self, name: str, root: str) -> None:
        fresh = self._folder / f".{name}"
        self._folder.mkdir(exist_ok=True)
        fresh.unlink(missing_ok=True)
        fresh.symlink_to(f"../{root}")
        fresh.replace(self._folder / name)

    def behind_since(self, name: str) -> float | None:
        """When the root of this one was replaced, in seconds of the epoch; None while it is current."""
        before = _replaced_before(self._folder / name)
        return min((at for at, node in replaced_nodes(self._home / "current") if node not in before), default=None)

    def needed(self, nodes: set[str]) -> set[str]:
        """Those of the replaced nodes that somebody may still compare with. Forgets whoever is an hour behind."""
        needed: set[str] = set()
        for mark in self._folder.glob("[!.]*"):
            since = self.behind_since(mark.name)
            if since is not None and since < time.time() - _LAST:
                mark.unlink(missing_ok=True)
            else:
                needed |= nodes - _replaced_before(mark)
        return needed


def replaced_nodes(root: Path) -> list[tuple[float, str]]:
    """What the flips up to this root replaced, and when."""
    lines = note(root, "replaced").splitlines()
    return [(float(at), node) for at, node in (line.split(" ", 1) for line in lines)]


def note(root: Path, name: str) -> str:
    """A file of ours in a root, which readers don’t get; empty where there is none."""
    with contextlib.suppress(FileNotFoundError):
        return (root / f".{name}").read_text()
    return ""


def differing(old: Path | None, new: Path | None) -> Iterator[str]:
    """The paths of the files that two folders don’t have in common. Raises FileNotFoundError where one is not whole.

    It does not look into nodes that they share, so that its cost depends on what changed.
    """
    before, after = _entries(old), _entries(new)
    for name in sorted(before.keys() | after.keys()):
        sides = before.get(name), after.get(name)
        if _are_same(*sides):
            continue
        nodes = [Path(each.path) if each and each.is_symlink() else None for each in sides]
        if any(nodes):
            yield from (f"{name}/{path}" for path in differing(*nodes))
        if any(each and not each.is_symlink() for each in sides):
            yield name


def _entries(node: Path | None) -> dict[str, os.DirEntry[str]]:
    if node is None:
        return {}
    with os.scandir(node) as entries:
        return {entry.name: entry for entry in entries if not entry.name.startswith(".")}


def _are_same(one: os.DirEntry[str] | None, other: os.DirEntry[str] | None) -> bool:
    """Links to the same node, or files with the same ETag, which is made of time and size."""
    if not one or not other or one.is_symlink() != other.is_symlink():
        return False
    if one.is_symlink():
        return Path(one.path).readlink() == Path(other.path).readlink()
    facts, others = one.stat(), other.stat()
    return (facts.st_mtime, facts.st_size) == (others.st_mtime, others.st_size)


def _replaced_before(root: Path) -> set[str]:
    return {node for _, node in replaced_nodes(root)}
