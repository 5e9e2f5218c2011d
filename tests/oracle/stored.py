"""The oracle's records read out of the tables that hold the truth: a plain look at each, and no more asked of them."""

from typing import Any

import shapely
from django.contrib.gis.geos import GEOSGeometry
from django.db import connection

from portal.models import Activity
from tests.oracle.record import Ground, Origin, Record

SAME = (
    "public_id",
    "kind",
    "title",
    "summary",
    "lang",
    "status",
    "precision",
    "remote",
    "starts",
    "ends",
    "changed",
    "withdrawn",
)
"""What a Record and an Activity call by the same name."""


def stored() -> list[Record]:
    """Every record, withdrawn ones too; the words of each are those of its text as it was last prepared."""
    words = _words()
    rows = Activity.objects.select_related("source", "area", "membership").order_by("pk")
    return [_record(activity, words.get(activity.pk, frozenset())) for activity in rows]


def _words() -> dict[int, frozenset[str]]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT activity_id, tsvector_to_array(vector) FROM portal_activitytext")
        return {activity_id: frozenset(words) for activity_id, words in cursor.fetchall()}


def _record(activity: Activity, words: frozenset[str]) -> Record:
    source, membership = activity.source, getattr(activity, "membership", None)
    same: dict[str, Any] = {name: getattr(activity, name) for name in SAME}
    return Record(
        record_id=activity.source_record_id,
        origin=Origin(source.slug, source.uid, source.title, source.licence_url),
        themes=tuple(activity.themes),
        shape=_shape(activity.geometry),
        ground=Ground(activity.area.code, _shape(activity.area.shape)) if activity.area else None,
        cluster=membership.cluster_id if membership else None,
        rank=membership.place if membership else 0,
        words=words,
        **same,
    )


def _shape(geometry: GEOSGeometry | None) -> Any:
    return None if geometry is None else shapely.from_wkb(bytes(geometry.wkb))
