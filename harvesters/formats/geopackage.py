"""GeoPackage (.gpkg): its tables of features, read by GDAL in the sandbox; views and virtual tables are not opened.

A record's key in its table, which it keeps, stands in its data as `_id`. Options: `layer`, `crs` (see `layers.py`).
"""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from harvesters.formats.layers import read_layers
from harvesters.reading import Reading, Row


def read_geopackage(body: bytes, options: Mapping[str, Any], reading: Reading) -> Iterator[Row]:
    """One row per feature of one layer. Raises PortalError."""
    for row in read_layers(body, "GPKG", options, reading):
        key = row.data.pop("_fid", None)
        yield replace(row, data=row.data | {"_id": key}) if key is not None else row
