"""GeoJSON text sequence (RFC 8142): a record separator before each Feature. Each names its own source and licence."""

from collections.abc import Iterator

from portal.exports.answer import Answer
from portal.exports.streams import gathered

MEDIA_TYPE = "application/geo+json-seq"
SUFFIX = ".geojsons"
SEPARATOR = b"\x1e"


def write(answer: Answer) -> Iterator[bytes]:
    return gathered(SEPARATOR + text + b"\n" for text in answer.texts())
