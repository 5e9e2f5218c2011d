"""GeoPackage: the layer `activities` (EPSG:4326, any geometry) and the table `sources` with their licences."""

from collections.abc import Iterator
from functools import partial
from pathlib import Path

from pyogrio.raw import write_arrow

from portal.exports.answer import Answer
from portal.exports.arrow import flat_batches, sources_table
from portal.exports.layers import write_layer
from portal.exports.streams import from_file

MEDIA_TYPE = "application/geopackage+sqlite3"
SUFFIX = ".gpkg"


def write(answer: Answer) -> Iterator[bytes]:
    return from_file(partial(_make, answer), f"parages{SUFFIX}")


def _make(answer: Answer, path: Path) -> None:
    described = {"IDENTIFIER": answer.title, "DESCRIPTION": "\n".join(credit.line for credit in answer.credits)}
    write_layer(flat_batches(answer), path, "GPKG", described)
    write_arrow(sources_table(answer), str(path), layer="sources", driver="GPKG")
