"""Lists of reports are in the order of their first publications, which each event now knows."""

from django.db import migrations, models

FIRST = """
UPDATE incidents_publicevent AS shown SET first_publication = publication.id FROM incidents_publication AS publication
WHERE publication.public_id = shown.public_id AND publication.number = 1
"""


class Migration(migrations.Migration):
    dependencies = [("incidents", "0023_found_incidents_are_in_order")]

    operations = [
        migrations.AddField(
            model_name="publicevent",
            name="first_publication",
            field=models.PositiveBigIntegerField(db_default=0, default=0),
        ),
        migrations.RunSQL(FIRST, migrations.RunSQL.noop),
    ]
