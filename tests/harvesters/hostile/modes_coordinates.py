"""Places that are none: each costs itself, never its record, and none is published outside of the world."""

from typing import Any

from tests.harvesters.hostile.mode import COMPLETE, Mode, Record, each, one

COLUMNS = ("csv", "json", "export", "records", "ckan")
JSON = ("json", "export", "records")
SHAPES = ("geojson", "ogcapi")
SQUARE = [[3.9, 50.4], [4, 50.4], [4, 50.5], [3.9, 50.5], [3.9, 50.4]]
BOWTIE = [[3.9, 50.4], [4, 50.5], [4, 50.4], [3.9, 50.5], [3.9, 50.4]]
FIJI = [[179, -17], [-179, -17], [-179, -16], [179, -16], [179, -17]]
WORLD = [[-180, -90], [180, -90], [180, 90], [-180, 90], [-180, -90]]
CROWDED = [[3.9 + number / 1_000_000, 50.4 + (number % 7) / 1_000] for number in range(25_000)]


def shape(kind: str, coordinates: Any) -> dict[str, Any]:
    return {"geometry": {"type": kind, "coordinates": coordinates}}


def swapped(record: Record) -> Record:
    return record | {"lon": record["lat"], "lat": record["lon"]}


def projected(record: Record) -> Record:
    return record | {"lon": 652_000.0, "lat": 6_862_000.0}


MODES = [
    Mode("no number", COMPLETE, COLUMNS, records=one(lon="NaN", lat="NaN")),
    Mode("infinity", COMPLETE, COLUMNS, records=one(lon="Infinity", lat="-inf")),
    Mode("numbers too great to be", COMPLETE, COLUMNS, records=one(lon="1e400", lat="50")),
    Mode("the Gulf of Guinea", COMPLETE, records=one(lon=0, lat=0)),
    Mode("outside of the world", COMPLETE, records=one(lon=999, lat=-999)),
    Mode("metres for degrees", COMPLETE, records=each(projected)),
    Mode("latitude and longitude swapped, beyond the pole", COMPLETE, records=one(lon=50.45, lat=139.7)),
    Mode("words for a place", COMPLETE, COLUMNS, records=one(lon="Grand-Place", lat="Mons")),
    Mode("half a place", COMPLETE, COLUMNS, records=one(lon="")),
    Mode("a comma for a point", COMPLETE, COLUMNS, records=one(lon="3,93", lat="50,45")),
    Mode("digits of another script", COMPLETE, COLUMNS, records=one(lon="٣٫٩٣", lat="٥٠")),
    Mode("an underscore in a number", COMPLETE, COLUMNS, records=one(lon="3_9", lat="5_0")),
    Mode("lists for numbers", COMPLETE, JSON, records=one(lon=[3.9], lat={"a": 50})),
    Mode("true and false", COMPLETE, JSON, records=one(lon=True, lat=False)),
    Mode("a shape of no kind", COMPLETE, SHAPES, records=one(**shape("Blob", [1, 2]))),
    Mode("a shape without its list", COMPLETE, SHAPES, records=one(**shape("Polygon", 7))),
    Mode("a shape of text", COMPLETE, SHAPES, records=one(**shape("Point", ["3.9", "50.4"]))),
    Mode("a shape that is not closed", COMPLETE, SHAPES, records=one(**shape("Polygon", [SQUARE[:3]]))),
    Mode("a shape that crosses itself", COMPLETE, SHAPES, records=one(**shape("Polygon", [BOWTIE]))),
    Mode("a shape across the antimeridian", COMPLETE, SHAPES, records=one(**shape("Polygon", [FIJI]))),
    Mode("a shape around the world", COMPLETE, SHAPES, records=one(**shape("Polygon", [WORLD]))),
    Mode("a shape of 25,000 corners", COMPLETE, SHAPES, records=one(**shape("LineString", CROWDED))),
    Mode("an empty shape", COMPLETE, SHAPES, records=one(**shape("Polygon", []))),
    Mode("a place nested too deep", COMPLETE, SHAPES, records=one(**shape("Point", [[[[3.9, 50.4]]]]))),
    Mode("a height and a measure", COMPLETE, SHAPES, records=one(**shape("Point", [3.93, 50.45, 100, 7]))),
]
