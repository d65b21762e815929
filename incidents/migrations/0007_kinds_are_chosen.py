"""An action item has no kind until somebody chose one: customers would read it as chosen."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("incidents", "0006_drop_row_versions")]

    operations = [
        migrations.RemoveConstraint(model_name="actionitem", name="action_kind_known"),
        migrations.AlterField(
            model_name="actionitem",
            name="kind",
            field=models.CharField(
                blank=True,
                choices=[
                    ("prevent", "Prevents a repeat"),
                    ("detect", "Detects it sooner"),
                    ("mitigate", "Limits the damage"),
                    ("repair", "Repairs what broke"),
                ],
                max_length=20,
            ),
        ),
        migrations.AddConstraint(
            model_name="actionitem",
            constraint=models.CheckConstraint(
                condition=models.Q(kind__in=["", "prevent", "detect", "mitigate", "repair"]), name="action_kind_known"
            ),
        ),
    ]
