"""Carries over what customers knew: the states of components, and the reports that were published."""

from datetime import datetime

from django.db import migrations
from django.utils import timezone

from incidents.models.public_ids import new_public_id


def tell(apps, schema_editor):
    get = lambda name: apps.get_model("incidents", name)  # noqa: E731
    get("Site").objects.get_or_create(id=1)
    now = timezone.now()
    for component in get("Component").objects.order_by("pk"):
        component.public_id = new_public_id()
        component.save(update_fields=["public_id"])
        if component.status != "operational":
            get("ImpactWindow").objects.create(component=component, level=component.status, started_at=now)
    first = {}
    for row in get("Publication").objects.order_by("public_id", "number").select_related("retraction").iterator():
        taken = getattr(row, "retraction", None)
        fields = first.setdefault(row.public_id, {"created_at": row.published_at, "report_first_published_at": None})
        started, ended = _span(row)
        fields.update(
            kind="incident",
            incident_id=row.incident_id,
            title=row.data["title"],
            status="resolved",
            started_at=started,
            resolved_at=ended,
            updated_at=taken.retracted_at if taken else row.published_at,
            report_number=0 if taken else row.number,
            report_withdrawn_at=taken.retracted_at if taken else None,
        )
        fields["report_first_published_at"] = None if taken else fields["report_first_published_at"] or row.published_at
    for public_id, fields in first.items():
        get("PublicEvent").objects.get_or_create(public_id=public_id, defaults=fields)


def _span(publication):
    at = {row["kind"]: datetime.fromisoformat(row["at"]) for row in publication.data["milestones"] if row["at"]}
    rows = [datetime.fromisoformat(row["occurred_at"]) for row in publication.data["timeline"]]
    started = at.get("impact_started") or next(iter(rows), publication.published_at)
    return started, max(started, at.get("recovered") or at.get("resolved") or started)


class Migration(migrations.Migration):
    dependencies = [("incidents", "0008_events_for_customers")]

    operations = [migrations.RunPython(tell, migrations.RunPython.noop)]
