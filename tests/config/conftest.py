from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.config.processes import User, processes_in, start, wait_until

IN_MEMORY = Path("/dev/shm")  # noqa: S108 -- initdb writes a thousand files


@pytest.fixture(autouse=True)
def own_public_folder(settings: Any, tmp_path: Path) -> None:
    """A round of the worker builds the public files, which other tests must not find."""
    settings.PUBLIC_DIR = tmp_path / "public"


@pytest.fixture
def var_dir() -> Iterator[Path]:
    """A folder that everybody can pass through, unlike pytest's own."""
    folder = passable_folder()
    yield folder / "var"
    wait_until(lambda: not processes_in(folder))
    shutil.rmtree(folder)


@pytest.fixture
def use(var_dir: Path) -> Iterator[Callable[..., User]]:
    """Starts a process that uses the private Postgres of a folder."""
    users: list[User] = []

    def begin(folder: Path = var_dir) -> User:
        users.append(User(folder))
        return users[-1]

    yield begin
    for user in users:
        user.end()


@pytest.fixture(scope="package")
def deployment() -> Iterator[User]:
    """The user of a private Postgres with every table in it, and nothing else."""
    folder = passable_folder()
    user = User(folder / "var")
    migrated = start("manage.py", "migrate", "--verbosity", "0", VAR_DIR=str(folder / "var"), DATABASE_URL=user.url)
    assert migrated.returncode == 0, migrated.stderr
    yield user
    user.end()
    wait_until(lambda: not processes_in(folder))
    shutil.rmtree(folder)


def passable_folder() -> Path:
    folder = Path(tempfile.mkdtemp(prefix="afterword-test-", dir=IN_MEMORY if IN_MEMORY.is_dir() else None))
    folder.chmod(0o755)
    return folder
