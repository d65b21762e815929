"""What every test may ask for."""

from __future__ import annotations

import contextlib
import importlib
import os
from collections.abc import Iterator
from typing import Any

import pytest
from django.apps import apps
from django.core.cache import cache
from django.core.management.color import no_style
from django.db import OperationalError, connection
from django.test import TransactionTestCase
from hypothesis import HealthCheck, settings
from pytest_django.plugin import DjangoDbBlocker

from tests.browser.chromium import CHROMIUM_FLAGS, find_chromium

# How fast a machine makes examples is no property of the code, and the same code gets the same examples: a run says
# something about a change. `HYPOTHESIS_PROFILE=search make test` looks for what nobody has thought of.
settings.register_profile("search", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("afterword", settings.get_profile("search"), derandomize=True)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "afterword"))

# Playwright runs an event loop in the thread of the tests, where Django would refuse to use the database.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What takes minutes comes first: workers that ran out of tests take some of the others, but no half of one."""
    items.sort(key=lambda item: item.get_closest_marker("slow") is None)


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    return browser_type_launch_args | {"executable_path": find_chromium(), "args": CHROMIUM_FLAGS}


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """A thread that still answers somebody would keep the database from being dropped at the end."""
    yield
    with django_db_blocker.unblock(), contextlib.suppress(OperationalError):
        connection.close()  # it may have been ended by now itself
        _end_all_others()


@pytest.fixture(scope="session", autouse=True)
def a_fresh_install_after_each_test_that_commits() -> None:
    """In place of Django's own `flush`, which takes a hundred times as long and forgets what migrations filled in."""
    TransactionTestCase._fixture_teardown = lambda _: _install_afresh()  # type: ignore[attr-defined]


def _install_afresh() -> None:
    """All tables as migrations leave them, and the rows that migrations fill in with the keys that they have then."""
    tables = set(connection.introspection.django_table_names(only_existing=True))
    emptied = "".join(f'DELETE FROM "{table}"; ' for table in tables - {"django_content_type", "auth_permission"})  # noqa: S608  # our own names
    counted = connection.ops.sequence_reset_sql(no_style(), [apps.get_model("incidents", "Severity")])
    with connection.cursor() as cursor:  # as a replica does: no trigger and no foreign key asks
        cursor.execute(f"SET session_replication_role = replica; {emptied}SET session_replication_role = origin")
        for statement in counted:
            cursor.execute(statement)
    for name in ("0003_first_severities", "0005_first_prompts", "0015_promises_are_kept"):
        importlib.import_module(f"incidents.migrations.{name}").add(apps, None)
    apps.get_model("incidents", "Site").objects.create(id=1)


@pytest.fixture(autouse=True)
def no_request_outlives_its_test(request: pytest.FixtureRequest) -> Iterator[None]:
    """What a browser asked last may still be answered when the tables are emptied, which would wait for one another."""
    if "live_server" not in request.fixturenames:
        yield
        return
    request.getfixturevalue("transactional_db")
    yield
    _end_all_others()


def _end_all_others() -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )


@pytest.fixture(scope="session")
def base_url() -> None:
    """In place of a plugin's, which pytest warns about; the live server has its own address."""


@pytest.fixture
def fresh_limits(transactional_db: None) -> Iterator[None]:
    """Counted log-ins live in the cache, which outlasts a test that commits."""
    cache.clear()
    yield
    cache.clear()
