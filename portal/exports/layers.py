"""An answer as the layer `activities` of a file that GDAL writes: EPSG:4326, any geometry."""

from collections.abc import Iterable, Iterator
from pathlib import Path

import pyarrow as pa
from pyogrio.raw import write_arrow

from portal.exports.arrow import FLAT


class Batches:
    """Batches that remember why they broke off: GDAL only says that they did."""

    def __init__(self, batches: Iterable[pa.RecordBatch]) -> None:
        self.batches = batches
        self.error: Exception | None = None

    def __iter__(self) -> Iterator[pa.RecordBatch]:
        try:
            yield from self.batches
        except Exception as error:
            self.error = error
            raise


def write_layer(batches: Iterable[pa.RecordBatch], path: Path, driver: str, options: dict[str, str]) -> None:
    """Write batches of FLAT; `options` are those of the layer in GDAL's words."""
    remembered = Batches(batches)
    reader = pa.RecordBatchReader.from_batches(FLAT, iter(remembered))
    try:
        write_arrow(
            reader, str(path), layer="activities", driver=driver, geometry_name="geometry", geometry_type="Unknown",
            crs="EPSG:4326", layer_options=options,
        )  # fmt: skip
    except RuntimeError:
        if remembered.error:
            raise remembered.error from None
        raise
