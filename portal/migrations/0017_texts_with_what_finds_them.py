"""Texts stand beside what they are found by, places in boxes of the database's own. All read tables are made anew."""

import django.contrib.gis.db.models.fields
import django.contrib.postgres.indexes
from django.db import migrations, models
from django.db.models import Q

import portal.models.read

FOUND = [
    ("activity_id", models.BigIntegerField(primary_key=True, serialize=False)),
    ("public_id", models.UUIDField(unique=True)),
    ("kind", models.SmallIntegerField()),
    ("themes", models.IntegerField()),
    ("status", models.SmallIntegerField()),
    ("precision", models.SmallIntegerField()),
    ("remote", models.SmallIntegerField()),
    ("source_id", models.BigIntegerField()),
    ("area_id", models.BigIntegerField(null=True)),
    ("starts", models.DateTimeField(null=True)),
    ("ends", models.DateTimeField(null=True)),
    ("changed", models.DateTimeField()),
    ("cluster", models.BigIntegerField(null=True)),
    ("place", models.SmallIntegerField(default=0)),
    ("seen", models.TextField()),
    ("missing", models.BooleanField()),
    ("geometry", django.contrib.gis.db.models.fields.GeometryField(null=True, spatial_index=False, srid=4326)),
    ("extent", portal.models.read.BoxField(null=True)),
]
COUNTED = [
    ("plain", models.BooleanField()),
    ("stands", models.BooleanField()),
    ("span", models.SmallIntegerField()),
    ("x", models.IntegerField(null=True)),
    ("y", models.IntegerField(null=True)),
    ("mercator", django.contrib.gis.db.models.fields.GeometryField(null=True, spatial_index=False, srid=3857)),
]


def _indexes(name):
    return [
        django.contrib.postgres.indexes.GistIndex(fields=["extent"], name=f"{name}_extent"),
        *(
            django.contrib.postgres.indexes.GistIndex(fields=["extent"], name=f"{name}_{kind}", condition=Q(kind=number))
            for number, kind in enumerate(("initiative", "project", "mission"))
        ),
        models.Index(fields=["area_id"], name=f"{name}_area", condition=Q(area_id__isnull=False)),
        models.Index(fields=["precision"], name=f"{name}_beside", condition=Q(precision__in=[6, 7])),
        models.Index(fields=["source_id"], name=f"{name}_source"),
    ]


COUNTING = [
    models.Index(fields=["cluster"], name="readitem_cluster", condition=Q(cluster__isnull=False)),
    django.contrib.postgres.indexes.GistIndex(fields=["extent"], name="readitem_not_plain", condition=Q(plain=False)),
    models.Index(fields=["span"], name="readitem_span", condition=Q(geometry__isnull=False, plain=False)),
]


def _made(name, fields, indexes=()):
    table = name.lower().replace("read", "read_")
    options = {"db_table": table, "abstract": False, "indexes": [*_indexes(name.lower()), *indexes]}
    return migrations.CreateModel(name=name, fields=[*FOUND, *fields], options=options)


TEXTS = ("ReadFeature", "ReadBrief", "ReadLine")
# Rows are read whole: what would make them narrower makes them slower.
STORED = "".join(
    f"ALTER TABLE {table} SET (toast_tuple_target = 8160); ALTER TABLE {table} ALTER text SET STORAGE MAIN;"
    for table in (name.lower().replace("read", "read_") for name in TEXTS)
)


class Migration(migrations.Migration):
    dependencies = [("portal", "0016_prefix_search")]

    operations = [
        *(migrations.DeleteModel(name) for name in ("ReadItem", *TEXTS)),
        _made("ReadItem", COUNTED, COUNTING),
        *(_made(name, [("text", models.TextField())]) for name in TEXTS),
        migrations.RunSQL(f"ALTER TABLE read_item SET (fillfactor = 90); {STORED}", migrations.RunSQL.noop),
        migrations.RunSQL("UPDATE read_state SET recipe = ''", migrations.RunSQL.noop),
    ]
