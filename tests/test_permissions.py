"""Role × address × method × answer, for every address of the URL configuration.

An address without a row fails. The rows say who may, and what an allowed person is answered to an empty request;
everything else follows: 302 to the log-in page without an account, 403 without the right, 405 for other methods.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from accounts.models import Invitation
from accounts.operations import invite
from accounts.roles import Capability, Role, role_allows
from incidents.authoring.operations import NewRow, add_image, add_impact, keep_rows
from incidents.models import Attachment, Component, PublicEvent, UpdateTemplate
from incidents.public.sitemaps import number_of
from incidents.review.operations import comment_on
from incidents.status.operations import plan_maintenance, start_plan, tell_customers
from tests.factories import NOW, START, correct, make_component, make_draft, make_user, publish
from tests.test_no_draft_leaks import picture

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
    "accounts:people": Row(ADMINISTER, get=200),
    "accounts:invite": Row(ADMINISTER, post=422),
    "accounts:revoke_invitation": Row(ADMINISTER, post=302),
    "accounts:change_role": Row(ADMINISTER, post=422),
    "accounts:deactivate": Row(ADMINISTER, post=302),
    "accounts:reactivate": Row(ADMINISTER, post=302),
    "import_export:import": Row(WRITE, get=200, post=422),
    "import_export:keep": Row(WRITE, get=302, post=422),
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
    "status:cancel_maintenance": Row(WRITE, post=302),
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


@pytest.fixture
def world(db: None, settings: Any, tmp_path: Any) -> dict[str, str]:
    """One of everything, and the address of each name."""
    settings.MEDIA_ROOT = tmp_path
    report = make_draft()
    incident = report.incident
    public = correct(publish(make_draft()))
    PublicEvent.objects.filter(public_id=public.public_id).update(tags=["data"], cause="data")
    image = add_image(incident, picture(), alt="", by=make_user(), at=NOW)
    link = Attachment.objects.create(incident=incident, source_url="https://example.test/a.png")
    impact = add_impact(incident, make_component(), by=make_user(), at=NOW)
    kept = keep_rows(incident, [NewRow(START, "Pasted")], by=make_user(), at=NOW)
    bystander = make_user()
    _, token = invite("new@example.test", Role.READER, by=make_user(Role.ADMIN), at=NOW)
    make_user(Role.ADMIN)
    comment = comment_on(report, place="", text="Is that so?", by=bystander, at=NOW)
    told = tell_customers(incident, title="Down", status="investigating", text="We look.", by=bystander, at=NOW)
    soon = {"title": "Move", "text": "Short.", "components": [], "by": bystander, "at": NOW}
    work = plan_maintenance(start=NOW, end=NOW + timedelta(hours=1), **soon)
    again = start_plan(rule="FREQ=YEARLY", starts_at=NOW + timedelta(days=1), minutes=9, time_zone="UTC", **soon)
    words = UpdateTemplate.objects.create(name="Look", status="investigating", text="We look.")
    number = incident.number
    arguments: dict[str, list[Any]] = {
        "public:history_json_page": [1],
        **{f"public:component_{kind}": [impact.component.public_id] for kind in ("feed", "calendar", "badge")},
        **{f"public:{kind}": ["data"] for kind in ("tag", "cause")},
        **{f"public:{kind}": ["data", 2026, 3] for kind in ("tag_month", "cause_month")},
        **{f"public:{kind}": ["data", 2026, 3, 2] for kind in ("tag_page", "cause_page")},
        "public:history_month": [2026, 3],
        "public:reports_month": [2026, 3],
        "public:history_page": [2026, 3, 2],
        "public:reports_page": [2026, 3, 2],
        "public:component": [(first := Component.objects.earliest("pk").public_id)],
        "public:component_month": [first, 2026, 3],
        "public:component_page": [first, 2026, 3, 2],
        "public:logo": ["0" * 64, "png"],
        "public:sitemap_part": [number_of(PublicEvent.objects.get(public_id=public.public_id))],
        "public:version": [public.public_id, 1],
        "public:changes": [public.public_id, 2],
        "public:changes_since": [public.public_id, 2, 1],
        "public:image": [public.public_id, "0" * 64, "png"],
        "accounts:accept_invitation": [token],
        "account_reset_password_from_key": ["1", "abc-def"],
        "mfa_remove_webauthn": [1],
        "mfa_edit_webauthn": [1],
        "accounts:revoke_invitation": [Invitation.objects.get().pk],
        "accounts:change_role": [bystander.pk],
        "accounts:deactivate": [bystander.pk],
        "accounts:reactivate": [bystander.pk],
        "status:component": [make_component().pk],
        "status:set_status": [make_component().pk],
        "status:move_component": [make_component().pk],
        **{f"status:{name}": [told.event.public_id] for name in ("event", "preview", "promise", "title")},
        "status:update": [told.event.public_id, told.pk],
        **{f"status:{name}": [work.public_id] for name in ("maintenance", "cancel_maintenance")},
        "status:stop_plan": [again.pk],
        **{f"status:{name}": [words.pk] for name in ("template", "delete_template")},
        "severities:severity": [incident.severity_id],
        "severities:move": [incident.severity_id],
        "severities:delete": [incident.severity_id],
        **{f"import_export:export_{kind}": [number] for kind in ("zip", "markdown", "json")},
        "authoring:section": [number, "impact"],
        "authoring:entry": [number, incident.entries.earliest("id").pk],
        "authoring:delete_entry": [number, incident.entries.earliest("id").pk],
        "authoring:action": [number, incident.action_items.get().pk],
        "authoring:delete_action": [number, incident.action_items.get().pk],
        "authoring:impact": [number, impact.pk],
        "authoring:delete_impact": [number, impact.pk],
        "authoring:undo_paste": [number, kept.pk],
        "authoring:image": [number, image.pk],
        "authoring:image_content": [number, image.pk],
        "authoring:delete_image": [number, image.pk],
        "authoring:upload_image": [number, link.pk],
        "review:withdraw_request": [number, 1],
        "review:answer": [number, comment.pk],
        "review:resolve": [number, comment.pk],
        "review:reopen": [number, comment.pk],
    }
    found = {}
    default = {"public": [public.public_id], "authoring": [number], "review": [number], "publishing": [number]}
    of_the_site = ("index", "history", "reports", "search", "styles", "card", "robots", "sitemap", "sitemap_pages")
    of_programs = ("history_feed", "history_rss", "updates_feed", "history_json", "calendar", "badge", "embed")
    bare = {f"public:{name}" for name in (*of_the_site, *of_programs)}
    bare |= {"authoring:incident_list", "authoring:new_incident", "authoring:unsent_outside", "review:waiting"}
    bare |= {name for name in MATRIX if name.startswith("public:api_")}
    for name in MATRIX:
        space = name.partition(":")[0]
        found[name] = reverse(name, args=arguments.get(name, [] if name in bare else default.get(space, [])))
    return found


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
def test_matrix(world: dict[str, str], name: str) -> None:
    row = MATRIX[name]
    wanted, answered = {}, {}
    for role, method in itertools.product([None, *Role.values], METHODS):
        with undone():
            client = Client()
            if role:
                client.force_login(make_user(role))
            response = client.generic(method, world[name])
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
