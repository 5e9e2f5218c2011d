"""GeoPackage, FlatGeobuf and GeoParquet: types, shapes, sources, the index."""

import io
import json
from datetime import UTC, date, datetime
from typing import Any

import geopandas
import pyogrio
import pytest
from pyarrow import parquet as pq
from shapely.geometry import shape

from portal.api.features import FeatureSerializer
from portal.api.properties import PROPERTIES
from portal.exports import fgb, gpkg, parquet
from portal.exports.columns import COLUMNS, TYPES, Type, moment
from tests.portal.exports.answers import ListAnswer
from tests.portal.exports.features import SHAPES, awkward, bytes_of, feature
from tests.portal.exports.readers import layer

SAID_BY = {
    "DateTimeField": Type.DATETIME, "DateField": Type.DATE, "IntegerField": Type.INTEGER, "FloatField": Type.NUMBER,
    "BooleanField": Type.BOOLEAN, "ListField": Type.LIST, "JSONField": Type.LIST,
}  # fmt: skip


def frame_of(form: Any, answer: ListAnswer) -> Any:
    content = bytes_of(form, answer)
    return geopandas.read_parquet(io.BytesIO(content)) if form is parquet else layer(content, form.SUFFIX)


def test_columns_are_what_is_published() -> None:
    assert list(COLUMNS) == ["id", *PROPERTIES, "distance_m"]
    assert sorted(name for names in TYPES.values() for name in names) == sorted(PROPERTIES)


@pytest.mark.parametrize("name", [name for name in PROPERTIES if name != "also_published_by"])
def test_types_are_those_of_the_serializer(name: str) -> None:
    field = type(FeatureSerializer().fields[name]).__name__
    assert SAID_BY.get(field, Type.STRING) == COLUMNS[name]


@pytest.mark.parametrize("form", [gpkg, fgb, parquet])
def test_shapes_come_back(form: Any) -> None:
    features = [feature(drawn, title=name) for name, drawn in SHAPES.items()]
    found = dict(frame_of(form, ListAnswer(features))[["title", "geometry"]].itertuples(index=False))
    assert found.pop("nowhere") is None
    assert all(found[name].equals_exact(shape(drawn)) for name, drawn in SHAPES.items() if drawn)


@pytest.mark.parametrize("form", [gpkg, fgb, parquet])
def test_values_have_their_types(form: Any) -> None:
    one = feature(votes=7, budget=12.5, data_date="2026-09-01", open_to_minors=True, distance_m=3.5, places=None)
    (row,) = frame_of(form, ListAnswer([one])).to_dict("records")
    assert (row["votes"], row["budget"], row["open_to_minors"], row["distance_m"]) == (7, 12.5, True, 3.5)
    assert row["starts"].to_pydatetime() == datetime(2026, 11, 28, 8, tzinfo=UTC)
    assert getattr(row["data_date"], "date", lambda: row["data_date"])() == date(2026, 9, 1)
    assert row["places"] is None or row["places"] != row["places"]


def test_lists_are_one_text_where_there_are_no_lists() -> None:
    one = feature(skills=["lire", "écrire"], stages=[{"stage": "works", "date": "2026"}])
    (row,) = frame_of(gpkg, ListAnswer([one])).to_dict("records")
    assert (row["skills"], row["stages"]) == ("lire; écrire", '{"stage": "works", "date": "2026"}')


def test_a_geopackage_has_its_sources_beside_the_layer() -> None:
    content = bytes_of(gpkg, ListAnswer([feature(), feature(source="soignies", licence="CC0")]))
    sources = layer(content, ".gpkg", "sources")
    told = sources[["source", "licence", "records"]].values.tolist()
    assert told == [["mons", "CC BY 4.0", 1], ["soignies", "CC0", 1]]
    assert layer(content, ".gpkg").crs == "EPSG:4326"


def test_a_flatgeobuf_finds_by_its_index_when_all_have_a_place() -> None:
    content = bytes_of(fgb, ListAnswer([feature(title="ici"), feature(SHAPES["district"], title="là")]))
    assert pyogrio.read_info(content)["capabilities"]["fast_spatial_filter"]
    assert list(pyogrio.read_dataframe(content, bbox=(3.9, 50.4, 4, 50.5))["title"]) == ["ici"]


def test_a_flatgeobuf_loses_no_record_for_its_index() -> None:
    content = bytes_of(fgb, ListAnswer([feature(), feature(None)]))
    info = pyogrio.read_info(content)
    assert (info["features"], info["capabilities"]["fast_spatial_filter"]) == (2, False)
    assert fgb.NO_INDEX.encode() in content


def test_a_geoparquet_says_what_it_holds() -> None:
    content = bytes_of(parquet, ListAnswer([feature(), feature(SHAPES["district"]), feature(None)]))
    file = pq.ParquetFile(io.BytesIO(content))
    told = json.loads(file.metadata.metadata[b"geo"])
    column = told["columns"]["geometry"]
    assert (told["version"], told["primary_column"], column["encoding"]) == ("1.1.0", "geometry", "WKB")
    assert (column["geometry_types"], column["bbox"]) == (["Point", "Polygon"], [3.9523, 50.0, 4.1, 50.4542])
    assert column["covering"] == {"bbox": {edge: ["bbox", edge] for edge in ("xmin", "ymin", "xmax", "ymax")}}
    assert "crs" not in column
    boxes = file.read(["bbox"]).column(0).to_pylist()
    assert boxes == [
        {"xmin": 3.9523, "ymin": 50.4542, "xmax": 3.9523, "ymax": 50.4542},
        {"xmin": 4.0, "ymin": 50.0, "xmax": 4.1, "ymax": 50.1},
        None,
    ]


def test_a_geoparquet_is_read_by_its_boxes_and_names_its_sources() -> None:
    content = bytes_of(parquet, ListAnswer([feature(title="ici", skills=["a", "b"]), feature(SHAPES["district"])]))
    near = geopandas.read_parquet(io.BytesIO(content), bbox=(3.9, 50.4, 4, 50.5))
    assert [(title, list(skills)) for title, skills in near[["title", "skills"]].values] == [("ici", ["a", "b"])]
    (source,) = json.loads(pq.read_metadata(io.BytesIO(content)).metadata[b"sources"])
    assert (source["source"], source["licence"], source["records"]) == ("mons", "CC BY 4.0", 2)


def test_a_geoparquet_leaves_row_group_by_row_group(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("portal.exports.arrow.ROWS", 2)
    file = pq.ParquetFile(io.BytesIO(bytes_of(parquet, ListAnswer(awkward()[:5]))))
    assert [file.metadata.row_group(number).num_rows for number in range(file.num_row_groups)] == [2, 2, 1]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2026-10-01T06:00:00+02:00", datetime(2026, 10, 1, 4, tzinfo=UTC)),
        ("2026-10-01T04:00:00Z", datetime(2026, 10, 1, 4, tzinfo=UTC)),
        ("9999-12-31T23:59:59-05:00", datetime(9999, 12, 31, 23, 59, 59, tzinfo=UTC)),
    ],
)
def test_moments_are_in_utc(text: str, expected: datetime) -> None:
    assert moment(text) == expected
