"""Words as they are written, beside their stems: for those that are still being typed. All vectors are made anew."""

from django.db import migrations

CONFIGURE = """
CREATE TEXT SEARCH CONFIGURATION parages_simple (COPY = simple);
ALTER TEXT SEARCH CONFIGURATION parages_simple ALTER MAPPING FOR hword, hword_part, word WITH unaccent, simple;
"""


class Migration(migrations.Migration):
    dependencies = [("portal", "0015_read_functions")]

    operations = [
        migrations.RunSQL(CONFIGURE, "DROP TEXT SEARCH CONFIGURATION parages_simple"),
        migrations.RunSQL("UPDATE portal_activitytext SET stale = true", migrations.RunSQL.noop),
        migrations.RunSQL("INSERT INTO read_stale (activity_id) SELECT id FROM portal_activity", migrations.RunSQL.noop),
    ]
