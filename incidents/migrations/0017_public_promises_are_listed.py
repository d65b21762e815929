"""A list of what was promised to customers, which is made without reading documents."""

from django.db import migrations, models

READABLE = "GRANT SELECT ON incidents_publicpromise TO afterword_public"
UNREADABLE = "REVOKE ALL ON incidents_publicpromise FROM afterword_public"

# What stands of every report: its newest version, unless that is withdrawn, with what was told since.
FILL = """
INSERT INTO incidents_publicpromise (public_id, key, text, state, due_on, closed_on, promised_at)
SELECT event.public_id, promise->>'key', promise->>'text',
    coalesce(told.state, promise->>'state'),
    CASE WHEN told.id IS NULL THEN (promise->>'due_on')::date ELSE told.due_on END,
    CASE WHEN told.id IS NULL THEN (promise->>'closed_on')::date ELSE told.closed_on END,
    event.report_first_published_at
FROM incidents_publicevent AS event
JOIN incidents_publication AS publication
    ON publication.public_id = event.public_id AND publication.number = event.report_number
CROSS JOIN LATERAL jsonb_array_elements(publication.data->'promises') AS promise
LEFT JOIN LATERAL (
    SELECT * FROM incidents_promiseupdate AS made
    WHERE made.public_id = event.public_id AND made.key = promise->>'key' AND made.at >= publication.published_at
    ORDER BY made.at DESC, made.id DESC LIMIT 1) AS told ON true
WHERE event.report_number > 0 AND event.report_first_published_at IS NOT NULL;
"""


class Migration(migrations.Migration):

    dependencies = [
        ('incidents', '0016_board_finds_promises'),
    ]

    operations = [
        migrations.CreateModel(
            name='PublicPromise',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.CharField(max_length=12)),
                ('key', models.CharField(max_length=12)),
                ('text', models.TextField()),
                ('state', models.CharField(choices=[('candidate', 'Candidate'), ('open', 'Open'), ('in_progress', 'In progress'), ('done', 'Done'), ('wont_do', 'Won’t do')], max_length=20)),
                ('due_on', models.DateField(blank=True, null=True)),
                ('closed_on', models.DateField(blank=True, null=True)),
                ('promised_at', models.DateTimeField()),
            ],
            options={
                'indexes': [models.Index(fields=['due_on', 'id'], name='public_promise_by_due'), models.Index(fields=['-closed_on', '-id'], name='public_promise_closed'), models.Index(condition=models.Q(('state__in', ['done', 'wont_do']), _negated=True), fields=['due_on', 'id'], name='public_promise_not_closed')],
                'constraints': [models.UniqueConstraint(fields=('public_id', 'key'), name='public_promise_once')],
            },
        ),
        migrations.RunSQL(READABLE, UNREADABLE),
        migrations.RunSQL(FILL, migrations.RunSQL.noop),
    ]
