"""Features as Arrow batches, for the formats that are written from columns. Geometry is WKB, EPSG:4326, x y."""

import struct
from collections.abc import Iterable, Iterator
from typing import Any

import pyarrow as pa
import shapely
from shapely.geometry import shape

from portal.exports.answer import Answer, Credit, Feature
from portal.exports.columns import COLUMNS, Type, joined, row

ROWS = 5_000
BYTES = 16_000_000
"""A batch ends at so many rows, or so many bytes of shapes: outlines of regions are heavy."""

TYPES: dict[Type, pa.DataType] = {
    Type.STRING: pa.string(),
    Type.INTEGER: pa.int64(),
    Type.NUMBER: pa.float64(),
    Type.BOOLEAN: pa.bool_(),
    Type.DATE: pa.date32(),
    Type.DATETIME: pa.timestamp("us", tz="UTC"),
    Type.LIST: pa.list_(pa.string()),
}
LISTS = [number for number, kind in enumerate(COLUMNS.values()) if kind is Type.LIST]
POINT = struct.Struct("<BIdd")

NESTED = pa.schema([("geometry", pa.binary()), *((name, TYPES[kind]) for name, kind in COLUMNS.items())])
"""Lists as lists."""
FLAT = pa.schema([pa.field(one.name, pa.string()) if pa.types.is_list(one.type) else one for one in NESTED])
"""Lists in one text, for formats that know no lists."""

SOURCES = pa.schema([(name, pa.int64() if name == "records" else pa.string()) for name in Credit._fields])


def wkb(geometry: dict[str, Any] | None) -> bytes | None:
    """The GeoJSON geometry as little-endian WKB; None for what is nowhere."""
    if geometry is None:
        return None
    if geometry["type"] == "Point" and geometry["coordinates"]:
        return POINT.pack(1, 1, *geometry["coordinates"][:2])
    drawn = shapely.force_2d(shape(geometry))
    return None if drawn.is_empty else bytes(shapely.to_wkb(drawn, byte_order=1))


def flat_batches(answer: Answer) -> Iterator[pa.RecordBatch]:
    """The answer in batches of FLAT."""
    return _batches(answer.features(), FLAT)


def nested_batches(answer: Answer) -> Iterator[pa.RecordBatch]:
    """The answer in batches of NESTED."""
    return _batches(answer.features(), NESTED)


def sources_table(answer: Answer) -> pa.Table:
    """The credits as a table."""
    return pa.Table.from_pylist([credit._asdict() for credit in answer.credits], schema=SOURCES)


def _batches(features: Iterable[Feature], schema: pa.Schema) -> Iterator[pa.RecordBatch]:
    rows: list[list[Any]] = []
    size = 0
    for feature in features:
        geometry = wkb(feature["geometry"])
        size += len(geometry or b"")
        rows.append([geometry, *row(feature)])
        if len(rows) >= ROWS or size >= BYTES:
            yield _batch(rows, schema)
            rows, size = [], 0
    if rows:
        yield _batch(rows, schema)


def _batch(rows: list[list[Any]], schema: pa.Schema) -> pa.RecordBatch:
    columns = list(zip(*rows, strict=True))
    if schema is FLAT:
        for number in LISTS:
            columns[number + 1] = tuple(None if texts is None else joined(texts) for texts in columns[number + 1])
    return pa.record_batch(
        [pa.array(values, kind) for values, kind in zip(columns, schema.types, strict=True)], schema=schema
    )
