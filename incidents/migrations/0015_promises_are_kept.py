"""Promises are followed: teams, priorities, rules for their days, every change, and how they stand for customers."""

import django.db.models.deletion
import django.db.models.functions.datetime
import django.db.models.functions.text
from django.conf import settings
from django.db import migrations, models

FIRST_RULES = [
    # rank of the severity and worse, days for high, medium and low priority
    (1, (14, 30, 90)),
    (2, (30, 60, 90)),
    (None, (60, 90, 120)),
]
TWO_CLOCKS = {"high": (2, 7), "medium": (5, 14), "low": (None, 30)}  # assigned within, the lead hears when late by

TEAMS_FROM_NAMES = """
INSERT INTO incidents_team (name)
    SELECT DISTINCT ON (lower(said)) said
    FROM (SELECT btrim(regexp_replace(team_name, '\\s+', ' ', 'g')) AS said FROM incidents_actionitem) AS names
    WHERE said <> '' ORDER BY lower(said), said;
UPDATE incidents_actionitem AS item SET team_id = team.id FROM incidents_team AS team
    WHERE lower(team.name) = lower(btrim(regexp_replace(item.team_name, '\\s+', ' ', 'g')));
-- What people had chosen stays: no rule moves the day of an item that is here already.
UPDATE incidents_actionitem AS item SET rule_may_set_due = false, opened_at = incident.opened_at
    FROM incidents_incident AS incident WHERE incident.id = item.incident_id;
SET CONSTRAINTS ALL IMMEDIATE;
"""
NAMES_FROM_TEAMS = """
UPDATE incidents_actionitem AS item SET team_name = team.name FROM incidents_team AS team WHERE team.id = item.team_id;
SET CONSTRAINTS ALL IMMEDIATE;
"""

FINAL = """
CREATE TRIGGER promiseupdate_stays BEFORE TRUNCATE ON incidents_promiseupdate
    FOR EACH STATEMENT EXECUTE FUNCTION incidents_refuse_truncate();
CREATE TRIGGER promiseupdate_is_final BEFORE UPDATE OR DELETE ON incidents_promiseupdate
    FOR EACH ROW EXECUTE FUNCTION incidents_refuse_change();
GRANT SELECT ON incidents_promiseupdate TO afterword_public;
"""
NOT_FINAL = """
DROP TRIGGER promiseupdate_stays ON incidents_promiseupdate;
DROP TRIGGER promiseupdate_is_final ON incidents_promiseupdate;
"""


def add(apps, schema_editor):
    DueRule = apps.get_model("incidents", "DueRule")
    for severity in apps.get_model("incidents", "Severity").objects.all():
        days = next(days for rank, days in FIRST_RULES if rank is None or severity.rank <= rank)
        for (priority, (assign, lead)), day in zip(TWO_CLOCKS.items(), days):
            DueRule.objects.create(
                severity=severity, priority=priority, days=day, assign_days=assign, lead_after_days=lead
            )


