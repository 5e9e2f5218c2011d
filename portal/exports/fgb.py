"""FlatGeobuf, with its spatial index where every record has a place: the format cannot index what is nowhere.

Then the file has no index, and has every record: the count is the same in every format.
"""

from collections.abc import Iterator
from contextlib import suppress
from functools import partial
from pathlib import Path

import pyarrow as pa
from pyogrio.raw import write_arrow

from portal.exports.answer import Answer
from portal.exports.arrow import FLAT, flat_batches
from portal.exports.streams import from_file

MEDIA_TYPE = "application/flatgeobuf"
SUFFIX = ".fgb"
NO_INDEX = "Some records have no place: without spatial index."


class Indexable:
    """The batches of an answer, for as long as all in them have a place."""

    def __init__(self, answer: Answer) -> None:
        self.answer = answer
        self.stopped = False

    def __iter__(self) -> Iterator[pa.RecordBatch]:
        for batch in flat_batches(self.answer):
            if batch.column("geometry").null_count:
                self.stopped = True
                raise ValueError(NO_INDEX)
            yield batch


def write(answer: Answer) -> Iterator[bytes]:
    return from_file(partial(_make, answer), f"parages{SUFFIX}")


def _make(answer: Answer, path: Path) -> None:
    indexable = Indexable(answer)
    # Arrow hands an error over as one of its own: `stopped` tells ours from others.
    try:
        _write(answer, path, iter(indexable), indexed=True)
    except RuntimeError:
        if not indexable.stopped:
            raise
        with suppress(FileNotFoundError):
            path.unlink()
        _write(answer, path, flat_batches(answer), indexed=False)


def _write(answer: Answer, path: Path, batches: Iterator[pa.RecordBatch], indexed: bool) -> None:
    lines = [credit.line for credit in answer.credits]
    options = {
        "SPATIAL_INDEX": "YES" if indexed else "NO",
        "TEMPORARY_DIR": str(path.parent),
        "TITLE": answer.title,
        "DESCRIPTION": "\n".join(lines if indexed else [*lines, NO_INDEX]),
    }
    write_arrow(
        pa.RecordBatchReader.from_batches(FLAT, batches), str(path), layer="activities", driver="FlatGeobuf",
        geometry_name="geometry", geometry_type="Unknown", crs="EPSG:4326", layer_options=options,
    )  # fmt: skip
