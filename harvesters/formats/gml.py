"""GML 2 and 3, as a WFS answers it too, read by GDAL in the sandbox; schemas and links are not fetched.

Axes are put in order by the coordinate system that the file names. Options: `layer`, `crs` (see `layers.py`).
"""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from harvesters.formats.layers import read_layers
from harvesters.reading import Reading, Row

ENVELOPE = {"lowerCorner", "upperCorner", "_fid"}


def read_gml(body: bytes, options: Mapping[str, Any], reading: Reading) -> Iterator[Row]:
    """One row per feature of one type. Raises PortalError."""
    for row in read_layers(body, "GML", options, reading):
        said = {name: value for name, value in row.data.items() if name not in ENVELOPE}
        if said.get("gml_id") is not None:
            said["_id"] = said["gml_id"]
        yield replace(row, data=said)
