"""The board lists promises by their day, by owner, newest first, and by words, without reading them all."""

import datetime
import django.contrib.postgres.indexes
import django.contrib.postgres.search
import django.db.models.functions.comparison
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('incidents', '0015_promises_are_kept'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name='actionitem',
            name='due_or_never',
            field=models.GeneratedField(db_persist=True, expression=django.db.models.functions.comparison.Coalesce('due_on', models.Value(datetime.date(9999, 12, 31))), output_field=models.DateField()),
        ),
        migrations.AddIndex(
            model_name='actionitem',
            index=models.Index(condition=models.Q(('state__in', ['done', 'wont_do']), _negated=True), fields=['due_or_never', 'incident', 'id'], name='action_not_closed_by_due'),
        ),
        migrations.AddIndex(
            model_name='actionitem',
            index=models.Index(fields=['due_or_never', 'incident', 'id'], name='action_by_due'),
        ),
        migrations.AddIndex(
            model_name='actionitem',
            index=models.Index(fields=['owner', 'state', 'due_or_never'], name='action_by_owner'),
        ),
        migrations.AddIndex(
            model_name='actionitem',
            index=models.Index(fields=['-opened_at', '-id'], name='action_newest'),
        ),
        migrations.AddIndex(
            model_name='actionitem',
            index=models.Index(fields=['-closed_on', '-id'], name='action_closed'),
        ),
        migrations.AddIndex(
            model_name='actionitem',
            index=django.contrib.postgres.indexes.GinIndex(django.contrib.postgres.search.SearchVector('text', 'public_text', config='english'), name='action_said'),
        ),
    ]
