"""Esri's JSON: geometries, dates, coded values, coordinate systems."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harvesters.formats.esri_json import Shape, geojson, iso, move_of
from harvesters.reading import Reading, Row

SQUARE = [[0, 0], [0, 9], [9, 9], [9, 0], [0, 0]]  # clockwise: an outline
HOLE = [[1, 1], [2, 1], [2, 2], [1, 2], [1, 1]]
ISLAND = [[20, 0], [20, 9], [29, 9], [20, 0]]
IN_ISLAND = [[21, 1], [22, 2], [21, 2], [21, 1]]
FIELDS = [
    {"name": "OBJECTID", "type": "esriFieldTypeOID"},
    {"name": "fin", "type": "esriFieldTypeDate"},
    {"name": "etat", "domain": {"type": "codedValue", "codedValues": [{"code": 1, "name": "Réalisé"}]}},
]
LAYER = {"name": "Projets", "fields": FIELDS, "typeIdField": "genre", "types": [{"id": 7, "name": "Jardin"}]}
ABOUT = {"_dataset_title": "Projets", "_dataset_licence": None, "_dataset_modified": None}


def reading() -> Reading:
    return Reading(lambda _: iter(()))


@pytest.mark.parametrize(("esri", "wanted"), [
    ({"x": 1, "y": 2, "z": 3}, {"type": "Point", "coordinates": [1, 2]}),
    ({"x": "NaN", "y": "NaN"}, None),
    ({"points": [[1, 2], [3, 4]]}, {"type": "MultiPoint", "coordinates": [[1, 2], [3, 4]]}),
    ({"paths": [[[1, 2], [3, 4]]]}, {"type": "LineString", "coordinates": [[1, 2], [3, 4]]}),
    ({"rings": [SQUARE]}, {"type": "Polygon", "coordinates": [SQUARE]}),
    ({"rings": [HOLE, SQUARE]}, {"type": "Polygon", "coordinates": [SQUARE, HOLE]}),
    ({"rings": [SQUARE, HOLE, ISLAND, IN_ISLAND]},
     {"type": "MultiPolygon", "coordinates": [[ISLAND, IN_ISLAND], [SQUARE, HOLE]]}),
    ({"rings": [HOLE]}, {"type": "Polygon", "coordinates": [HOLE]}),
    ({"rings": [SQUARE[:-1]]}, {"type": "Polygon", "coordinates": [SQUARE]}),
    ({"curveRings": []}, None),
])  # fmt: skip
def test_geometries_become_geojson(esri: dict[str, Any], wanted: Any) -> None:
    assert geojson(esri) == wanted


def test_a_record_is_in_words() -> None:
    attributes = {"OBJECTID": 4, "fin": 1_700_000_000_000, "etat": 1, "genre": 7}
    row = Shape(LAYER, {}, reading()).row(1, {"attributes": attributes}, None, False)
    in_words = {"OBJECTID": 4, "fin": "2023-11-14T22:13:20Z", "etat": "Réalisé", "genre": "Jardin", "_id": 4}
    assert row == Row(1, in_words | ABOUT)


def test_a_named_field_beats_the_number_of_the_object() -> None:
    feature = {"attributes": {"OBJECTID": 4, "code": "é-4"}}
    assert Shape(LAYER, {"id_field": "code"}, reading()).row(1, feature, None, False).data["_id"] == "é-4"


@pytest.mark.parametrize(("value", "wanted"), [
    (-86_400_000, "1969-12-31T00:00:00Z"), (1.7e12, "2023-11-14T22:13:20Z"), (None, None), ("2024", "2024"),
    (10**20, 10**20), (True, True),
])  # fmt: skip
def test_dates_are_iso_or_as_they_came(value: object, wanted: object) -> None:
    assert iso(value) == wanted


@pytest.mark.parametrize(("reference", "place"), [
    ({"wkid": 102100, "latestWkid": 3857}, (261_845, 6_250_564)), ({"wkid": 2154}, (652_469, 6_862_035)),
    ({"wkid": 102100}, (261_845, 6_250_564)),
])  # fmt: skip
def test_other_systems_are_converted(reference: dict[str, Any], place: tuple[float, float]) -> None:
    move = move_of(reference)
    assert move is not None
    lon, lat = move([place[0]], [place[1]])
    assert (round(lon[0], 2), round(lat[0], 2)) == (2.35, 48.86)


@pytest.mark.parametrize("reference", [None, {}, {"wkid": 4326}, {"wkid": 104_199, "latestWkid": 4258}])
def test_longitude_and_latitude_stay(reference: Any) -> None:
    assert move_of(reference) is None


@pytest.mark.parametrize("reference", [{"wkid": 999_999}, {"wkt": "PROJCS[nonsense"}])
def test_an_unknown_system_is_told(reference: Any) -> None:
    told = reading()
    assert Shape(LAYER, {}, told).move(reference) == (None, True)
    assert told.notes == ["The portal names a coordinate system that is not known; its geometries were left out."]


Anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from("xyab"), inner, max_size=3),
)
Members = st.sampled_from(["x", "y", "points", "paths", "rings"])
Rings = st.lists(st.lists(st.lists(st.integers(-9, 9), min_size=2, max_size=2), max_size=6), max_size=4)
Features = st.fixed_dictionaries({
    "attributes": Anything | st.dictionaries(st.sampled_from(["OBJECTID", "fin", "etat", "genre"]), Anything),
    "geometry": Anything | st.dictionaries(Members, Anything | Rings),
})  # fmt: skip


@given(Features | Anything)
def test_any_feature_is_a_row_or_a_problem_in_words(feature: Any) -> None:
    row = Shape(LAYER, {}, reading()).row(1, feature, None, False)
    assert bool(row.problem) != ("_id" in row.data)
    assert row.geometry is None or set(row.geometry) == {"type", "coordinates"}
