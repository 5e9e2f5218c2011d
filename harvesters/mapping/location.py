"""Where a record is, said honestly: its own geometry, or the area it concerns, or nothing.

We never invent a point. A record that has none gets the commune or district that it names; a
point or an address that many records of a source share is a town hall's or a geocoder's
fallback, not theirs.
"""

import re
from dataclasses import dataclass, field
from functools import reduce

from django.contrib.gis.geos import GEOSGeometry

from geo.addresses import area_of
from geo.models import Area, Level
from geo.places import Resolver, commune_at, fold
from harvesters.clean.coordinates import BadPlace, Territory, geometry_from_geojson, point_from_columns, point_from_text
from harvesters.clean.text import line, public_line
from harvesters.mapping import Reader
from harvesters.mapping.remarks import Remarks
from harvesters.protocols import Row
from portal.models import Activity
from portal.vocabularies import AREAL, LOCATED, PLACELESS, Precision, Remote

SHARED_LIMIT = 10
"""From this many records on one point or address, it is taken for a fallback (sources may set `shared_limit`)."""

_POSTAL_CODE = re.compile(r"(?=.*\d)[A-Za-z\d][A-Za-z\d -]{2,}")  # «0» stands for nothing

# A number beside a street, but not the day of «place du 11 Novembre».
_HOUSE_NUMBER = re.compile(
    r"(?:^|[\s,])\d{1,4}\s?(?:bis|ter|[a-d])?(?=[\s,/-]|$)(?!\s+(?:mai|juin|juillet|août|septembre|octobre|novembre)\b)",
    re.IGNORECASE,
)
# «7000 Mons» is a postcode and a town, «2050 boulevard Masson» a house and its street.
_STREET = (
    r"rue|av|avenue|boul|boulevard|bd|chemin|place|quai|route|allée|cours|square|street|road|straat|laan|weg|plein|ul"
)
_POSTCODE_AND_TOWN = re.compile(rf"(?:^(?=\d{{4,5}}\s+(?!(?:{_STREET})\b))|(?<=[,\s]))\d{{4,6}}\s+\D*$", re.IGNORECASE)


