"""GeoParquet 1.1: WKB, longitude before latitude (OGC:CRS84, the format's default), a box beside each geometry.

Written row group by row group, and sent as it is written. Lists are lists of texts. `sources` in the metadata of
the file is the credits as JSON.
"""

import io
import json
from collections.abc import Iterator
from typing import Any

import numpy as np
import pyarrow as pa
import shapely
from pyarrow import parquet

from portal.exports.answer import Answer
from portal.exports.arrow import NESTED, nested_batches
from portal.exports.streams import gathered

MEDIA_TYPE = "application/vnd.apache.parquet"
SUFFIX = ".parquet"
EDGES = ("xmin", "ymin", "xmax", "ymax")
BOX = pa.struct([(edge, pa.float64()) for edge in EDGES])
SCHEMA = NESTED.append(pa.field("bbox", BOX))


class Outlet(io.RawIOBase):
    """A file that is written from its beginning to its end, and emptied in between."""

    def __init__(self) -> None:
        self.waiting = bytearray()
        self.sent = 0

    def writable(self) -> bool:
        return True

    def write(self, data: Any) -> int:
        self.waiting += data
        return len(data)

    def tell(self) -> int:
        return self.sent + len(self.waiting)

    def take(self) -> bytes:
        taken = bytes(self.waiting)
        self.sent += len(taken)
        self.waiting.clear()
        return taken


class Extent:
    """What the file tells of all its geometries: their types, and the box around them."""

    def __init__(self) -> None:
        self.types: set[str] = set()
        self.box: list[float] | None = None

    def measured(self, batch: pa.RecordBatch) -> pa.RecordBatch:
        """The batch with the box of each geometry."""
        shapes = shapely.from_wkb(np.array(batch.column("geometry").to_pylist(), dtype=object))
        boxes = shapely.bounds(shapes)
        present = ~shapely.is_missing(shapes)
        if present.any():
            self.types |= {one.geom_type for one in shapes[present]}
            self._grow(boxes[present])
        edges = [pa.array(column) for column in boxes.T]
        found = pa.StructArray.from_arrays(edges, fields=list(BOX), mask=pa.array(~present))
        return pa.RecordBatch.from_arrays([*batch.columns, found], schema=SCHEMA)

    def _grow(self, boxes: Any) -> None:
        every = np.vstack([boxes, [self.box]]) if self.box else boxes
        self.box = [*every[:, :2].min(0).tolist(), *every[:, 2:].max(0).tolist()]

    def metadata(self) -> dict[str, Any]:
        """The `geo` of GeoParquet."""
        column = {
            "encoding": "WKB",
            "geometry_types": sorted(self.types),
            "covering": {"bbox": {edge: ["bbox", edge] for edge in EDGES}},
            **({"bbox": self.box} if self.box else {}),
        }
        return {"version": "1.1.0", "primary_column": "geometry", "columns": {"geometry": column}}


def write(answer: Answer) -> Iterator[bytes]:
    return gathered(_pieces(answer))


def _pieces(answer: Answer) -> Iterator[bytes]:
    outlet, extent = Outlet(), Extent()
    with parquet.ParquetWriter(outlet, SCHEMA, compression="zstd") as writer:
        for batch in nested_batches(answer):
            writer.write_batch(extent.measured(batch))
            yield outlet.take()
        # At the end of the file, as Parquet has it: by then the geometries are known.
        writer.add_key_value_metadata(_metadata(answer, extent))
    yield outlet.take()


def _metadata(answer: Answer, extent: Extent) -> dict[str, str]:
    about = {"title": answer.title, "url": answer.url, "version": answer.version, "changed": answer.changed.isoformat()}
    told = {"geo": extent.metadata(), "sources": [credit._asdict() for credit in answer.credits], "parages": about}
    return {name: json.dumps(value, ensure_ascii=False) for name, value in told.items()}
