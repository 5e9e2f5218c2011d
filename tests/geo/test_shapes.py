import math

import shapely
from django.contrib.gis.geos import Point
from hypothesis import given
from hypothesis import strategies as st
from pyproj import Geod

from geo.places import distance_m
from geo.shapes import circle
from geo.sizes import estimated_radius_m
from geo.topology import valid_multipolygon

GEOD = Geod(ellps="WGS84")
latitudes = st.floats(-80, 80)
longitudes = st.floats(-180, 180)


@given(longitudes, latitudes, st.floats(50, 200_000))
def test_every_corner_of_a_circle_is_as_far_as_its_radius(longitude: float, latitude: float, radius_m: float) -> None:
    shape = circle(Point(longitude, latitude, srid=4326), radius_m)
    assert shape.valid
    assert shape.srid == 4326
    if shape.geom_type == "Polygon":
        far = [GEOD.inv(longitude, latitude, x, y)[2] for x, y in shapely.from_wkb(bytes(shape.wkb)).exterior.coords]
        assert all(math.isclose(metres, radius_m, rel_tol=1e-6, abs_tol=0.01) for metres in far)


@given(longitudes, latitudes, st.floats(1_000, 200_000))
def test_a_circle_has_the_area_of_a_disc_and_stays_on_the_map(
    longitude: float, latitude: float, radius_m: float
) -> None:
    shape = circle(Point(longitude, latitude, srid=4326), radius_m, sides=64)
    west, south, east, north = shape.extent
    assert -180 <= west <= east <= 180
    assert -90 <= south <= north <= 90
    area, _perimeter = GEOD.geometry_area_perimeter(shapely.from_wkb(bytes(shape.wkb)))
    assert math.isclose(abs(area), math.pi * radius_m**2, rel_tol=0.01)


def test_a_circle_across_the_antimeridian_is_in_two_parts() -> None:
    shape = circle(Point(179.9, -17, srid=4326), 50_000)
    assert shape.geom_type == "MultiPolygon"
    assert shape.intersects(Point(-179.9, -17, srid=4326))
    assert not shape.intersects(Point(0, -17, srid=4326))


@given(longitudes, latitudes, longitudes, latitudes)
def test_distance_is_that_of_the_ellipsoid(x: float, y: float, other_x: float, other_y: float) -> None:
    metres = distance_m(Point(x, y), Point(other_x, other_y))
    assert metres == GEOD.inv(x, y, other_x, other_y)[2]


def test_radius_grows_with_the_population() -> None:
    radii = [round(estimated_radius_m(people), -2) for people in (None, 500, 5_000, 100_000, 1_700_000)]
    assert radii == [2000, 2000, 2200, 2800, 11600]


def test_broken_polygons_are_mended_and_lines_leave_nothing() -> None:
    bow_tie = shapely.Polygon([(0, 0), (2, 2), (2, 0), (0, 2)])
    mended = valid_multipolygon(bow_tie)
    assert (mended.geom_type, mended.is_valid, mended.area) == ("MultiPolygon", True, 2.0)
    assert valid_multipolygon(shapely.LineString([(0, 0), (1, 1)])).is_empty
