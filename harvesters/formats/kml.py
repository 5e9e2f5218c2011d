"""KML and KMZ: the placemarks of all folders, read by GDAL in the sandbox; network links are not followed.

Fields: `Name`, `description` (HTML as it is written), `begin`, `end`, `timestamp`, and those of ExtendedData.
Options: `layer`, one folder's title (see `layers.py`).
"""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from harvesters.errors import PortalError
from harvesters.formats.kinds import plain_xml, root_of
from harvesters.formats.layers import read_layers
from harvesters.parsers import packed
from harvesters.reading import Reading, Row

# What every placemark has in GDAL's eyes, and how it is drawn.
DRAWING = {"altitudeMode", "tessellate", "extrude", "visibility", "drawOrder", "icon", "_fid"}


def read_kml(body: bytes, options: Mapping[str, Any], reading: Reading) -> Iterator[Row]:
    """One row per placemark. Raises PortalError."""
    body = kml_of_kmz(body) if body.startswith(b"PK") else body
    for row in read_layers(body, "LIBKML", options, reading, usual="*"):
        said = {name: value for name, value in row.data.items() if name not in DRAWING and value is not None}
        yield replace(row, data=said)


def kml_of_kmz(body: bytes) -> bytes:
    """The KML of a KMZ: `doc.kml`, else the first. Raises PortalError."""
    found = [entry for entry in packed.entries(body) if entry.filename.lower().endswith(".kml")]
    if not found:
        raise PortalError("unreadable", "There is no .kml in the KMZ file.")
    main = min(found, key=lambda entry: entry.filename.lower() != "doc.kml")
    xml = plain_xml(packed.unpacked(body, main))
    root_of(xml)
    return xml
