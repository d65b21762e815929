"""What people write on the status pages can't become part of them."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from incidents.status.operations import (
    add_component,
    add_template,
    edit_update,
    plan_maintenance,
    revise_site,
    tell_customers,
)
from tests.factories import NOW, make_incident, make_user
from tests.rendering.attacks import EVERY_ATTACK
from tests.test_attacks_in_every_field import Faults

pytestmark = pytest.mark.django_db


def test_no_page_of_the_status_package_is_written_by_its_users(admin_client: Client) -> None:
    by, now = make_user("admin"), timezone.now()
    for number, text in enumerate(EVERY_ATTACK[::24]):
        attack = text.replace("\x00", "").encode(errors="ignore").decode()
        short = attack[:70] + str(number)
        values = {"name": short, "group": short, "description": attack[:300]}
        component = add_component(values=values, by=by, at=NOW)
        levels = {component: "major_outage"}
        said = {"title": short, "text": short, "by": by}
        update = tell_customers(make_incident(), status="investigating", levels=levels, at=NOW, **said)
        edit_update(update, changes={"text": f"{short} again"}, by=by, at=NOW)
        work = {"start": now, "end": now + timedelta(hours=1), "at": now}
        planned = plan_maintenance(components=[component], **work, **said)  # type: ignore[arg-type]
        template = add_template(values={"name": short, "status": "investigating", "text": short}, by=by, at=NOW)
        links = [{"label": short[:40], "url": "https://a.example"}]
        revise_site(changes={"name": short, "footer": short, "links": links}, by=by, at=NOW)
        for address in (
            f"status/{update.event.public_id}/",
            f"status/{update.event.public_id}/updates/{update.pk}/",
            f"status/{planned.public_id}/",
            f"status/{planned.public_id}/maintenance/",
            f"status/templates/{template.pk}/",
            "site/",
        ):
            assert Faults(admin_client.get(f"/workspace/{address}").content.decode()).found == [], attack
    for address in ("status/", "status/templates/", "components/", ""):
        assert Faults(admin_client.get(f"/workspace/{address}").content.decode()).found == []
