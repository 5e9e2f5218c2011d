import math

import pytest
from django.contrib.gis.geos import MultiPolygon, Polygon
from hypothesis import given
from hypothesis import strategies as st

from geo.parse import FARTHEST_M, BadCoordinate, BBox, Near, parse_bbox, parse_near, parse_radius, wrap_longitude

latitudes = st.floats(-90, 90)
longitudes = st.floats(-180, 180)
far_longitudes = st.floats(-3600, 3600)

NOT_NUMBERS = [
    "",
    "nan",
    "inf",
    "-inf",
    "Infinity",
    "1_0",
    "٤",
    "１",
    "0x10",
    "1e",
    "1e9999",
    "--1",
    "1 0",
    "1,",
    "un",
    "1;2",
]


@given(latitudes, longitudes)
def test_near_reads_back_what_was_written(lat: float, lon: float) -> None:
    near = parse_near(f"{lat!r},{lon!r}")
    assert (near.lat, near.lon) == (lat, lon)
    assert parse_near(str(near)) == near


@given(latitudes, longitudes)
def test_near_is_a_point_in_longitude_latitude_order(lat: float, lon: float) -> None:
    assert (Near(lat, lon).point.coords, Near(lat, lon).point.srid) == ((lon, lat), 4326)


@given(st.text(max_size=60))
def test_any_text_is_a_place_or_a_sentence(text: str) -> None:
    for parse in (parse_near, parse_bbox, parse_radius):
        try:
            parse(text)
        except BadCoordinate as error:
            assert str(error).endswith(".")


@pytest.mark.parametrize("bad", NOT_NUMBERS)
def test_near_wants_plain_numbers(bad: str) -> None:
    with pytest.raises(BadCoordinate):
        parse_near(f"{bad},3")
    with pytest.raises(BadCoordinate):
        parse_near(f"50,{bad}")


@pytest.mark.parametrize("bad", ["90.1,0", "-91,0", "0,180.5", "0,-181", "48", "48,2,1", "48 2", "1e300,0"])
def test_near_stays_on_earth(bad: str) -> None:
    with pytest.raises(BadCoordinate):
        parse_near(bad)


def test_near_reads_blanks_exponents_and_a_plus_turned_into_a_blank() -> None:
    assert parse_near(" 50.5, -1e-7") == Near(50.5, -1e-7)


def test_a_long_text_is_shown_short() -> None:
    with pytest.raises(BadCoordinate) as caught:
        parse_near("x" * 5000)
    assert len(str(caught.value)) < 200


def test_what_is_too_long_is_refused_and_not_cut() -> None:
    long = f"1.{'0' * 191},2,30,40"
    with pytest.raises(BadCoordinate):
        parse_bbox(long)


@given(longitudes, latitudes, longitudes, latitudes)
def test_bbox_within_the_world_keeps_its_edges(west: float, south: float, east: float, north: float) -> None:
    south, north = sorted((south, north))
    box = parse_bbox(f"{west!r},{south!r},{east!r},{north!r}")
    if west < east or (west != 180 and east != -180):
        assert box == BBox(west, south, east, north)
    assert parse_bbox(str(box)) == box


@given(far_longitudes, st.floats(0.001, 359))
def test_bbox_beyond_the_antimeridian_covers_the_same_meridians(west: float, width: float) -> None:
    box = parse_bbox(f"{west!r},0,{min(west + width, 3600)!r},10")
    middle = wrap_longitude((west + min(west + width, 3600)) / 2)
    assert -180 <= box.west <= 180
    assert -180 <= box.east <= 180
    inside = box.west <= middle <= box.east if box.west <= box.east else middle >= box.west or middle <= box.east
    assert inside


def test_bbox_across_the_antimeridian_is_two_polygons() -> None:
    box = parse_bbox("170,-20,190,-10")
    assert box == BBox(170, -20, -170, -10)
    west, east = Polygon.from_bbox((170, -20, 180, -10)), Polygon.from_bbox((-180, -20, -170, -10))
    assert box.geometry.equals(MultiPolygon(west, east))


def test_bbox_touching_the_antimeridian_is_one_polygon() -> None:
    assert parse_bbox("170,-20,180,-10").geometry.geom_type == "Polygon"
    assert parse_bbox("180,-20,190,-10") == BBox(-180, -20, -170, -10)
    assert parse_bbox("-190,-20,-180,-10") == BBox(170, -20, 180, -10)


def test_bbox_wider_than_the_world_is_the_world() -> None:
    assert parse_bbox("-500,-85,500,85") == BBox(-180, -85, 180, 85)


def test_bbox_without_width_is_a_line_and_without_size_a_point() -> None:
    assert parse_bbox("2,40,2,50").geometry.geom_type == "LineString"
    assert parse_bbox("2,40,2,40").geometry.geom_type == "Point"


@pytest.mark.parametrize("bad", ["0,10,1,5", "0,0,1", "0,0,1,1,1", "0,-91,1,1", "0,0,1,91", "4000,0,4001,1", "a,b,c,d"])
def test_bbox_refuses(bad: str) -> None:
    with pytest.raises(BadCoordinate):
        parse_bbox(bad)


@given(st.floats(1e-6, 2e7))
def test_radius_reads_metres(metres: float) -> None:
    assert parse_radius(repr(metres)) == metres


@pytest.mark.parametrize("bad", ["0", "-5", "0.0", "-0", "5km", "1,2", *NOT_NUMBERS[:8]])
def test_radius_wants_metres_above_zero(bad: str) -> None:
    with pytest.raises(BadCoordinate):
        parse_radius(bad)


def test_radius_larger_than_the_world_is_the_world() -> None:
    assert parse_radius("1e300") == FARTHEST_M


@given(st.floats(-1e6, 1e6))
def test_wrapping_stays_on_the_same_meridian(degrees: float) -> None:
    wrapped = wrap_longitude(degrees)
    assert -180 <= wrapped <= 180
    assert math.isclose(math.cos(math.radians(wrapped - degrees)), 1, abs_tol=1e-9)
