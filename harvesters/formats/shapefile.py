"""Shapefiles in a ZIP (.shp with its .dbf, and .shx, .prj, .cpg), read by GDAL in the sandbox.

The number of a shape in its file is no identity and is left out. Options: `layer`, the name of one of several
shapefiles; `encoding`, when neither .cpg nor the table's text shows it; `crs`, when there is no .prj.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from harvesters import sandbox
from harvesters.formats import layers
from harvesters.formats.layers import text_option
from harvesters.parsers import packed
from harvesters.reading import Reading, Row


def read_shapefile(body: bytes, options: Mapping[str, Any], reading: Reading) -> Iterator[Row]:
    """One row per shape. Raises PortalError."""
    packed.entries(body)
    stream: Iterator[Any] = sandbox.stream(
        "harvesters.parsers.vector.shapefile", body,
        *(text_option(options, name) for name in ("layer", "encoding", "crs")),
        seconds=layers.SECONDS, environment=layers.only("ESRI Shapefile"),
    )  # fmt: skip
    for row in layers.rows(told(stream, reading), reading):
        del row.data["_fid"]
        yield row


def told(stream: Iterator[Any], reading: Reading) -> Iterator[Any]:
    """The items of the stream; the encoding that was taken is said on the way."""
    for item in stream:
        if isinstance(item, dict) and item.get("encoding", "UTF-8") != "UTF-8":
            reading.note(f"The text is in {item['encoding'] or 'the encoding that its table names'}.")
        yield item
