import json
from typing import Any

import pytest
from django.db import connection
from hypothesis import given
from hypothesis import strategies as st
from pyproj import CRS, Transformer

from geo.crs import CRS84, EPSG, KNOWN, BadCrs, Crs, geojson_sql, read_bbox, read_crs, transformed
from geo.parse import BadCoordinate, BBox

PARIS, BRUSSELS, QUEBEC = [2.3522, 48.8566], [4.3517, 50.8503], [-71.2082, 46.8139]
AUTHORITIES = [crs for crs in KNOWN.values() if crs != CRS84]
LAMBERTS = [KNOWN[f"{EPSG}{code}"] for code in (2154, 31370, 3812)]


def point(position: list[float]) -> dict[str, Any]:
    return {"type": "Point", "coordinates": position}


def in_authority_order(crs: Crs, position: list[float]) -> list[float]:
    """By pyproj alone, which keeps the authority's axes when it is not told otherwise."""
    x, y = Transformer.from_crs("OGC:CRS84", f"EPSG:{crs.srid}").transform(position[0], position[1])
    return [x, y]


@pytest.mark.parametrize("crs", AUTHORITIES, ids=lambda crs: str(crs.srid))
def test_axes_and_units_are_those_of_the_authority(crs: Crs) -> None:
    first, second = CRS.from_epsg(crs.srid).axis_info
    assert (first.direction == "north", first.unit_name == "metre") == (crs.latitude_first, crs.metres)
    assert {first.direction, second.direction} == {"north", "east"}


@pytest.mark.parametrize("crs", AUTHORITIES, ids=lambda crs: str(crs.srid))
@pytest.mark.parametrize("place", [PARIS, BRUSSELS, QUEBEC])
def test_points_are_where_pyproj_says_to_the_millimetre(crs: Crs, place: list[float]) -> None:
    (moved,) = transformed([point(place)], crs)
    assert moved is not None
    tolerance = 0.001 if crs.metres else 1e-9
    assert moved["coordinates"] == pytest.approx(in_authority_order(crs, place), abs=tolerance, rel=0)


def test_known_places_have_their_known_numbers() -> None:
    assert transformed([point(PARIS)], KNOWN[f"{EPSG}2154"]) == [point([652469.023, 6862035.259])]
    assert transformed([point(BRUSSELS)], KNOWN[f"{EPSG}31370"]) == [point([148799.170, 171100.155])]
    assert transformed([point(PARIS)], KNOWN[f"{EPSG}4326"]) == [point([48.8566, 2.3522])]


@pytest.mark.django_db
@pytest.mark.parametrize("crs", KNOWN.values(), ids=lambda crs: crs.uri.rpartition("/")[2])
def test_the_database_writes_the_same_text(crs: Crs) -> None:
    ring = [[[4.3, 50.8], [4.4, 50.8], [4.4, 50.9], [4.3, 50.8]]]
    shapes = [point(BRUSSELS), point(QUEBEC), {"type": "Polygon", "coordinates": ring}]
    for shape, expected in zip(shapes, transformed(shapes, crs), strict=True):
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT {geojson_sql('g', crs)} FROM ST_GeomFromGeoJSON(%s) g", [json.dumps(shape)])
            written = json.loads(cursor.fetchone()[0])
        assert expected is not None
        assert written.keys() == {"type", "coordinates"}
        assert flat(written["coordinates"]) == pytest.approx(flat(expected["coordinates"]), abs=0.0011, rel=0)


def flat(coordinates: object) -> list[float]:
    if isinstance(coordinates, list):
        return [number for part in coordinates for number in flat(part)]
    assert isinstance(coordinates, float | int)
    return [coordinates]


@pytest.mark.django_db
@pytest.mark.parametrize("crs", LAMBERTS, ids=lambda crs: str(crs.srid))
def test_what_has_no_place_in_a_system_has_no_geometry_there(crs: Crs) -> None:
    assert transformed([point([3, -90]), None, point(PARIS)], crs)[:2] == [None, None]
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {geojson_sql('g', crs)} FROM ST_SetSRID(ST_Point(3, -90), 4326) g")
        assert cursor.fetchone() == (None,)


def test_every_type_of_geometry_keeps_its_form() -> None:
    shapes: list[dict[str, Any]] = [
        {"type": "MultiPoint", "coordinates": [PARIS, BRUSSELS]},
        {"type": "MultiPolygon", "coordinates": [[[PARIS, BRUSSELS, QUEBEC, PARIS]]]},
        {"type": "GeometryCollection", "geometries": [point(PARIS), {"type": "LineString", "coordinates": [PARIS]}]},
    ]
    multipoint, polygons, collection = transformed(shapes, KNOWN[f"{EPSG}4326"])
    paris = PARIS[::-1]
    assert multipoint == {"type": "MultiPoint", "coordinates": [paris, BRUSSELS[::-1]]}
    assert polygons is not None
    assert polygons["coordinates"] == [[[paris, BRUSSELS[::-1], QUEBEC[::-1], paris]]]
    assert collection is not None
    assert [part["coordinates"] for part in collection["geometries"]] == [paris, [paris]]


def test_boxes_are_read_in_the_order_of_their_system() -> None:
    expected = BBox(3.8, 50.4, 4.1, 50.6)
    assert read_bbox("3.8,50.4,4.1,50.6") == expected
    assert read_bbox("50.4,3.8,50.6,4.1", KNOWN[f"{EPSG}4326"]) == expected


def test_heights_are_left_out() -> None:
    assert read_bbox("3.8,50.4,0,4.1,50.6,100") == BBox(3.8, 50.4, 4.1, 50.6)


@pytest.mark.parametrize("crs", [crs for crs in AUTHORITIES if crs.metres], ids=lambda crs: str(crs.srid))
@given(share_x=st.floats(0, 1), share_y=st.floats(0, 1))
def test_nothing_inside_a_box_in_metres_is_outside_the_one_in_degrees(crs: Crs, share_x: float, share_y: float) -> None:
    west, south = in_authority_order(crs, [2.5, 49.5])
    east, north = west + 300_000, south + 200_000
    box = read_bbox(f"{west},{south},{east},{north}", crs)
    back = Transformer.from_crs(f"EPSG:{crs.srid}", "OGC:CRS84")
    lon, lat = back.transform(west + share_x * 300_000, south + share_y * 200_000)
    assert box.west - 1e-5 <= lon <= box.east + 1e-5
    assert box.south - 1e-5 <= lat <= box.north + 1e-5


def test_a_mercator_box_beyond_the_antimeridian_crosses_it() -> None:
    box = read_bbox("19500000,-2000000,20500000,-1000000", KNOWN[f"{EPSG}3857"])
    assert box.west > box.east
    assert box.west == pytest.approx(175.172, abs=0.001)


@pytest.mark.parametrize("crs", AUTHORITIES, ids=lambda crs: str(crs.srid))
@given(text=st.one_of(st.text(max_size=40), st.lists(st.floats(), min_size=4, max_size=4).map(repr)))
def test_any_box_is_read_or_refused_in_words(crs: Crs, text: str) -> None:
    try:
        read_bbox(text.strip("[]"), crs)
    except BadCoordinate as error:
        assert str(error).endswith(".")


@pytest.mark.parametrize("text", ["", "EPSG:2154", f"{EPSG}unsupported", f"{EPSG}4979"])
def test_other_systems_are_refused_in_words(text: str) -> None:
    with pytest.raises(BadCrs, match="CRS84"):
        read_crs(text)


def test_angle_brackets_are_read_too() -> None:
    assert read_crs(f"<{EPSG}2154>") is KNOWN[f"{EPSG}2154"]
