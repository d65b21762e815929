"""Starts a PostgreSQL of the tests' own before Django reads its settings; loaded with `-p` in pyproject.toml.

A server that trades safety for speed, with a folder for files beside it, both gone afterwards. When DATABASE_URL
is set, that server is used instead.
"""

from __future__ import annotations

import contextlib
import os
import tempfile
from collections.abc import Generator

import pytest

from config.postgres import temporary_database_url


@pytest.hookimpl(wrapper=True, tryfirst=True)  # around pytest-django's, which reads the settings
def pytest_load_initial_conftests(early_config: pytest.Config) -> Generator[None, None, None]:
    stack = contextlib.ExitStack()
    early_config.add_cleanup(stack.close)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")
    os.environ["VAR_DIR"] = stack.enter_context(tempfile.TemporaryDirectory(prefix="afterword-tests-"))
    if not os.environ.get("DATABASE_URL"):
        os.environ["DATABASE_URL"] = stack.enter_context(temporary_database_url())
    return (yield)
