"""A source cut to a territory at harvest: a national feed to one city and its surroundings.

    [filter]
    area = ["fr-38185"]        # codes of areas
    margin_m = 5000            # and so far around them; 0 unless said
    placeless = "keep"         # or "drop": what is remote or of unknown place

A pin must stand inside; what concerns an area is kept when that area meets it. Each rule tells how many it left out.
"""

from collections.abc import Mapping
from typing import Any

from django.contrib.gis.geos import GEOSGeometry
from django.db import connection

from geo.models import Area
from harvesters.errors import PortalError
from harvesters.mapping.remarks import Remarks
from portal.models import Activity
from portal.vocabularies import AREAL

KEYS = ("area", "margin_m", "placeless")
MARGIN_MAX_M = 500_000
_OVERLAP = 0.01
"""Outlines are simplified: neighbours that overlap by less than this part of the smaller one only touch."""

_ZONE = """
SELECT ST_AsEWKB(ST_Union(CASE WHEN %(margin_m)s = 0 THEN shape
    ELSE ST_Buffer(shape::geography, %(margin_m)s)::geometry END))
FROM geo_area WHERE code = ANY(%(codes)s)
"""


class Cut:
    """Which Activities of a source its `filter` leaves out for where they are; without an `area`, none."""

    def __init__(self, filter_: Mapping[str, Any], remarks: Remarks) -> None:
        self.remarks = remarks
        self.codes: list[str] = filter_.get("area", [])
        self.margin_m: float = filter_.get("margin_m", 0)
        self.keeps_placeless = filter_.get("placeless") == "keep"
        self.zone = self._zone()
        self.bounds = self.zone.prepared if self.zone else None
        self._areas: dict[int, bool] = {}

    def leaves_out(self, activity: Activity) -> bool:
        """Whether the Activity, placed already, is outside; tells it in the remarks."""
        if self.zone is None or self.bounds is None:
            return False
        if activity.geometry is not None:
            return self._told(not self.bounds.intersects(activity.geometry), "stands outside", activity)
        if activity.precision in AREAL and activity.area is not None:
            return self._told(not self._meets(activity.area), "concerns an area outside", activity)
        return self._told(not self.keeps_placeless, "has no place that could be inside", activity)

    def _told(self, outside: bool, what: str, activity: Activity) -> bool:
        if outside:
            around = f" and {self.margin_m:g} m around" if self.margin_m else ""
            words = f"left out by the territory: {what} of {', '.join(self.codes)}{around}"
            self.remarks.add(words, activity.source_record_id)
        return outside

    def _meets(self, area: Area) -> bool:
        if area.pk not in self._areas:
            self._areas[area.pk] = self.zone is not None and _overlap(area.shape, self.zone)
        return self._areas[area.pk]

    def _zone(self) -> GEOSGeometry | None:
        """The areas and their margin, one shape in EPSG:4326. Raises PortalError for a code that we do not know."""
        if not self.codes:
            return None
        known = set(Area.objects.filter(code__in=self.codes).values_list("code", flat=True))
        for code in self.codes:
            if code not in known:
                raise PortalError("bad-option", f"the filter's area «{code}» is not in the gazetteer.")
        with connection.cursor() as cursor:
            cursor.execute(_ZONE, {"margin_m": self.margin_m, "codes": self.codes})
            return GEOSGeometry(memoryview(cursor.fetchone()[0]))


def _overlap(shape: GEOSGeometry, zone: GEOSGeometry) -> bool:
    smaller = min(shape.area, zone.area)
    return bool(shape.intersects(zone) and shape.intersection(zone).area >= _OVERLAP * smaller)


def check_cut(filter_: Mapping[str, Any]) -> None:
    """Raises ValueError for an `area`, `margin_m` or `placeless` that means nothing."""
    area, margin_m = filter_.get("area"), filter_.get("margin_m", 0)
    if area is None:
        if set(filter_) & set(KEYS):
            raise ValueError("the filter's «margin_m» and «placeless» need an «area»")
        return
    if not (isinstance(area, list) and area and all(isinstance(code, str) and code for code in area)):
        raise ValueError('the filter\'s «area» must be a list of codes of areas: ["fr-38185"]')
    if isinstance(margin_m, bool) or not isinstance(margin_m, int | float) or not 0 <= margin_m <= MARGIN_MAX_M:
        raise ValueError(f"the filter's «margin_m» must be metres, from 0 to {MARGIN_MAX_M}")
    if filter_.get("placeless") not in ("keep", "drop"):
        raise ValueError("the filter's «placeless» must say what becomes of records without a place: keep or drop")
