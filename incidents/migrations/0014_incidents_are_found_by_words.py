"""Search inside. Triggers keep what is searched, in one statement for each that changes texts."""

import django.contrib.postgres.indexes
import django.contrib.postgres.search
import django.db.models.deletion
from django.db import migrations, models

_OF_ITS_REPORT = "(SELECT report.incident_id FROM incidents_report AS report WHERE report.id = changed.report_id)"
TABLES = (
    # table, whose incident, what is searched
    ("incident", "changed.id", ("title",)),
    ("report", "changed.incident_id", ("public_title",)),
    ("reportsection", _OF_ITS_REPORT, ("text", "public_text")),
    ("timelineentry", "changed.incident_id", ("text", "public_text")),
    ("actionitem", "changed.incident_id", ("text", "public_text")),
)

FIND = """
ALTER TABLE incidents_incidentwords ADD CONSTRAINT words_go_with_their_incident
    FOREIGN KEY (incident_id) REFERENCES incidents_incident ON DELETE CASCADE;

CREATE FUNCTION incidents_find_words(ids bigint[]) RETURNS void LANGUAGE sql AS $$
    INSERT INTO incidents_incidentwords (incident_id, words)
    SELECT incident.id, to_tsvector('english', left(
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
SELECT incidents_find_words(array_agg(id)) FROM incidents_incident;
"""


def _trigger(table, event, ids, referencing):
    name = f"incidents_{table}_{event}_finds_words"
    return f"""
CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM incidents_find_words(ARRAY({ids}));
    RETURN NULL;
END
$$;
CREATE TRIGGER {table}_{event}_finds_words AFTER {event.upper()} ON incidents_{table} REFERENCING {referencing}
    FOR EACH STATEMENT EXECUTE FUNCTION {name}();
"""


def _triggers(table, of, columns):
    new, old = (", ".join(f"{row}.{column}" for column in columns) for row in ("changed", "was"))
    differs = f"JOIN old_rows AS was USING (id) WHERE ({new}) IS DISTINCT FROM ({old})"
    yield _trigger(table, "insert", f"SELECT DISTINCT {of} FROM new_rows AS changed", "NEW TABLE AS new_rows")
    yield _trigger(
        table,
        "update",
        f"SELECT DISTINCT {of} FROM new_rows AS changed {differs}",
        "NEW TABLE AS new_rows OLD TABLE AS old_rows",
    )
    if table != "incident":  # its words go with it
        yield _trigger(table, "delete", f"SELECT DISTINCT {of} FROM old_rows AS changed", "OLD TABLE AS old_rows")


CREATE = FIND + "".join(sql for row in TABLES for sql in _triggers(*row))
DROP = "".join(
    f"DROP FUNCTION IF EXISTS incidents_{table}_{event}_finds_words() CASCADE;\n"
    for table, *_ in TABLES
    for event in ("insert", "update", "delete")
) + "DROP FUNCTION incidents_find_words(bigint[]);\n"


class Migration(migrations.Migration):
    dependencies = [("incidents", "0013_posts_are_shown_as_markdown")]

    operations = [
        migrations.CreateModel(
            name="IncidentWords",
            fields=[
                (
                    "incident",
                    models.OneToOneField(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        primary_key=True,
                        related_name="words",
                        serialize=False,
                        to="incidents.incident",
                    ),
                ),
                ("words", django.contrib.postgres.search.SearchVectorField()),
            ],
            options={
                "indexes": [django.contrib.postgres.indexes.GinIndex(fields=["words"], name="incident_words")],
            },
        ),
        migrations.RunSQL(CREATE, DROP),
    ]
