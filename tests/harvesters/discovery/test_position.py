"""Positions: system and axis order are found by where the points fall, and asked where they cannot be told."""

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyproj import Transformer

from harvesters.discovery import position
from harvesters.discovery.columns import columns_of
from harvesters.discovery.ground import Ground, ground_of
from harvesters.discovery.systems import DEGREES, SYSTEMS, positions
from harvesters.reading import Row
from tests.harvesters.discovery.conftest import town

pytestmark = pytest.mark.django_db
TOWNS = {
    "FR": [("Grenoble", 5.7243, 45.1821), ("Lyon", 4.8351, 45.7580), ("Lille", 3.0468, 50.6311)],
    "BE": [("Leuven", 4.7005, 50.8798), ("Gent", 3.7250, 51.0536), ("Hasselt", 5.3375, 50.9304)],
    "GB": [("Hoddesdon", -0.0115, 51.7594), ("Cheshunt", -0.0353, 51.7002), ("Ware", -0.0311, 51.8111)],
    "PL": [("Warszawa", 21.0122, 52.2297), ("Radom", 21.1572, 51.4027), ("Lublin", 22.5684, 51.2465)],
}


def rows_of(country: str, write: Callable[[float, float], dict[str, object]]) -> list[Row]:
    """Twelve records in three towns of a country, their position as the portal writes it."""
    for name, lon, lat in TOWNS[country]:
        town(name, lon, lat, country)
    some = [(name, lon + n / 500, lat + n / 700) for n in range(4) for name, lon, lat in TOWNS[country]]
    return [Row(n, {"town": name} | write(lon, lat)) for n, (name, lon, lat) in enumerate(some, start=1)]


def found(rows: list[Row], with_towns: bool = True) -> position.Positions:
    columns = columns_of(rows)
    towns = [column for column in columns if column.name == "town" and with_towns]
    return position.find(rows, columns, ground_of(towns, [], [], ""))


@pytest.mark.parametrize(
    ("country", "epsg", "names"),
    [
        ("FR", 2154, ("x", "y")),
        ("FR", 3857, ("coord_x", "coord_y")),
        ("BE", 31370, ("X", "Y")),
        ("BE", 3812, ("X", "Y")),
        ("GB", 27700, ("Easting", "Northing")),
        ("PL", 2180, ("x", "y")),
    ],
)
def test_a_projected_system_is_found_by_the_towns(country: str, epsg: int, names: tuple[str, str]) -> None:
    move = Transformer.from_crs(4326, epsg, always_xy=True).transform
    best = found(rows_of(country, lambda lon, lat: dict(zip(names, map(str, move(lon, lat)), strict=True)))).best
    assert best is not None
    assert (best.mapping, best.confidence > 0.8) == (
        {"lat": names[1], "lon": names[0], "crs": {"value": epsg}},
        True,
    )


@pytest.mark.parametrize("comma", ["{:.5f}", "{:015.7f}"])
def test_decimal_commas_and_leading_zeros(comma: str) -> None:
    def write(lon: float, lat: float) -> dict[str, object]:
        return {"lon": comma.format(lon).replace(".", ","), "lat": comma.format(lat).replace(".", ",")}

    best = found(rows_of("FR", write)).best
    assert best is not None
    assert best.mapping == {"lat": "lat", "lon": "lon"}


def test_swapped_columns_are_found_out_by_the_towns() -> None:
    best = found(rows_of("FR", lambda lon, lat: {"latitude": lon, "longitude": lat})).best
    assert best is not None
    assert best.mapping == {"lat": "longitude", "lon": "latitude"}
    assert "des 12 fiches se trouvent où sont les lieux nommés dans « town »" in best.evidence


@pytest.mark.parametrize(
    ("write", "order"),
    [
        (lambda lon, lat: {"geo": f"{lat}, {lon}"}, "lat,lon"),
        (lambda lon, lat: {"geo": f"{lon},{lat}"}, "lon,lat"),
        (lambda lon, lat: {"coordonneesXY": f"[{lon}, {lat}]"}, "lon,lat"),
        (lambda lon, lat: {"coordonneesXY": f"[{lat}, {lon}]"}, "lat,lon"),
    ],
)
def test_the_order_of_two_numbers_in_one_value(write: Callable[[float, float], dict[str, object]], order: str) -> None:
    best = found(rows_of("BE", write)).best
    assert best is not None
    assert best.mapping["point"]["order"] == order


def test_without_towns_two_systems_that_fit_are_asked_about() -> None:
    town("Hasselt", 5.3375, 50.9304, "BE")
    rows = [Row(n, {"x": 150_000 + n, "y": 170_000 + n}) for n in range(12)]
    best = found(rows, with_towns=False).best
    assert best is not None
    assert best.confidence < 0.6


def test_null_island_tells_nothing() -> None:
    rows = rows_of("FR", lambda lon, lat: {"lat": lat, "lon": lon})
    rows += [Row(20 + n, {"town": "Lyon", "lat": "0.0", "lon": "0.0"}) for n in range(5)]
    best = found(rows).best
    assert best is not None
    assert (best.mapping, best.confidence > 0.8) == ({"lat": "lat", "lon": "lon"}, True)


def test_no_numbers_no_position() -> None:
    assert found([Row(1, {"title": "a"}), Row(2, {"title": "b"})]).best is None


@given(st.lists(st.tuples(st.floats(-1e8, 1e8), st.floats(-1e8, 1e8)), max_size=5))
def test_positions_are_on_earth_or_nothing(pairs: list[tuple[float, float]]) -> None:
    for epsg in (DEGREES, *(system.epsg for system in SYSTEMS)):
        assert all(
            point is None or (-182 <= point[0] <= 182 and -91 <= point[1] <= 91) for point in positions(epsg, pairs)
        )


@given(st.lists(st.fixed_dictionaries({"lat": st.text(max_size=9), "lon": st.text(max_size=9)}), max_size=4))
def test_any_text_may_stand_where_numbers_should(data: list[dict[str, str]]) -> None:
    rows = [Row(n, one) for n, one in enumerate(data, start=1)]
    best = position.find(rows, columns_of(rows), Ground()).best
    assert best is None or 0 <= best.confidence <= 1
