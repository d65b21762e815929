"""What counts is found without looking at events: the windows of updates know that a report says when instead."""

from django.db import migrations, models

SUPERSEDED = """
UPDATE incidents_impactwindow AS shown SET is_superseded = true FROM incidents_publicevent AS event
WHERE event.id = shown.event_id AND event.has_report_windows AND NOT shown.from_report
"""


class Migration(migrations.Migration):
    dependencies = [("incidents", "0021_events_are_found_by_change")]

    operations = [
        migrations.AddField(
            model_name="impactwindow",
            name="is_superseded",
            field=models.BooleanField(db_default=False, default=False),
        ),
        migrations.RunSQL(SUPERSEDED, migrations.RunSQL.noop),
    ]
