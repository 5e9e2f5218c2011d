"""GPX: waypoints, routes and tracks, read by GDAL in the sandbox; the points that a track is made of are not records.

Fields: `name`, `desc`, `cmt`, `type`, `time`, `link1_href`… Options: `layer` (see `layers.py`).
"""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from harvesters.formats.layers import read_layers
from harvesters.reading import Reading, Row

POINTS_OF_LINES = {"route_points", "track_points"}


def read_gpx(body: bytes, options: Mapping[str, Any], reading: Reading) -> Iterator[Row]:
    """One row per waypoint, route and track. Raises PortalError."""
    position = 0
    for row in read_layers(body, "GPX", options, reading, usual="*"):
        if row.data.get("_layer") in POINTS_OF_LINES and not options.get("layer"):
            continue
        position += 1
        said = {name: value for name, value in row.data.items() if name != "_fid" and value is not None}
        yield replace(row, position=position, data=said)
