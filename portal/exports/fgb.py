"""FlatGeobuf, with its spatial index where every record has a place: the format cannot index what is nowhere.

Then the file has no index, and has every record: the count is the same in every format.
"""

from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pyarrow as pa

from portal.exports.answer import Answer
from portal.exports.arrow import flat_batches
from portal.exports.layers import write_layer
from portal.exports.streams import from_file

MEDIA_TYPE = "application/flatgeobuf"
SUFFIX = ".fgb"
NO_INDEX = "Some records have no place: without spatial index."


class PlacelessError(Exception):
    """A record has no place."""


def write(answer: Answer) -> Iterator[bytes]:
    return from_file(partial(_make, answer), f"parages{SUFFIX}")


def _make(answer: Answer, path: Path) -> None:
    try:
        write_layer(_placed(answer), path, "FlatGeobuf", _options(answer, path, indexed=True))
    except PlacelessError:
        path.unlink(missing_ok=True)
        write_layer(flat_batches(answer), path, "FlatGeobuf", _options(answer, path, indexed=False))


def _placed(answer: Answer) -> Iterator[pa.RecordBatch]:
    """The batches, for as long as all in them have a place."""
    for batch in flat_batches(answer):
        if batch.column("geometry").null_count:
            raise PlacelessError
        yield batch


def _options(answer: Answer, path: Path, indexed: bool) -> dict[str, str]:
    lines = [credit.line for credit in answer.credits]
    return {
        "SPATIAL_INDEX": "YES" if indexed else "NO",
        "TEMPORARY_DIR": str(path.parent),
        "TITLE": answer.title,
        "DESCRIPTION": "\n".join(lines if indexed else [*lines, NO_INDEX]),
    }
