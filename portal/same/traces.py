"""Traces: what records are known again by, made for those that changed, and used to find candidates by index.

Never all with all: a record meets those near it, those of its links, of its organisation's number, and those of
like titles, not far where both have a point; each list is cut where it would say nothing any more.
"""

from collections.abc import Iterable, Iterator
from itertools import combinations

from django.contrib.gis.geos import GEOSGeometry
from django.db import connection
from django.db.models import F, Q

from portal.models import Activity, Source, Trace
from portal.same.score import link_key
from portal.same.titles import words_of

NEAR_DEGREES = 0.0035
"""About 390 m of latitude: beyond what two geocoders usually disagree, title or link must find the other."""
AROUND_DEGREES = 0.02
NEAREST = 60
ALIKE = 30
LONGEST, BEGINNING = 5, 5
"""Of so many words of a title, so many letters: enough to be rare, few enough to outlive an abbreviation or a slip."""
COMMON = 40
"""A link or an organisation's number that more records have is a portal's or a federation's: it tells nothing."""

_CANDIDATES = """
WITH changed AS (
    SELECT * FROM portal_trace mine WHERE activity_id = ANY(%(ids)s) AND EXISTS (
        SELECT FROM portal_source s WHERE s.kind = mine.kind AND s.id <> mine.source_id
          AND EXISTS (SELECT FROM portal_trace t WHERE t.source_id = s.id)))
SELECT changed.activity_id, other.activity_id FROM changed CROSS JOIN LATERAL (
    SELECT activity_id FROM portal_trace t
    WHERE t.kind = changed.kind AND t.source_id <> changed.source_id
      AND t.geometry && ST_Expand(changed.geometry, %(near)s / cos(radians(ST_Y(ST_Centroid(changed.geometry)))),
                                  %(near)s)
    ORDER BY t.geometry <-> changed.geometry, t.activity_id LIMIT %(nearest)s) other
UNION
SELECT changed.activity_id, other.activity_id FROM changed CROSS JOIN LATERAL (
    SELECT activity_id FROM portal_trace t
    WHERE t.title_keys && changed.title_keys AND t.kind = changed.kind AND t.source_id <> changed.source_id
      AND (t.geometry IS NULL OR changed.geometry IS NULL
           OR t.geometry && ST_Expand(changed.geometry, %(around)s))
    ORDER BY similarity(t.title, changed.title) DESC, t.activity_id LIMIT %(alike)s) other
UNION
SELECT changed.activity_id, other.activity_id FROM changed CROSS JOIN LATERAL unnest(changed.links) link
CROSS JOIN LATERAL (
    SELECT *, count(*) OVER () AS common FROM (
        SELECT activity_id, source_id, kind FROM portal_trace t WHERE t.links @> ARRAY[link]::varchar[]
        LIMIT %(common)s + 1) linked) other
WHERE common <= %(common)s AND other.kind = changed.kind AND other.source_id <> changed.source_id
UNION
SELECT changed.activity_id, other.activity_id FROM changed CROSS JOIN LATERAL (
    SELECT *, count(*) OVER () AS common FROM (
        SELECT activity_id, source_id, kind FROM portal_trace t
        WHERE t.organisation_id = changed.organisation_id AND t.organisation_id <> '' LIMIT %(common)s + 1) of_it) other
WHERE common <= %(common)s AND changed.organisation_id <> '' AND other.kind = changed.kind
  AND other.source_id <> changed.source_id
"""
_BOUNDS = {
    "near": NEAR_DEGREES, "around": AROUND_DEGREES, "nearest": NEAREST, "alike": ALIKE, "common": COMMON,
}  # fmt: skip


def candidates(activity_ids: list[int]) -> set[tuple[int, int]]:
    """Pairs of records of other sources and the same kind that may be one thing, each once and in order."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL jit = off")  # compiling takes longer than looking up
        cursor.execute(_CANDIDATES, {"ids": activity_ids, **_BOUNDS})
        return {(min(one, other), max(one, other)) for one, other in cursor.fetchall()}


def pending(source: Source | None = None) -> Iterator[int]:
    """Records whose trace is missing or older than they are, and withdrawn ones that still have one."""
    stale = Q(trace__isnull=True) | ~Q(trace__content_hash=F("content_hash"))
    waiting = Q(withdrawn__isnull=True) & stale | Q(withdrawn__isnull=False, trace__isnull=False)
    found = Activity.objects.filter(waiting, **({"source": source} if source else {}))
    return found.order_by("pk").values_list("pk", flat=True).iterator()


def renew(activity_ids: Iterable[int]) -> None:
    """Make the traces of these records anew; those of records that are not published go."""
    ids = list(activity_ids)
    Trace.objects.filter(pk__in=ids).delete()
    published = Activity.objects.published().filter(pk__in=ids).select_related("source")
    Trace.objects.bulk_create(_trace(activity) for activity in published)


def _trace(activity: Activity) -> Trace:
    return Trace(
        activity=activity,
        source=activity.source,
        kind=activity.kind,
        title=" ".join(words_of(activity.title))[:400],
        title_keys=title_keys(activity.title),
        links=sorted(links_of(activity)),
        organisation_id=activity.organisation_id,
        geometry=_place(activity.geometry),
        content_hash=activity.content_hash,
    )


def title_keys(title: str) -> list[str]:
    """Pairs of the beginnings of its longest words: two titles of one thing share one, whatever was left out."""
    words = sorted(set(words_of(title)), key=lambda word: (-len(word), word))[:LONGEST]
    starts = sorted({word[:BEGINNING] for word in words})
    return [f"{one} {other}" for one, other in combinations(starts, 2)] or starts


def links_of(activity: Activity) -> frozenset[str]:
    """Keys of the pages that a record leads to, but for the page of its whole dataset."""
    keys = {link_key(url) for url in (activity.website, activity.join_url, activity.source_url)}
    return frozenset(keys - {"", link_key(activity.source.page), link_key(activity.source.address)})


def _place(geometry: GEOSGeometry | None) -> GEOSGeometry | None:
    """Points as they are; of anything else a point on it."""
    if geometry is None or geometry.geom_type in ("Point", "MultiPoint"):
        return geometry
    return geometry.point_on_surface
