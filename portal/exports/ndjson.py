"""NDJSON: one GeoJSON Feature a line. Each names its own source and licence."""

from collections.abc import Iterator

from portal.exports.answer import Answer
from portal.exports.streams import gathered

MEDIA_TYPE = "application/x-ndjson"
SUFFIX = ".ndjson"


def write(answer: Answer) -> Iterator[bytes]:
    return gathered(text + b"\n" for text in answer.texts())
