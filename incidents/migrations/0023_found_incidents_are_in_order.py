"""The search inside knows the numbers of what it finds, so that the newest come first without a look at each."""

from django.db import migrations, models

FIND = """
CREATE OR REPLACE FUNCTION incidents_find_words(ids bigint[]) RETURNS void LANGUAGE sql AS $$
    INSERT INTO incidents_incidentwords (incident_id, number, words)
    SELECT incident.id, incident.number, to_tsvector('english', left(
        concat_ws(' ', incident.number, incident.title, report.public_title, sections.said, entries.said, items.said),
        150000))
    FROM incidents_incident AS incident
    LEFT JOIN incidents_report AS report ON report.incident_id = incident.id
    LEFT JOIN LATERAL (
        SELECT string_agg(concat_ws(' ', text, public_text), ' ') AS said
        FROM incidents_reportsection WHERE report_id = report.id) AS sections ON true
    LEFT JOIN LATERAL (
        SELECT string_agg(concat_ws(' ', text, public_text), ' ') AS said
        FROM incidents_timelineentry WHERE incident_id = incident.id) AS entries ON true
    LEFT JOIN LATERAL (
        SELECT string_agg(concat_ws(' ', text, public_text), ' ') AS said
        FROM incidents_actionitem WHERE incident_id = incident.id) AS items ON true
    WHERE incident.id = ANY (ids)
    ON CONFLICT (incident_id) DO UPDATE SET words = excluded.words;
$$;
"""
FILL = """
UPDATE incidents_incidentwords AS found SET number = incident.number FROM incidents_incident AS incident
WHERE incident.id = found.incident_id;
"""

FIND_WITHOUT = FIND.replace("incident_id, number", "incident_id").replace("incident.id, incident.number", "incident.id")


class Migration(migrations.Migration):
    dependencies = [("incidents", "0022_windows_know_whether_they_count")]

    operations = [
        migrations.AddField(
            model_name="incidentwords",
            name="number",
            field=models.PositiveIntegerField(db_default=0),
        ),
        migrations.AddIndex(
            model_name="incidentwords",
            index=models.Index(fields=["number"], name="words_by_number"),
        ),
        migrations.RunSQL(FIND + FILL, FIND_WITHOUT),
    ]
