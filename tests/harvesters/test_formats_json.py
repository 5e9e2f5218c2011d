"""JSON, GeoJSON, JSON-LD, one record a line: records are found wherever they stand, and saved one by one."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harvesters.errors import PortalError
from harvesters.reading import Row
from tests.harvesters.test_formats_csv import reading_of

MOJIBAKE = "ÂÃÄÅâ"  # text that begins so may be taken for wrongly decoded text, and mended
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**9), 10**9) | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00\ufeff" + MOJIBAKE), max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["a", "b", "data"]), inner, max_size=3),
    max_leaves=6,
)  # fmt: skip
RECORDS = st.lists(st.fixed_dictionaries({"id": st.integers(0, 99), "v": VALUES}), min_size=1, max_size=5)
WRAPPERS: list[Any] = [
    lambda records: records,
    lambda records: {"data": records},
    lambda records: {"total": 3, "links": [{"rel": "self"}], "results": records},
    lambda records: {"success": True, "result": {"fields": [{"id": "x"}], "records": records}},
    lambda records: {"@context": {"a": {"@id": "http://a"}}, "@graph": records},
    lambda records: {"meta": {}, "whatever": records},
]


def data_of(text: str, **options: Any) -> list[dict[str, Any]]:
    return [row.data for row in reading_of(text, **options)[0]]


@given(RECORDS, st.sampled_from(WRAPPERS), st.sampled_from([None, 2]), st.booleans())
def test_records_are_found_in_any_wrapping(records: Any, wrap: Any, indent: int | None, ascii_only: bool) -> None:
    text = json.dumps(wrap(records), indent=indent, ensure_ascii=ascii_only)
    rows, reading = reading_of(text, encoding="utf-8")
    assert ([row.data for row in rows], reading.complete) == (records, True)


@given(RECORDS, st.sampled_from(WRAPPERS[:4]), st.data())
def test_half_a_file_gives_its_whole_records(records: Any, wrap: Any, data: st.DataObject) -> None:
    text = json.dumps(wrap(records))
    cut = data.draw(st.integers(1, len(text) - 1))
    try:
        rows, reading = reading_of(text[:cut], encoding="utf-8")
    except PortalError:
        return  # cut before the records
    found = [row.data for row in rows if not row.problem]
    assert found == records[: len(found)] or found == [{"rel": "self"}] or found == [{"id": "x"}]
    assert reading.why_not


@given(RECORDS)
def test_one_record_a_line(records: Any) -> None:
    text = "".join(json.dumps(record) + "\n" for record in [{"id": 0}, *records])
    assert data_of(text, encoding="utf-8") == [{"id": 0}, *records]


@pytest.mark.parametrize(
    ("record", "expected"),
    [
        ('{"a": NaN, "b": -Infinity, "c": 1e999}', {"a": None, "b": None, "c": None}),
        (r'{"a": "x\u0000y", "b": "\ud800"}', {"a": "x\ufffdy", "b": "\ufffd"}),
        ('{"a": "line\nbreak"}', {"a": "line\nbreak"}),
        ('{"a": 1, "a": 2}', {"a": 2}),
    ],
)
def test_what_no_database_holds_is_left_out(record: str, expected: dict[str, Any]) -> None:
    assert data_of(f"[{record}]") == [expected]


@pytest.mark.parametrize(
    ("bad", "words"),
    [
        ('{"a": 1,}', "not valid JSON"),
        ("{'a': 1}", "not valid JSON"),
        ('{"a": ' + "[" * 70 + "]" * 70 + "}", "nested more than 64 levels deep"),
        ('{"a": ' + "[" * 100_000 + "]" * 100_000 + "}", "nested more than 64 levels deep"),
        ('{"a": ' + "9" * 5000 + "}", "a number too long"),
        ('"text"', "but a text"),
        ("[1]", "but a list"),
        ("null", "but nothing"),
        ("7", "but a number"),
    ],
)
def test_a_bad_record_costs_itself_alone(bad: str, words: str) -> None:
    rows, reading = reading_of(f'[{{"id": 1}}, {bad}, {{"id": 2}}]')
    assert [row.data for row in rows if not row.problem] == [{"id": 1}, {"id": 2}]
    assert (words in rows[1].problem, reading.complete) == (True, True)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ('{"error": "Not here", "code": 7}', "not-json"),
        ("{}", "not-json"),
        ("{", "not-json"),
        ('{"a": ' + "[" * 100_000, "not-json"),
        ("<rss></rss>", "unknown-format"),
        ("%PDF-1.7", "unknown-format"),
        ("<!doctype html>", "html-instead"),
        ("", "empty"),
    ],
)
def test_what_holds_no_records_is_named(text: str, code: str) -> None:
    with pytest.raises(PortalError) as error:
        reading_of(text)
    assert error.value.code == code


def test_the_way_to_the_records_can_be_told() -> None:
    text = json.dumps({"data": [{"id": 1}], "other": {"deep": [{"id": 2}]}})
    assert data_of(text, records="other.deep") == [{"id": 2}]


@pytest.mark.parametrize("path", ["nothing", "data.0", "meta"])
def test_a_way_that_leads_nowhere_is_named(path: str) -> None:
    with pytest.raises(PortalError, match=path):
        reading_of('{"data": [{"id": 1}], "meta": {}}', records=path)


def test_a_context_is_never_fetched() -> None:
    text = '{"@context": "http://127.0.0.1:1/context.jsonld", "@graph": [{"@id": "a"}]}'
    assert data_of(text) == [{"@id": "a"}]


def feature(geometry: Any, **properties: Any) -> dict[str, Any]:
    return {"type": "Feature", "geometry": geometry, "properties": properties}


def collection(*features: dict[str, Any], **members: Any) -> str:
    return json.dumps({"type": "FeatureCollection", "features": features} | members)


def test_a_feature_is_its_properties_and_its_geometry() -> None:
    point = {"type": "Point", "coordinates": [4, 50, 120]}
    rows, _ = reading_of(collection(feature(point, nom="Mons") | {"id": 7}, feature(None, nom="?")))
    assert rows == [
        Row(1, {"nom": "Mons", "_id": 7}, {"type": "Point", "coordinates": [4.0, 50.0]}),
        Row(2, {"nom": "?"}, None),
    ]


@pytest.mark.parametrize("members", [{"before": 1}, {}])
@pytest.mark.parametrize(
    "crs",
    [
        {"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::31370"}},
        {"type": "name", "properties": {"name": "EPSG:31370"}},
        {"type": "EPSG", "properties": {"code": 31370}},
    ],
)
def test_projected_geometries_become_longitude_and_latitude(crs: Any, members: Any) -> None:
    """The belfry of Mons in Belgian Lambert 72, its system said before the features or behind them."""
    projected = feature({"type": "MultiPoint", "coordinates": [[120427, 127122]]})
    head = {"type": "FeatureCollection"} | ({"crs": crs} if members else {})
    text = json.dumps(head | {"features": [projected]} | ({} if members else {"crs": crs}))
    rows, reading = reading_of(text)
    assert rows[0].geometry is not None
    assert [round(number, 2) for number in rows[0].geometry["coordinates"][0]] == [3.95, 50.45]
    assert reading.notes == ["Geometries were converted from EPSG:31370 to longitude and latitude."]


@pytest.mark.parametrize(
    "name", ["urn:ogc:def:crs:OGC:1.3:CRS84", "EPSG:4326", "http://www.opengis.net/def/crs/EPSG/0/4326"]
)
def test_longitude_and_latitude_stay(name: str) -> None:
    text = collection(feature({"type": "Point", "coordinates": [4, 50]}), crs={"properties": {"name": name}})
    assert reading_of(text)[0][0].geometry == {"type": "Point", "coordinates": [4.0, 50.0]}


@pytest.mark.parametrize(
    "crs", [{"type": "link", "properties": {"href": "http://x/"}}, {"properties": {"name": "EPSG:1"}}]
)
def test_an_unknown_system_gives_no_geometry(crs: Any) -> None:
    rows, reading = reading_of(collection(feature({"type": "Point", "coordinates": [4, 50]}), crs=crs))
    assert (rows[0].geometry, "not known" in reading.notes[0]) == (None, True)


@pytest.mark.parametrize("code", [4978, 5714, 4979])
def test_a_system_of_no_map_gives_no_geometry(code: int) -> None:
    """Earth-centred, heights, and longitude and latitude with heights."""
    crs = {"properties": {"name": f"EPSG:{code}"}}
    rows, reading = reading_of(collection(feature({"type": "Point", "coordinates": [4, 50]}), crs=crs))
    words = f"The file names a coordinate system; EPSG:{code} is not one of positions on a map"
    assert (rows[0].geometry, reading.notes) == (None, [f"{words}; its geometries were left out."])


@pytest.mark.parametrize("crs", ["EPSG:1", "EPSG:4978", "Lambert", 7])
def test_an_option_for_a_system_that_is_not_known_is_named(crs: Any) -> None:
    with pytest.raises(PortalError, match="The option `crs`") as error:
        reading_of(collection(feature(None)), crs=crs)
    assert error.value.code == "bad-option"


@pytest.mark.parametrize("behind", ["hello <html>", '[{"id": 2}]', "]", "\0"])
@pytest.mark.parametrize("document", ['[{"id": 1}]', '{"data": [{"id": 1}]}', json.dumps({"type": "Feature"})])
def test_what_stands_behind_the_document_makes_it_partial(document: str, behind: str) -> None:
    rows, reading = reading_of(f"{document} {behind}")
    assert (len(rows), "Behind the end of its JSON the file goes on" in reading.why_not) == (1, True)


def test_many_bad_records_cost_themselves_alone() -> None:
    rows, reading = reading_of("[" + '{a}, {"id": 1}, [1], 7, nul, "x", ' * 50 + "{}]")
    assert ([row.data for row in rows if not row.problem], len(rows)) == ([*[{"id": 1}] * 50, {}], 301)
    assert reading.complete


def test_a_long_string_before_the_records_is_passed() -> None:
    assert data_of('{"a": "' + r"\n\"x" * 1_000_000 + '", "data": [{"id": 1}]}') == [{"id": 1}]


@pytest.mark.parametrize(
    "geometry",
    [
        {"type": "Point", "coordinates": []}, {"type": "Polygon", "coordinates": [[]]}, {"type": "Point"},
        {"type": "Point", "coordinates": ["4", "50"]}, {"type": "Point", "coordinates": [4]}, {"type": "Circle"},
        {"type": "Point", "coordinates": {"lon": 4}}, {"type": "MultiPoint", "coordinates": [4, 50]}, "POINT(4 50)",
        {"type": "GeometryCollection"}, {"type": "GeometryCollection", "geometries": []}, [], 7, {},
    ],
)  # fmt: skip
def test_a_geometry_without_sense_is_left_out(geometry: Any) -> None:
    rows, _ = reading_of(collection(feature(geometry, nom="a")))
    assert rows == [Row(1, {"nom": "a"}, None)]
