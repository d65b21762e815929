"""A fresh install can open an incident at once; the words and days are the owner's to change."""

from django.db import migrations

FIRST = [
    # rank, name, tone, report wanted, report due after days
    (1, "Critical", "critical", True, 5),
    (2, "High", "high", True, 10),
    (3, "Medium", "medium", True, 20),
    (4, "Low", "low", False, None),
]


def add(apps, schema_editor):
    Severity = apps.get_model("incidents", "Severity")
    for rank, name, tone, needs_report, days in FIRST:
        Severity.objects.get_or_create(
            rank=rank,
            defaults={"name": name, "tone": tone, "needs_report": needs_report, "report_due_days": days},
        )


class Migration(migrations.Migration):
    dependencies = [("incidents", "0002_published_is_final")]

    operations = [migrations.RunPython(add, migrations.RunPython.noop)]
