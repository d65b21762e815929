"""Postgres itself refuses to change or delete what was published."""

from django.db import migrations

CREATE = """
CREATE FUNCTION incidents_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'rows of % are final: what was published never changes', TG_TABLE_NAME
        USING ERRCODE = 'integrity_constraint_violation';
END
$$;
CREATE TRIGGER publication_is_final BEFORE UPDATE OR DELETE ON incidents_publication
    FOR EACH ROW EXECUTE FUNCTION incidents_refuse_change();
CREATE TRIGGER retraction_is_final BEFORE UPDATE OR DELETE ON incidents_retraction
    FOR EACH ROW EXECUTE FUNCTION incidents_refuse_change();
"""

DROP = """
DROP TRIGGER retraction_is_final ON incidents_retraction;
DROP TRIGGER publication_is_final ON incidents_publication;
DROP FUNCTION incidents_refuse_change();
"""


class Migration(migrations.Migration):
    dependencies = [("incidents", "0001_initial")]

    operations = [migrations.RunSQL(CREATE, DROP)]
