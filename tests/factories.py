"""Sources, areas and activities for tests: plain, valid, each value overridable by name."""

from datetime import UTC, datetime
from itertools import count
from typing import Any

from django.contrib.gis.geos import Point

from geo.models import Area, AreaName, Level
from geo.names import fold
from portal import read, search
from portal.models import Activity, Source
from portal.models.activity import public_id
from portal.vocabularies import LOCATED, Kind, Precision, Status

SEEN = datetime(2026, 10, 1, 4, tzinfo=UTC)
MONS = Point(3.9523, 50.4542, srid=4326)
_numbers = count(1)


def build_source(**fields: Any) -> Source:
    """An unsaved Source."""
    number = next(_numbers)
    return Source(
        **{
            "slug": f"source-{number}",
            "uid": f"https://portal.example/dataset/{number}",
            "title": f"Jeu de données {number}",
            "protocol": "file",
            "address": "https://portal.example/data.json",
            "page": "https://portal.example/",
            "publisher": "Ville de Mons",
            "licence": "CC BY 4.0",
            "kind": Kind.INITIATIVE,
            "mapping": {"id": "id", "title": "title"},
        }
        | fields
    )


def make_source(**fields: Any) -> Source:
    source = build_source(**fields)
    source.save()
    return source


def make_area(**fields: Any) -> Area:
    """A commune around Mons, drawn as a circle of about `radius_m`."""
    number = next(_numbers)
    centre = fields.pop("centre", MONS)
    radius_m = fields.pop("radius_m", 3_000)
    defaults = {
        "code": f"be-test-{number}",
        "level": Level.COMMUNE,
        "country": "BE",
        "name": f"Commune {number}",
        "centre": centre,
        "radius_m": radius_m,
        "shape": centre.buffer(radius_m / 111_000),
        "source": "test",
        "licence": "CC0",
    }
    area = Area.objects.create(**defaults | fields)
    AreaName.objects.create(area=area, key=fold(area.name), kind=AreaName.Kind.NAME)
    return area


def make_activity(**fields: Any) -> Activity:
    """An Activity with a pin in Mons, unless its fields say otherwise."""
    source = fields.pop("source", None) or make_source(kind=fields.get("kind", Kind.INITIATIVE))
    record_id = str(fields.pop("source_record_id", next(_numbers)))
    precision = fields.get("precision", Precision.EXACT)
    defaults = {
        "public_id": public_id(source.uid, record_id),
        "source_record_id": record_id,
        "source_url": "https://portal.example/fiche",
        "licence": source.licence,
        "kind": source.kind,
        "title": f"Activité {record_id}",
        "lang": "fr",
        "precision": precision,
        "geometry": MONS if precision in LOCATED else None,
        "status": Status.UNKNOWN,
        "first_seen": SEEN,
        "changed": SEEN,
        "content_hash": "0",
    }
    activity = Activity.objects.create(source=source, **defaults | fields)
    search.mark(Activity.objects.filter(pk=activity.pk))
    search.refresh()
    read.refresh()
    return activity
