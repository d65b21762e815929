"""Postgres itself refuses to change or delete what was published."""

from django.db import migrations

CREATE = """
CREATE FUNCTION incidents_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'rows of % are final: what was published never changes', TG_TABLE_NAME
        USING ERRCODE = 'integrity_constraint_violation';
END
$$;
CREATE FUNCTION incidents_refuse_truncate() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    -- Tests empty all tables between them; their connections say so.
    IF current_setting('afterword.tests', true) = 'on' THEN RETURN NULL; END IF;
    RAISE EXCEPTION 'rows of % are final: what was published never changes', TG_TABLE_NAME
        USING ERRCODE = 'integrity_constraint_violation';
END
$$;
CREATE TRIGGER publication_stays BEFORE TRUNCATE ON incidents_publication
    FOR EACH STATEMENT EXECUTE FUNCTION incidents_refuse_truncate();
CREATE TRIGGER retraction_stays BEFORE TRUNCATE ON incidents_retraction
    FOR EACH STATEMENT EXECUTE FUNCTION incidents_refuse_truncate();
CREATE TRIGGER publication_is_final BEFORE UPDATE OR DELETE ON incidents_publication
    FOR EACH ROW EXECUTE FUNCTION incidents_refuse_change();
CREATE TRIGGER retraction_is_final BEFORE UPDATE OR DELETE ON incidents_retraction
    FOR EACH ROW EXECUTE FUNCTION incidents_refuse_change();
"""

DROP = """
DROP TRIGGER retraction_is_final ON incidents_retraction;
DROP TRIGGER publication_is_final ON incidents_publication;
DROP FUNCTION incidents_refuse_change();
DROP TRIGGER retraction_stays ON incidents_retraction;
DROP TRIGGER publication_stays ON incidents_publication;
DROP FUNCTION incidents_refuse_truncate();
"""


class Migration(migrations.Migration):
    dependencies = [("incidents", "0001_initial")]

    operations = [migrations.RunSQL(CREATE, DROP)]
