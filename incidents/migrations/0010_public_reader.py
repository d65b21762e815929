"""What customers read comes through a role of the database that has no access to drafts.

Roles belong to the whole server, so several installs and the tests share the name; what it may read is granted in each
database. Where the site's own account may not create a role, an administrator of the server does it once, see
docs/operating.md.
"""

import incidents.models.public_ids
from django.db import migrations, models

READABLE = (
    "component",
    "eventcomponent",
    "eventupdate",
    "impactwindow",
    "publicchange",
    "publicevent",
    "publication",
    "retraction",
    "site",
)

CREATE = """
DO $$
BEGIN
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'afterword_public') THEN
        BEGIN
            CREATE ROLE afterword_public NOLOGIN;
        EXCEPTION WHEN duplicate_object OR unique_violation THEN
            NULL; -- another database of this server was faster
        END;
    END IF;
    IF NOT pg_has_role(current_user, 'afterword_public', 'MEMBER') THEN
        GRANT afterword_public TO CURRENT_USER;
    END IF;
END
$$;
GRANT USAGE ON SCHEMA public TO afterword_public;
""" + "".join(f"GRANT SELECT ON incidents_{table} TO afterword_public;\n" for table in READABLE)
DROP = "".join(f"REVOKE ALL ON incidents_{table} FROM afterword_public;\n" for table in READABLE)


class Migration(migrations.Migration):
    dependencies = [("incidents", "0009_tell_what_stands")]

    operations = [
        migrations.RemoveConstraint(model_name="component", name="component_status_known"),
        migrations.RemoveField(model_name="component", name="status"),
        migrations.AlterField(
            model_name="component",
            name="public_id",
            field=models.CharField(default=incidents.models.public_ids.new_public_id, max_length=12, unique=True),
        ),
        migrations.RunSQL(CREATE, DROP),
    ]
