"""A row of everything that has an address of its own."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from django.urls import reverse

from accounts.models import Invitation
from accounts.operations import invite
from accounts.roles import Role
from incidents.authoring.operations import NewRow, add_image, add_impact, keep_rows
from incidents.models import Attachment, Component, PublicEvent, SavedView, Team, UpdateTemplate
from incidents.public.sitemaps import number_of
from incidents.review.operations import comment_on
from incidents.status.operations import plan_maintenance, start_plan, tell_customers
from outbox.claiming import claim, mark_dead
from tests.factories import NOW, START, correct, make_component, make_draft, make_user, publish
from tests.test_no_draft_leaks import picture


def one_of_everything(names: Iterable[str]) -> dict[str, str]:
    """One of everything that has an address, and the address of each of the names."""
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
    (refused,) = claim(1, at=NOW)  # the mail of the invitation
    mark_dead(refused, "550 No such user", at=NOW)
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
        **{f"outbox:{name}": [refused.pk] for name in ("send_again", "discard")},
        **{f"teams:{name}": [Team.objects.get_or_create(name="Power")[0].pk] for name in ("team", "dissolve")},
        "status:component": [make_component().pk],
        "status:set_status": [make_component().pk],
        "status:move_component": [make_component().pk],
        **{f"status:{name}": [told.event.public_id] for name in ("event", "preview", "promise", "title")},
        "status:update": [told.event.public_id, told.pk],
        **{f"status:{name}": [work.public_id] for name in ("maintenance", "cancel_maintenance")},
        "status:stop_plan": [again.pk],
        **{f"status:{name}": [words.pk] for name in ("template", "delete_template")},
        **{f"import_export:{name}": ["0" * 10] for name in ("waiting", "unsent", "throw_away")},
        "severities:severity": [incident.severity_id],
        "severities:move": [incident.severity_id],
        "severities:delete": [incident.severity_id],
        **{f"import_export:export_{kind}": [number] for kind in ("zip", "markdown", "json")},
        "authoring:section": [number, "impact"],
        "authoring:entry": [number, incident.entries.earliest("id").pk],
        "authoring:delete_entry": [number, incident.entries.earliest("id").pk],
        "authoring:propose_row": [number, incident.entries.earliest("id").pk],
        "authoring:propose_comment": [number, comment.pk],
        "board:item": [incident.action_items.get().key],
        "board:delete_view": [SavedView.objects.create(owner=bystander, name="Late", query="late=on").pk],
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
    of_the_site = (
        "index",
        "history",
        "promises",
        "reports",
        "search",
        "styles",
        "card",
        "robots",
        "sitemap",
        "sitemap_pages",
    )
    of_programs = ("history_feed", "history_rss", "updates_feed", "history_json", "calendar", "badge", "embed")
    bare = {f"public:{name}" for name in (*of_the_site, *of_programs)}
    bare |= {"authoring:incident_list", "authoring:new_incident", "authoring:unsent_outside", "review:waiting"}
    bare |= {name for name in names if name.startswith("public:api_")}
    for name in names:
        space = name.partition(":")[0]
        found[name] = reverse(name, args=arguments.get(name, [] if name in bare else default.get(space, [])))
    return found