@dataclass
class Locator:
    """Finds the place of each record of one source."""

    territory: list[str]
    readers: dict[str, Reader]
    remarks: Remarks
    crs: int | None = None
    resolver: Resolver = field(init=False)
    ground: Territory | None = field(init=False)
    _communes: dict[str, Area | None] = field(init=False, default_factory=dict)
    _areas: dict[int, Area] = field(init=False, default_factory=dict)

    def __post_init__(self) -> None:
        self.resolver = Resolver(self.territory)
        areas = list(Area.objects.filter(code__in=self.territory))
        for code in sorted(set(self.territory) - {area.code for area in areas}):
            self.remarks.add(f"the territory «{code}» is not in the gazetteer")
        shapes = [area.shape for area in areas]
        self.ground = Territory(reduce(lambda one, other: one.union(other), shapes)) if shapes else None
        self.sole = areas[0] if len(areas) == 1 else None

    def locate(self, activity: Activity, row: Row) -> None:
        """Set address, geometry, precision and area of the activity."""
        activity.address = public_line(self._raw("address", row), 500)
        postal_code = line(self._raw("postal_code", row), 20)
        activity.postal_code = postal_code if _POSTAL_CODE.fullmatch(postal_code) else ""
        activity.area = self._named_area(row, activity.postal_code, activity.address)
        stated = self._one("precision", row)
        geometry = self._geometry(activity, row)
        if stated in PLACELESS:
            activity.geometry, activity.precision = None, Precision(str(stated))
        elif stated in AREAL:
            self._set_area(activity, Precision(str(stated)))
        elif activity.remote == Remote.FULL:
            activity.geometry, activity.precision = None, Precision.REMOTE
        elif geometry is not None:
            activity.geometry = geometry
            own = address_precision(activity.address)
            activity.precision = Precision(str(stated)) if stated in LOCATED else own
        elif activity.area:
            self._set_area(activity, Precision.COMMUNE)
        else:
            activity.precision = Precision.UNKNOWN

    def unpin(self, activity: Activity, many: int) -> None:
        """Take the pin away from a record whose point or address `many` records of the source have."""
        point, _address = place_keys(activity)
        if activity.area_id is None and activity.geometry and point not in self._communes:
            self._communes[point] = commune_at(activity.geometry.centroid)
        activity.area = self._area(activity.area_id) or self._communes.get(point)
        self._set_area(activity, Precision.COMMUNE)
        shown = f"as concerning «{activity.area.name}»" if activity.area else "without a place"
        words = f"{many} records share one point or address: shown {shown}, not as pins there"
        self.remarks.add(words, activity.source_record_id)

    def _area(self, area_id: int | None) -> Area | None:
        if area_id is not None and area_id not in self._areas:
            self._areas[area_id] = Area.objects.get(pk=area_id)
        return self._areas.get(area_id) if area_id is not None else None

    def _set_area(self, activity: Activity, precision: Precision) -> None:
        """An area and no geometry, as wide as the area found: a district that is not known becomes its commune."""
        activity.geometry = None
        if precision == Precision.CITYWIDE:
            activity.area = self.sole or activity.area
        area = activity.area or self.sole
        if area is None:
            activity.precision = Precision.UNKNOWN
            self.remarks.add(
                "no area of the gazetteer fits what the record says of its place", activity.source_record_id
            )
            return
        activity.area = area
        activity.precision = precision if precision == Precision.CITYWIDE else _precision_of(area)

    def _named_area(self, row: Row, postal_code: str, address: str) -> Area | None:
        code = self._one("area", row)
        if code is not None:
            area = self.resolver.find(code=str(code)) or self.resolver.find(name=str(code))
            if area:
                return area
        name = line(self._raw("commune", row))
        found = self.resolver.find(name=name, postcode=postal_code or None) if name else None
        found = found or (self.resolver.find(postcode=postal_code) if postal_code else None)
        return found or area_of(address, self.resolver)

    def _geometry(self, activity: Activity, row: Row) -> GEOSGeometry | None:
        try:
            geometry = self._given(row)
            remark = self.ground.check(geometry) if geometry and self.ground else ""
        except BadPlace as error:
            geometry, remark = None, str(error)
        if remark:
            self.remarks.add(f"place not used: {remark}" if geometry is None else remark, activity.source_record_id)
        return geometry

    def _given(self, row: Row) -> GEOSGeometry | None:
        if "lat" in self.readers and "lon" in self.readers:
            return point_from_columns(self._raw("lon", row), self._raw("lat", row), self.crs)
        if "point" in self.readers:
            return point_from_text(self._raw("point", row), self.crs, self.readers["point"].order)
        given = self._raw("geometry", row) if "geometry" in self.readers else row.geometry
        return geometry_from_geojson(given, self.remarks.add)

    def _raw(self, name: str, row: Row) -> object:
        reader = self.readers.get(name)
        return reader.raw(row.data) if reader else None

    def _one(self, name: str, row: Row) -> object:
        reader = self.readers.get(name)
        return reader.one(row.data) if reader else None


def address_precision(address: str) -> Precision:
    """How exact a point with this address is: a house number, a street, or just a place."""
    street = _POSTCODE_AND_TOWN.sub("", address).strip(" ,")
    if not street:
        return Precision.PLACE
    return Precision.EXACT if _HOUSE_NUMBER.search(street) else Precision.STREET


def _precision_of(area: Area) -> Precision:
    return Precision.DISTRICT if area.level == Level.DISTRICT else Precision.COMMUNE


def place_keys(activity: Activity) -> tuple[str, str]:
    """The point (to about a metre) and the address of a pin, as keys to compare; "" where there is none."""
    if activity.geometry is None:
        return "", ""
    middle = activity.geometry.centroid
    address = fold(f"{activity.address} {activity.postal_code}") if activity.address else ""
    return f"{middle.x:.5f} {middle.y:.5f}", address
