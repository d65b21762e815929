"""Role × address × method × answer, for every address of the URL configuration.

An address without a row fails. The rows say who may, and what an allowed person is answered to an empty request;
everything else follows: 302 to the log-in page without an account, 403 without the right, 405 for other methods.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import pytest
from django.db import transaction
from django.test import Client, override_settings
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from pytest_django import DjangoDbBlocker

from accounts.models import User
from accounts.roles import Capability, Role, role_allows
from tests.factories import make_user
from tests.one_of_everything import one_of_everything

PUBLIC, ENTRANCE, ANYBODY_INSIDE = "public", "entrance", "anybody inside"
# OPTIONS is left out: Django answers it for every view, with the list of methods.
METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE")


@dataclass(frozen=True)
class Row:
    """`who` is PUBLIC, ENTRANCE, ANYBODY_INSIDE or the capabilities of which one is needed."""

    who: Any
    get: int | None = None
    post: int | None = None
    by_method: dict[str, Any] | None = None  # a capability that one method asks for beyond `who`


READ = (Capability.READ,)
WRITE = (Capability.WRITE,)
PUBLISH = (Capability.PUBLISH,)
ADMINISTER = (Capability.ADMINISTER,)
ACTIONS = (Capability.WRITE, Capability.MANAGE_ACTIONS)

MATRIX = {
    "healthz_live": Row(PUBLIC, get=200),
    "healthz_ready": Row(PUBLIC, get=503),  # no worker beats in the tests
    "public:index": Row(PUBLIC, get=200),
    "public:history": Row(PUBLIC, get=200),
    "public:history_month": Row(PUBLIC, get=200),
    "public:history_page": Row(PUBLIC, get=404),
    **{f"public:{name}": Row(PUBLIC, get=200) for name in ("tag", "tag_month", "cause", "cause_month")},
    **{f"public:{name}": Row(PUBLIC, get=404) for name in ("tag_page", "cause_page")},
    "public:reports": Row(PUBLIC, get=200),
    "public:promises": Row(PUBLIC, get=404),  # until it is turned on
    "public:reports_month": Row(PUBLIC, get=200),
    "public:reports_page": Row(PUBLIC, get=404),
    "public:component": Row(PUBLIC, get=200),
    "public:component_month": Row(PUBLIC, get=404),
    "public:component_page": Row(PUBLIC, get=404),
    "public:search": Row(PUBLIC, get=200),
    "public:styles": Row(PUBLIC, get=200),
    "public:card": Row(PUBLIC, get=200),
    "public:event_card": Row(PUBLIC, get=200),
    "public:logo": Row(PUBLIC, get=404),
    "public:sitemap": Row(PUBLIC, get=200),
    "public:sitemap_pages": Row(PUBLIC, get=200),
    "public:sitemap_part": Row(PUBLIC, get=200),
    "public:history_feed": Row(PUBLIC, get=200),
    "public:history_rss": Row(PUBLIC, get=200),
    "public:updates_feed": Row(PUBLIC, get=200),
    "public:history_json": Row(PUBLIC, get=200),
    "public:history_json_page": Row(PUBLIC, get=200),
    "public:incident_json": Row(PUBLIC, get=200),
    **{
        f"public:api_{name}": Row(PUBLIC, get=200)
        for name in ("summary", "status", "components", "incidents", "unresolved", "maintenances", "upcoming", "active")
    },
    "public:calendar": Row(PUBLIC, get=200),
    "public:badge": Row(PUBLIC, get=200),
    "public:embed": Row(PUBLIC, get=200),
    "public:component_feed": Row(PUBLIC, get=200),
    "public:component_calendar": Row(PUBLIC, get=200),
    "public:component_badge": Row(PUBLIC, get=200),
    "public:robots": Row(PUBLIC, get=200),
    "public:report": Row(PUBLIC, get=200),
    "public:report_markdown": Row(PUBLIC, get=200),
    "public:report_json": Row(PUBLIC, get=200),
    "public:version": Row(PUBLIC, get=200),
    "public:changes": Row(PUBLIC, get=200),
    "public:changes_since": Row(PUBLIC, get=200),
    "public:image": Row(PUBLIC, get=404),
    "accounts:accept_invitation": Row(ENTRANCE),
    "account_login": Row(ENTRANCE),
    "account_logout": Row(ENTRANCE),
    "account_inactive": Row(ENTRANCE),
    "account_signup": Row(ENTRANCE),
    "account_reset_password": Row(ENTRANCE),
    "account_reset_password_done": Row(ENTRANCE),
    "account_reset_password_from_key": Row(ENTRANCE),
    "account_reset_password_from_key_done": Row(ENTRANCE),
    "mfa_authenticate": Row(ENTRANCE),
    "mfa_login_webauthn": Row(ENTRANCE),
    "account_reauthenticate": Row(ANYBODY_INSIDE),
    "account_change_password": Row(ANYBODY_INSIDE),
    "mfa_index": Row(ANYBODY_INSIDE),
    "mfa_reauthenticate": Row(ANYBODY_INSIDE),
    "mfa_activate_totp": Row(ANYBODY_INSIDE),
    "mfa_deactivate_totp": Row(ANYBODY_INSIDE),
    "mfa_view_recovery_codes": Row(ANYBODY_INSIDE),
    "mfa_generate_recovery_codes": Row(ANYBODY_INSIDE),
    "mfa_download_recovery_codes": Row(ANYBODY_INSIDE),
    "mfa_list_webauthn": Row(ANYBODY_INSIDE),
    "mfa_add_webauthn": Row(ANYBODY_INSIDE),
    "mfa_reauthenticate_webauthn": Row(ANYBODY_INSIDE),
    "mfa_remove_webauthn": Row(ANYBODY_INSIDE),
    "mfa_edit_webauthn": Row(ANYBODY_INSIDE),
    "accounts:profile": Row(ANYBODY_INSIDE),
    "board:new": Row(ACTIONS, post=422),
    "board:overview": Row(READ, get=200),
    "metrics:metrics": Row(READ, get=200),
    "metrics:csv": Row(READ, get=200),
    "metrics:json": Row(READ, get=200),
    "reminders:choices": Row(READ, get=200, post=422),
    "accounts:people": Row(ADMINISTER, get=200),
    "accounts:invite": Row(ADMINISTER, post=422),
    "accounts:revoke_invitation": Row(ADMINISTER, post=302),
    "accounts:change_role": Row(ADMINISTER, post=422),
    "accounts:deactivate": Row(ADMINISTER, post=302),
    "accounts:reactivate": Row(ADMINISTER, post=302),
    "teams:team_list": Row(ADMINISTER, get=200, post=422),
    "teams:team": Row(ADMINISTER, get=200, post=422),
    "teams:dissolve": Row(ADMINISTER, post=302),
    "outbox:undelivered": Row(ADMINISTER, get=200),
    "outbox:send_again": Row(ADMINISTER, post=302),
    "outbox:send_all_again": Row(ADMINISTER, post=302),
    "outbox:discard": Row(ADMINISTER, post=302),
    "import_export:import": Row(WRITE, get=200, post=422),
    "import_export:keep": Row(WRITE, get=302, post=422),
    "import_export:waiting": Row(WRITE, get=302),
    "import_export:unsent": Row(WRITE, post=410),
    "import_export:throw_away": Row(WRITE, post=302),
    "import_export:keep_export": Row(WRITE, get=302, post=422),
    "import_export:export_all": Row(ADMINISTER, get=200),
    "import_export:export_zip": Row(READ, get=200),
    "import_export:export_markdown": Row(READ, get=200),
    "import_export:export_json": Row(READ, get=200),
    "status:component_list": Row(WRITE, get=200, post=422, by_method={"POST": ADMINISTER}),
    "status:component": Row(ADMINISTER, get=200, post=422),
    "status:set_status": Row(WRITE, post=422),
    "status:move_component": Row(ADMINISTER, post=422),
    "status:site": Row(ADMINISTER, get=200, post=422),
    "status:site_logo": Row(ADMINISTER, get=404),
    "status:event_list": Row(WRITE, get=200),
    "status:event": Row(WRITE, get=200, post=422),
    "status:preview": Row(WRITE, post=200),
    "status:update": Row(WRITE, get=200, post=422),
    "status:promise": Row(WRITE, post=302),
    "status:title": Row(WRITE, post=422),
    "status:template_list": Row(WRITE, get=200, post=422),
    "status:template": Row(WRITE, get=200, post=422),
    "status:delete_template": Row(WRITE, post=302),
    "status:new_maintenance": Row(WRITE, get=200, post=422),
    "status:maintenance": Row(WRITE, get=200, post=422),
    "status:cancel_maintenance": Row(WRITE, post=422),
    "status:stop_plan": Row(WRITE, post=302),
    "severities:severity_list": Row(ADMINISTER, get=200),
    "severities:new_severity": Row(ADMINISTER, get=200, post=422),
    "severities:severity": Row(ADMINISTER, get=200, post=422),
    "severities:move": Row(ADMINISTER, post=422),
    "severities:delete": Row(ADMINISTER, post=409),
    "authoring:incident_list": Row(READ, get=200),
    "authoring:new_incident": Row(WRITE, get=200, post=422),
    "authoring:editor": Row(READ, get=200),
    "authoring:history": Row(READ, get=200),
    "authoring:unsent": Row(READ, post=200),
    "authoring:unsent_outside": Row(WRITE, post=200),
    "authoring:pulse": Row(READ, post=200),
    "authoring:facts": Row(WRITE, post=302),
    "authoring:add_impact": Row(WRITE, post=422),
    "authoring:impact": Row(WRITE, post=302),
    "authoring:delete_impact": Row(WRITE, post=302),
    "authoring:milestones": Row(WRITE, post=302),
    "authoring:section": Row(WRITE, post=302),
    "authoring:preview_markdown": Row(WRITE, post=200),
    "authoring:add_entry": Row(WRITE, post=422),
    **{f"board:{name}": Row(READ, get=200) for name in ("board", "csv", "json", "calendar")},
    "board:item": Row(READ, get=200, post=302, by_method={"POST": (Capability.MANAGE_ACTIONS,)}),
    "board:change": Row(ACTIONS, post=422),
    "board:save_view": Row(READ, post=422),
    "board:delete_view": Row(READ, post=404),
    **{f"authoring:propose_{what}": Row(ACTIONS, post=302) for what in ("row", "comment")},
    "authoring:no_action": Row(WRITE, post=302),
    "authoring:paste": Row(WRITE, get=200, post=422),
    "authoring:keep_paste": Row(WRITE, get=302, post=422),
    "authoring:unsent_paste": Row(WRITE, post=200),
    "authoring:undo_paste": Row(WRITE, post=302),
    "authoring:make_all_public": Row(WRITE, post=302),
    "authoring:entry": Row(WRITE, post=302),
    "authoring:delete_entry": Row(WRITE, post=302),
    "authoring:add_action": Row(ACTIONS, post=422),
    "authoring:action": Row(ACTIONS, post=302),
    "authoring:delete_action": Row(WRITE, post=302),
    "authoring:add_image": Row(WRITE, post=422),
    "authoring:image": Row(WRITE, post=302),
    "authoring:image_content": Row(READ, get=200),
    "authoring:upload_image": Row(WRITE, post=422),
    "authoring:delete_image": Row(WRITE, post=302),
    "review:waiting": Row(PUBLISH, get=200),
    "review:review": Row(PUBLISH, get=200),
    "review:submit": Row(WRITE, get=200, post=302),
    "review:withdraw_request": Row(WRITE, post=302),
    "review:approve": Row(PUBLISH, post=302),
    "review:send_back": Row(PUBLISH, post=422),
    "review:comments": Row(READ, get=200, post=422),
    "review:answer": Row(READ, post=422),
    "review:resolve": Row(WRITE, post=302),
    "review:reopen": Row(WRITE, post=302),
    "review:changes": Row(READ, get=200),
    "review:accept_finding": Row(WRITE, post=422),
    "review:take_back_acceptance": Row(WRITE, post=422),
    "publishing:preview": Row(READ, get=200),
    "publishing:publish": Row(PUBLISH, get=200, post=409),
    "publishing:schedule": Row(PUBLISH, post=422),
    "publishing:cancel_schedule": Row(PUBLISH, post=302),
    "publishing:correct": Row(WRITE, post=302),
    "publishing:withdraw": Row(PUBLISH, get=200, post=422),
}


def all_names() -> list[str]:
    def walk(patterns: list[Any], spaces: tuple[str, ...]) -> Any:
        for pattern in patterns:
            if isinstance(pattern, URLResolver):
                inner = (*spaces, pattern.namespace) if pattern.namespace else spaces
                yield from walk(pattern.url_patterns, inner)
            elif isinstance(pattern, URLPattern):
                yield ":".join((*spaces, pattern.name or repr(pattern)))

    return list(walk(get_resolver().url_patterns, ()))


def test_every_address_has_a_row_and_every_row_an_address() -> None:
    assert sorted(all_names()) == sorted(MATRIX)


World = tuple[dict[str, str], dict[str, dict[str, str]]]  # addresses by name; cookies by role


@pytest.fixture(scope="module")
def one_world(
    django_db_setup: None, django_db_blocker: DjangoDbBlocker, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[World]:
    """Made once for all rows, for it takes longer than a row does; each test undoes what it did to it."""
    media = override_settings(MEDIA_ROOT=tmp_path_factory.mktemp("media"))
    with django_db_blocker.unblock(), media, undone():
        yield one_of_everything(MATRIX), {role: logged_in(make_user(role)) for role in Role.values}


@pytest.fixture
def world(one_world: World, db: None) -> dict[str, str]:
    """The address of each name."""
    return one_world[0]


@pytest.fixture
def client_of(one_world: World, db: None) -> Callable[[str | None], Client]:
    """A browser of somebody with a role, or of nobody."""

    def client_of(role: str | None) -> Client:
        client = Client()
        if role:
            client.cookies.load(one_world[1][role])
        return client

    return client_of


def logged_in(user: User) -> dict[str, str]:
    """The cookies of a session."""
    client = Client()
    client.force_login(user)
    return {name: cookie.value for name, cookie in client.cookies.items()}


def allows(row: Row, role: str | None, method: str) -> bool:
    if row.who in {PUBLIC, ENTRANCE}:
        return True
    if role is None:
        return False
    if row.who == ANYBODY_INSIDE:
        return True
    needed = (row.by_method or {}).get(method, row.who)
    return any(role_allows(role, capability) for capability in needed)


def expected(row: Row, role: str | None, method: str) -> int:
    """The answer to an empty request."""
    answers = {"GET": row.get, "HEAD": row.get, "POST": row.post}
    if row.who != PUBLIC and role is None:
        return 302
    if answers.get(method) is None:
        return 405
    return answers[method] if allows(row, role, method) else 403  # type: ignore[return-value]


OURS = [name for name, row in MATRIX.items() if row.who not in {ENTRANCE, ANYBODY_INSIDE}]


@pytest.mark.parametrize("name", OURS)
def test_matrix(world: dict[str, str], client_of: Callable[[str | None], Client], name: str) -> None:
    row = MATRIX[name]
    wanted, answered = {}, {}
    for role, method in itertools.product([None, *Role.values], METHODS):
        with undone():
            response = client_of(role).generic(method, world[name])
        wanted[role, method] = expected(row, role, method)
        answered[role, method] = response.status_code
        if response.status_code == 302 and role is None:
            assert response["Location"].startswith(reverse("account_login"))

    assert answered == wanted, world[name]


@contextmanager
def undone() -> Iterator[None]:
    """What happens inside leaves no trace in the database."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


@pytest.mark.parametrize("name", [name for name, row in MATRIX.items() if row.who == ANYBODY_INSIDE])
def test_nobody_gets_at_an_account_without_logging_in(world: dict[str, str], name: str) -> None:
    for method in METHODS:
        response = Client().generic(method, world[name])

        assert response.status_code in {302, 405}, f"{method} {world[name]}"
        if response.status_code == 302:
            assert response["Location"].startswith((reverse("account_login"), reverse("account_signup")))


@pytest.mark.parametrize("name", [name for name in OURS if MATRIX[name].post is not None])
def test_posts_need_the_token_against_forgery(world: dict[str, str], name: str) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(make_user(Role.ADMIN))

    assert client.post(world[name]).status_code == 403


@pytest.mark.parametrize("name", [name for name in OURS if ":" in name and not name.startswith("public")])
def test_an_account_that_was_shut_is_out_at_once(world: dict[str, str], name: str) -> None:
    user = make_user(Role.ADMIN)
    client = Client()
    client.force_login(user)
    user.is_active = False
    user.save()

    response = client.generic("POST" if MATRIX[name].get is None else "GET", world[name])

    assert response.status_code == 302
