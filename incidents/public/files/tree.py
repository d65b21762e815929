"""A folder that changes as a whole.

`home/current` is a link to a *node*: a directory of files and of links to other nodes. What can be reached from
`current` is never touched. A `Session` copies the nodes on the way to what it changes (files are hard links, so a copy
is cheap), and one rename makes the new root current. A reader who opened the old one goes on reading it; whoever comes
next finds every file of the new one. What a change costs depends on the paths it names, not on how much there is.

    home/current                         -> nodes/<session>/<n>/<n>
    home/nodes/<session>/<n>/<n>/        a node; names that begin with a dot are notes of ours in the root
    home/writing/<session>               there, and locked, for as long as the session lasts
    home/bookmarks/<name>                a link to the root that somebody outside has got to
    home/lock                            held by whoever makes a root current
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import secrets
import shutil
import time
from collections.abc import Iterator
from pathlib import Path

from incidents.public.files.bookmarks import Bookmarks, note, replaced_nodes

_READERS_NEED = 60  # seconds after which nobody reads a node any more that was replaced
_NODES_IN_A_FOLDER = 1_000
_SYNCED_ONE_BY_ONE = 5_000
_UP = "../../../"  # from a node to `nodes`
_WHOLE = "all:"  # before a node that was replaced with everything below it


class Busy(Exception):
    """Somebody else is writing for longer than is worth waiting for."""

    def __init__(self) -> None:
        super().__init__("Another process is writing the public files.")


class Overtaken(Exception):
    """Another root became current since this session began, so its own would undo that."""

    def __init__(self) -> None:
        super().__init__("The public files changed meanwhile.")


class Tree:
    def __init__(self, home: Path) -> None:
        self.home = home
        self.nodes = home / "nodes"
        self.bookmarks = Bookmarks(home)
        self._current = str(home / "current")

    @property
    def current(self) -> str | None:
        """What the link says; None before the first root. Compare two answers to know whether anything changed."""
        try:
            return os.readlink(self._current)  # noqa: PTH115 -- once for every request
        except FileNotFoundError:
            return None

    def read(self, path: str) -> bytes | None:
        """A file as readers get it now."""
        with contextlib.suppress(FileNotFoundError, NotADirectoryError, IsADirectoryError):
            return (self.home / "current" / path).read_bytes()
        return None

    @property
    def is_whole(self) -> bool:
        """Whether there is a root at all behind the link."""
        return (self.home / "current" / ".seq").is_file()

    @contextlib.contextmanager
    def locked(self, *, patience: float, lock: str = "lock") -> Iterator[None]:
        """Alone, among all processes; the lock falls with its holder, however that ends. Raises Busy."""
        path = self.home / lock
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("ab") as file:
            deadline = time.monotonic() + patience
            while True:
                try:
                    fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                    break
                except BlockingIOError:
                    if time.monotonic() > deadline:
                        raise Busy from None
                    time.sleep(0.005)
            yield

    @contextlib.contextmanager
    def session(self, *, anew: bool = False) -> Iterator[Session]:
        """Write into what is current, or into an empty root. What was not committed is gone afterwards."""
        name = f"{time.time_ns() // 1_000_000:x}-{secrets.token_hex(4)}"
        session = Session(self, name, base=None if anew else self.current)
        try:
            yield session
        finally:
            session.close()

    def tidy(self) -> None:
        """Remove what sessions left that were killed, and nodes that nobody reads any more. Needs the lock."""
        with contextlib.suppress(FileNotFoundError):
            for intent in list((self.home / "writing").iterdir()):
                self._remove_leftover(intent)
        replaced = replaced_nodes(self.home / "current")
        needed = self.bookmarks.needed({node for _, node in replaced})
        for at, node in replaced:
            if at < time.time() - _READERS_NEED and node not in needed:
                self._remove_node(node)

    def _remove_leftover(self, intent: Path) -> None:
        with intent.open("rb") as file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                return  # it is alive
            if not (self.current or "").startswith(f"nodes/{intent.name}/"):
                shutil.rmtree(self.nodes / intent.name, ignore_errors=True)
            (self.home / "current.new").unlink(missing_ok=True)
            intent.unlink(missing_ok=True)

    def _remove_node(self, node: str) -> None:
        folder = self.nodes / node.removeprefix(_WHOLE)
        if node.startswith(_WHOLE):
            with contextlib.suppress(FileNotFoundError):
                for entry in folder.iterdir():
                    if entry.is_symlink():
                        self._remove_node(_WHOLE + str(entry.readlink()).removeprefix(_UP))
        shutil.rmtree(folder, ignore_errors=True)
        with contextlib.suppress(OSError):  # others are left in it
            folder.parent.rmdir()
            folder.parent.parent.rmdir()


class Session:
    """New nodes that nobody sees yet. Those made here are written to in place, all others are copied first."""

    def __init__(self, tree: Tree, name: str, *, base: str | None) -> None:
        self._tree, self._name = tree, name
        self._base = self._root = base.removeprefix("nodes/") if base else None
        self._began = tree.current if tree.is_whole else None
        self._intent: int | None = None
        self._count = 0
        self._replaced: list[str] = []
        self._unsynced: set[Path] = set()

    @property
    def has_changes(self) -> bool:
        return self._count > 0

    def find(self, path: str) -> Path | None:
        """The file as it would become."""
        if self._root is None:
            return None
        found = f"{self._tree.nodes}/{self._root}/{path}"
        return Path(found) if os.path.isfile(found) else None  # noqa: PTH113 -- asked a hundred times for each change

    def files_below(self, folder: str) -> list[str]:
        """The paths of all files in a folder, without our own notes."""
        return list(files_below(self._tree.nodes / self._root, folder)) if self._root else []

    def current_files(self, place: str) -> list[str]:
        """The same of what readers have now; a file is itself."""
        root = self._tree.home / "current"
        return [place] if (root / place).is_file() else list(files_below(root, place))

    def put(self, path: str, content: bytes, *, mtime: int) -> None:
        *folders, name = path.split("/")
        file = self._own(folders) / name
        file.unlink(missing_ok=True)  # never written to: an older node has the same file
        with file.open("xb") as output:
            output.write(content)
            output.flush()
            os.utime(output.fileno(), (mtime, mtime))
        self._touched(file)

    def keep(self, path: str, original: Path) -> None:
        """Have a file of the current root as it is."""
        present = self.find(path)
        if present and present.samefile(original):
            return
        self.remove(path)
        *folders, name = path.split("/")
        _link(original, self._own(folders) / name)

    def remove(self, path: str) -> None:
        """Remove a file, and the folders that it leaves empty."""
        if not self.find(path):
            return
        *folders, name = path.split("/")
        (self._own(folders) / name).unlink()
        while folders and not any(self._own(folders).iterdir()):
            emptied = folders.pop()
            link = self._own(folders) / emptied
            self._remove_own(str(link.readlink()))
            link.unlink()

    def note(self, name: str, text: str) -> None:
        """A file of ours in the root, which readers don't get."""
        self.put(f".{name}", text.encode(), mtime=int(time.time()))

    def read_note(self, name: str) -> str:
        return note(self._tree.nodes / self._root, name) if self._root else ""

    def remember(self, changes: list[str], *, most: int) -> None:
        """What this session is about, for one that began before and ends later."""
        seq = int(self.read_note("seq") or 0) + 1
        lines = [*self.read_note("journal").splitlines(), *(f"{seq} {change}" for change in changes)]
        self.note("journal", "\n".join(lines[-most:]))

    def catch_up(self) -> list[str]:
        """What was remembered since this session began, so that it may commit after writing these. Needs the lock.

        Raises Overtaken when that is more than is remembered.
        """
        current = self._tree.current
        if current == self._began or not self._tree.is_whole:
            return []
        seen = _seq(self._tree.home / (self._began or "nothing"))
        root = self._tree.home / "current"
        entries = [line.split(" ", 1) for line in note(root, "journal").splitlines()]
        missed = [change for seq, change in entries if int(seq) > seen]
        if not self._began or not entries or (int(entries[0][0]) > seen + 1 and len(missed) == len(entries)):
            raise Overtaken
        for name in ("journal", "seq"):
            self.note(name, note(root, name))
        self._began = current
        return list(dict.fromkeys(missed))

    def commit(self) -> None:
        """Make it current, at once and for good. Needs the lock. Raises Overtaken."""
        if not self.has_changes or self._root is None:
            return
        now = time.time()
        self.note("seq", str(max(int(self.read_note("seq") or 0), _seq(self._tree.home / "current")) + 1))
        replaced = replaced_nodes(self._tree.home / "current")
        carried = [(at, node) for at, node in replaced if at > now - _READERS_NEED or self._is_there(node)]
        if self._base is None and self._began:
            self._replaced.append(_WHOLE + self._began.removeprefix("nodes/"))
        lines = [f"{at:.0f} {node}\n" for at, node in [*carried, *((now, node) for node in self._replaced)]]
        self.note("replaced", "".join(lines))
        self._sync()
        if self._tree.is_whole and self._tree.current != self._began:
            raise Overtaken
        link = self._tree.home / "current.new"
        link.unlink(missing_ok=True)
        link.symlink_to(f"nodes/{self._root}")
        link.replace(self._tree.home / "current")
        _sync(self._tree.home)

    def close(self) -> None:
        """End, with nothing left behind of what is not current."""
        if self._intent is None:
            return
        if not (self._tree.current or "").startswith(f"nodes/{self._name}/"):
            shutil.rmtree(self._tree.nodes / self._name, ignore_errors=True)
        with contextlib.suppress(OSError):  # on a disk that refuses everything, the next session does it
            (self._tree.home / "writing" / self._name).unlink(missing_ok=True)
        os.close(self._intent)
        self._intent = None

    # ── Nodes ───────────────────────────────────────────────────────────────
    def _own(self, folders: list[str]) -> Path:
        """The node at this place, made or copied so that it may be changed."""
        if self._root is None or not self._is_own(self._root):
            self._root = self._copy(self._root)
        node = self._tree.nodes / self._root
        for name in folders:
            link = node / name
            try:
                found: str | None = str(link.readlink()).removeprefix(_UP)
            except FileNotFoundError:
                found = None
            if found is None or not self._is_own(found):
                copied = self._copy(found)
                link.unlink(missing_ok=True)
                link.symlink_to(_UP + copied)
                self._unsynced.add(node)
                found = copied
            node = self._tree.nodes / found
        return node

    def _is_own(self, node: str) -> bool:
        return node.startswith(f"{self._name}/")

    def _copy(self, node: str | None) -> str:
        """A new node with the same entries."""
        self.announce()
        self._count += 1
        copied = f"{self._name}/{self._count // _NODES_IN_A_FOLDER}/{self._count % _NODES_IN_A_FOLDER}"
        folder = self._tree.nodes / copied
        folder.mkdir(parents=True)
        if node is not None:
            with os.scandir(self._tree.nodes / node) as entries:
                for entry in entries:  # hundreds in each change: no Path for every one
                    if entry.is_symlink():
                        os.symlink(os.readlink(entry.path), f"{folder}/{entry.name}")  # noqa: PTH115, PTH211
                    else:
                        _link(entry.path, f"{folder}/{entry.name}")
            self._replaced.append(node)
        self._touched(folder)
        self._touched(folder.parent)
        return copied

    def _remove_own(self, link: str) -> None:
        node = self._tree.nodes / link.removeprefix(_UP)
        self._unsynced.discard(node)
        node.rmdir()

    def announce(self) -> None:
        """Leave word that this session is alive, so that nobody takes its nodes for leftovers."""
        if self._intent is not None:
            return
        writing = self._tree.home / "writing"
        writing.mkdir(parents=True, exist_ok=True)
        self._intent = os.open(writing / self._name, os.O_CREAT | os.O_RDWR, 0o600)
        fcntl.flock(self._intent, fcntl.LOCK_EX)
        self._tree.nodes.mkdir(exist_ok=True)

    def _is_there(self, node: str) -> bool:
        return (self._tree.nodes / node.removeprefix(_WHOLE)).exists()

    # ── Durability ──────────────────────────────────────────────────────────
    def _touched(self, path: Path) -> None:
        if len(self._unsynced) <= _SYNCED_ONE_BY_ONE:
            self._unsynced |= {path, path.parent}

    def _sync(self) -> None:
        if len(self._unsynced) > _SYNCED_ONE_BY_ONE:
            os.sync()
            return
        for path in [*self._unsynced, self._tree.nodes / self._name, self._tree.nodes]:
            with contextlib.suppress(FileNotFoundError):  # removed again in this session
                _sync(path)


def files_below(root: Path, folder: str) -> Iterator[str]:
    """The paths of all files in a folder of a root, without our own notes."""
    for directory, _, names in os.walk(root / folder, followlinks=True):
        below = Path(folder, os.path.relpath(directory, root / folder))
        yield from (str(below / name) for name in names if not name.startswith("."))


def _seq(root: Path) -> int:
    return int(note(root, "seq") or 0)


def _link(original: Path | str, copy: Path | str) -> None:
    try:
        os.link(original, copy)
    except PermissionError:
        shutil.copy2(original, copy)  # a file system without hard links
    except OSError as error:
        if error.errno != 31:  # EMLINK: as many links as the file system allows
            raise
        shutil.copy2(original, copy)


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
