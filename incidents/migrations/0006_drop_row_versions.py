"""Conflicts are found field by field, so rows need no version. Nothing that was released wrote these columns."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("incidents", "0005_first_prompts")]

    operations = [
        migrations.RemoveField(model_name=model, name="version")
        for model in ("actionitem", "incident", "reportsection", "timelineentry")
    ]
