"""Puts the oracle's records into the database as a harvest would leave them."""

from collections.abc import Iterable

import shapely
from django.contrib.gis.geos import GEOSGeometry
from django.db import connection

from geo.models import Area, Level
from portal import read, search
from portal.models import Activity, Cluster, Membership, Source
from tests.factories import build_source
from tests.oracle.record import Ground, Origin, Record
from tests.oracle.stored import SAME
from tests.oracle.world import FIRST

BATCH = 2_000


def store(records: list[Record], origins: Iterable[Origin], grounds: Iterable[Ground]) -> None:
    """All of them, their areas and sources, their clusters and their texts; what is derived is brought up to date."""
    sources = {origin.slug: _source(origin) for origin in origins}
    areas = {area.code: area for area in Area.objects.bulk_create(_area(ground) for ground in grounds)}
    stored = Activity.objects.bulk_create((_activity(record, sources, areas) for record in records), BATCH)
    numbers = sorted({record.cluster for record in records if record.cluster is not None})
    clusters = dict(zip(numbers, Cluster.objects.bulk_create(Cluster() for _ in numbers), strict=True))
    Membership.objects.bulk_create(
        Membership(activity=activity, cluster=clusters[record.cluster], place=record.rank)
        for record, activity in zip(records, stored, strict=True)
        if record.cluster is not None
    )
    search.mark(Activity.objects.all())
    search.refresh()
    read.refresh()
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def _source(origin: Origin) -> Source:
    source = build_source(slug=origin.slug, uid=origin.uid, title=origin.title, licence_url=origin.licence_url)
    source.save()
    return source


def _geometry(shape: object) -> GEOSGeometry:
    return GEOSGeometry(memoryview(shapely.to_wkb(shape)), srid=4326)


def _area(ground: Ground) -> Area:
    shape = _geometry(ground.shape)
    return Area(
        code=ground.code, level=Level.COMMUNE, country="BE", name=ground.code, centre=shape.centroid, radius_m=1_000,
        shape=shape, source="test", licence="CC0",
    )  # fmt: skip


def _activity(record: Record, sources: dict[str, Source], areas: dict[str, Area]) -> Activity:
    source = sources[record.origin.slug]
    same = {name: getattr(record, name) for name in SAME}
    return Activity(
        source=source,
        source_record_id=record.record_id,
        source_url=f"https://portal.example/{record.record_id}",
        licence=source.licence,
        themes=list(record.themes),
        geometry=None if record.shape is None else _geometry(record.shape),
        area=areas[record.ground.code] if record.ground else None,
        first_seen=FIRST,
        content_hash="0",
        **same,
    )