class Migration(migrations.Migration):

    dependencies = [
        ('incidents', '0014_incidents_are_found_by_words'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name='actionitem',
            name='assign_by',
            field=models.DateField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name='actionitem',
            name='comment',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='action_items', to='incidents.comment'),
        ),
        migrations.AddField(
            model_name='actionitem',
            name='due_rule',
            field=models.CharField(blank=True, db_default='', max_length=200),
        ),
        migrations.AddField(
            model_name='actionitem',
            name='entry',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='action_items', to='incidents.timelineentry'),
        ),
        migrations.AddField(
            model_name='actionitem',
            name='evidence',
            field=models.CharField(blank=True, db_default='', max_length=500),
        ),
        migrations.AddField(
            model_name='actionitem',
            name='opened_at',
            field=models.DateTimeField(db_default=django.db.models.functions.datetime.Now()),
        ),
        migrations.AddField(
            model_name='actionitem',
            name='priority',
            field=models.CharField(choices=[('high', 'High priority'), ('medium', 'Medium priority'), ('low', 'Low priority')], db_default='medium', default='medium', max_length=10),
        ),
        migrations.AddField(
            model_name='actionitem',
            name='rule_may_set_due',
            field=models.BooleanField(db_default=True, default=True),
        ),
        migrations.AddField(
            model_name='actionitem',
            name='tracker_url',
            field=models.URLField(blank=True, db_default='', max_length=500),
        ),
        migrations.AddField(
            model_name='report',
            name='no_action_reason',
            field=models.CharField(blank=True, db_default='', max_length=300),
        ),
        migrations.AddField(
            model_name='site',
            name='shows_promises',
            field=models.BooleanField(db_default=False, default=False),
        ),
        migrations.AlterField(
            model_name='publicchange',
            name='what',
            field=models.CharField(choices=[('event', 'Event'), ('promises', 'Promises'), ('components', 'Components'), ('site', 'Site')], max_length=20),
        ),
        migrations.CreateModel(
            name='ActionChange',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('field', models.CharField(max_length=20)),
                ('old', models.CharField(blank=True, max_length=500)),
                ('new', models.CharField(blank=True, max_length=500)),
                ('at', models.DateTimeField()),
                ('by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('item', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='changes', to='incidents.actionitem')),
            ],
        ),
        migrations.CreateModel(
            name='DueRule',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('priority', models.CharField(choices=[('high', 'High priority'), ('medium', 'Medium priority'), ('low', 'Low priority')], max_length=10)),
                ('days', models.PositiveSmallIntegerField()),
                ('clock', models.CharField(choices=[('opened', 'the incident was opened'), ('resolved', 'the incident was resolved'), ('published', 'the report was published')], default='resolved', max_length=10)),
                ('skips_weekends', models.BooleanField(default=False)),
                ('assign_days', models.PositiveSmallIntegerField(blank=True, null=True)),
                ('lead_after_days', models.PositiveSmallIntegerField(blank=True, null=True)),
                ('severity', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='due_rules', to='incidents.severity')),
            ],
        ),
        migrations.CreateModel(
            name='PromiseUpdate',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.CharField(max_length=12)),
                ('key', models.CharField(max_length=12)),
                ('state', models.CharField(choices=[('candidate', 'Candidate'), ('open', 'Open'), ('in_progress', 'In progress'), ('done', 'Done'), ('wont_do', 'Won’t do')], max_length=20)),
                ('due_on', models.DateField(blank=True, null=True)),
                ('closed_on', models.DateField(blank=True, null=True)),
                ('at', models.DateTimeField()),
            ],
            options={
                'indexes': [models.Index(fields=['public_id', 'at', 'id'], name='promise_update_in_order')],
                'constraints': [models.CheckConstraint(condition=models.Q(('state__in', ['open', 'in_progress', 'done', 'wont_do'])), name='promise_update_state')],
            },
        ),
        migrations.CreateModel(
            name='SavedView',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=60)),
                ('query', models.CharField(blank=True, max_length=1000)),
                ('is_shared', models.BooleanField(default=False)),
                ('owner', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='saved_views', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['name', 'id'],
            },
        ),
        migrations.CreateModel(
            name='Team',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=80)),
                ('lead', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='led_teams', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['name'],
            },
        ),
        migrations.AddField(
            model_name='incident',
            name='team',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='incidents', to='incidents.team'),
        ),
        migrations.RenameField(model_name='actionitem', old_name='team', new_name='team_name'),
        migrations.AddField(
            model_name='actionitem',
            name='team',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='action_items', to='incidents.team'),
        ),
        migrations.RunSQL(TEAMS_FROM_NAMES, NAMES_FROM_TEAMS),
        migrations.RemoveField(model_name='actionitem', name='team_name'),
        migrations.AddConstraint(
            model_name='actionitem',
            constraint=models.CheckConstraint(condition=models.Q(('priority__in', ['high', 'medium', 'low'])), name='action_priority_known'),
        ),
        migrations.AddConstraint(
            model_name='actionitem',
            constraint=models.CheckConstraint(condition=models.Q(('due_rule', ''), ('due_on__isnull', False), _connector='OR'), name='action_rule_set_a_day'),
        ),
        migrations.AddIndex(
            model_name='actionchange',
            index=models.Index(fields=['item', '-at', '-id'], name='action_change_newest'),
        ),
        migrations.AddConstraint(
            model_name='duerule',
            constraint=models.UniqueConstraint(fields=('severity', 'priority'), name='due_rule_once'),
        ),
        migrations.AddConstraint(
            model_name='duerule',
            constraint=models.CheckConstraint(condition=models.Q(('priority__in', ['high', 'medium', 'low'])), name='due_rule_priority_known'),
        ),
        migrations.AddConstraint(
            model_name='duerule',
            constraint=models.CheckConstraint(condition=models.Q(('clock__in', ['opened', 'resolved', 'published'])), name='due_rule_clock_known'),
        ),
        migrations.AddConstraint(
            model_name='duerule',
            constraint=models.CheckConstraint(condition=models.Q(('days__range', (1, 1000))), name='due_rule_days'),
        ),
        migrations.AddConstraint(
            model_name='duerule',
            constraint=models.CheckConstraint(condition=models.Q(('assign_days', None), ('assign_days__range', (0, 1000)), _connector='OR'), name='due_rule_assign_days'),
        ),
        migrations.AddConstraint(
            model_name='duerule',
            constraint=models.CheckConstraint(condition=models.Q(('lead_after_days', None), ('lead_after_days__range', (0, 1000)), _connector='OR'), name='due_rule_lead_after_days'),
        ),
        migrations.AddConstraint(
            model_name='savedview',
            constraint=models.UniqueConstraint(models.F('owner'), django.db.models.functions.text.Lower('name'), name='saved_view_name_unique'),
        ),
        migrations.AddConstraint(
            model_name='savedview',
            constraint=models.CheckConstraint(condition=models.Q(('name', ''), _negated=True), name='saved_view_has_a_name'),
        ),
        migrations.AddConstraint(
            model_name='team',
            constraint=models.UniqueConstraint(django.db.models.functions.text.Lower('name'), name='team_name_unique'),
        ),
        migrations.AddConstraint(
            model_name='team',
            constraint=models.CheckConstraint(condition=models.Q(('name', ''), _negated=True), name='team_has_a_name'),
        ),
        migrations.RunSQL(FINAL, NOT_FINAL),
        migrations.RunPython(add, migrations.RunPython.noop),
    ]
