"""What is counted as a whole: things by the box of all their records, and areas by what concerns them."""

import django.contrib.postgres.fields
import django.contrib.postgres.indexes
from django.db import migrations, models
from django.db.models import Q

import portal.models.read


def _counters():
    return django.contrib.postgres.fields.ArrayField(base_field=models.IntegerField(), size=None)


COUNTED = [
    ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
    ("kind", models.SmallIntegerField()),
    ("n", models.IntegerField()),
    ("themes", _counters()),
    ("statuses", _counters()),
    ("x", models.IntegerField()),
    ("y", models.IntegerField()),
]
INDEXES = [
    django.contrib.postgres.indexes.GistIndex(
        fields=["whole"], name="readitem_whole", condition=Q(plain=False, whole__isnull=False)
    ),
    django.contrib.postgres.indexes.GistIndex(
        fields=["extent"],
        name="readitem_apart",
        condition=Q(plain=False, whole__isnull=True) & (Q(cluster__isnull=False) | Q(area_id__isnull=True)),
    ),
    models.Index(
        fields=["area_id"], name="readitem_shared", condition=Q(area_id__isnull=False, cluster__isnull=False)
    ),
]


class Migration(migrations.Migration):
    dependencies = [("portal", "0017_texts_with_what_finds_them")]

    operations = [
        migrations.CreateModel(
            name="ReadConcern",
            fields=[*COUNTED, ("area_id", models.BigIntegerField()), ("extent", portal.models.read.BoxField())],
            options={
                "db_table": "read_concern",
                "constraints": [models.UniqueConstraint(fields=("area_id", "kind"), name="read_concern_once")],
                "indexes": [
                    django.contrib.postgres.indexes.GistIndex(fields=["extent"], name="read_concern_extent")
                ],
            },
        ),
        migrations.DeleteModel("ReadCell"),
        migrations.CreateModel(
            name="ReadCell",
            fields=[
                *COUNTED,
                ("level", models.SmallIntegerField()),
                ("sort", models.SmallIntegerField()),
                *((name, models.BigIntegerField()) for name in ("sum_x", "sum_y", "sum_id")),
            ],
            options={
                "db_table": "read_cell",
                "constraints": [
                    models.UniqueConstraint(fields=("level", "x", "y", "kind", "sort"), name="read_cell_once")
                ],
                "indexes": [models.Index(fields=["level"], name="read_cell_empty", condition=Q(n=0))],
            },
        ),
        migrations.RunSQL("CREATE INDEX read_cell_tile ON read_cell (level, (x >> 3), (y >> 3))", migrations.RunSQL.noop),
        migrations.RemoveIndex(model_name="readitem", name="readitem_span"),
        migrations.RemoveField(model_name="readitem", name="span"),
        migrations.AddField(model_name="readitem", name="whole", field=portal.models.read.BoxField(null=True)),
        *(migrations.AddIndex(model_name="readitem", index=index) for index in INDEXES),
    ]
