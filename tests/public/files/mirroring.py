"""A mirror as a worker makes it, what it does to its bucket, and what should be in there."""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

from incidents.public.files import layout
from incidents.public.files.mirror import MARK, Mirror
from incidents.public.files.tree import Tree
from tests.public.files.asking import contents
from tests.public.files.moto import Bucket, Moto, Stored

SITE = "https://status.example.com"


def mirror(folder: Path, bucket: Bucket) -> Mirror:
    """As a worker that has just been started makes it."""
    return Mirror(Tree(folder), bucket, SITE)


def follow(folder: Path, bucket: Bucket) -> list[str]:
    """Let it do all there is to do; returns the keys that it wrote or deleted, in order."""
    follower = mirror(folder, bucket)
    touched = watch(follower)
    follower.follow(threading.Event())
    return touched


def watch(follower: Mirror, *, before: Callable[[str], object] = lambda _key: None) -> list[str]:
    """The keys that it writes or deletes from now on, in order; `before` is called with each of them."""
    touched: list[str] = []
    bucket: Any = follower._bucket

    def watched(original: Any) -> Any:
        def call(key: str, *rest: Any) -> None:
            before(key)
            touched.append(key)
            original(key, *rest)

        return call

    bucket.put, bucket.delete = watched(bucket.put), watched(bucket.delete)
    return touched


def expected(folder: Path) -> dict[str, bytes]:
    """The objects that a bucket should have, worked out from the folder in another way than the product does."""
    found = {}
    for path, content in contents(folder).items():
        if layout.unmarked(path) == path:
            parts = path.removeprefix("gone/").split("/")
            found["/".join(parts[:1] + parts[3:] if parts[0] == "incidents" and len(parts) > 3 else parts)] = content
    return found


def pages(objects: dict[str, Stored]) -> dict[str, bytes]:
    """Without styles and our mark."""
    return {key: each.content for key, each in objects.items() if not _is_beside_pages(key)}


def stored(moto: Moto, bucket: Bucket, *states: dict[str, bytes]) -> dict[str, bytes]:
    """The pages of a bucket, of which each is as in one of these states."""
    known = {hashlib.md5(content).hexdigest(): content for state in states for content in state.values()}  # noqa: S324
    return {key: known[etag] for key, etag in moto.etags(bucket).items() if not _is_beside_pages(key)}


def replace_in(
    folder: Path, *, put: dict[str, bytes] | None = None, remove: tuple[str, ...] = (), built: str = ""
) -> None:
    """Flip to a root in which these files are different, compressed siblings included; `built` as after a build."""
    tree = Tree(folder)
    with tree.locked(patience=5), tree.session() as session:
        for file in remove:
            for name in layout.names(file):
                session.remove(name)
        for file, content in (put or {}).items():
            for part in layout.stored(file, content):
                found = session.find(part.path)
                session.put(part.path, part.content, mtime=int(found.stat().st_mtime) + 1 if found else 1)
        if built:
            session.note("built", built)
        session.commit()


def _is_beside_pages(key: str) -> bool:
    return key == MARK or key.startswith("static/")
