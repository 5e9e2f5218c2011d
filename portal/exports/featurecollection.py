"""The whole answer as one GeoJSON FeatureCollection (RFC 7946), which `f=geojson` gives in pages.

The foreign members `attribution` and `timeStamp` say whose the data are, and of when.
"""

from collections.abc import Iterator

import orjson

from portal.exports.answer import Answer
from portal.exports.streams import gathered

MEDIA_TYPE = "application/geo+json"
SUFFIX = ".geojson"


def write(answer: Answer) -> Iterator[bytes]:
    return gathered(_parts(answer))


def _parts(answer: Answer) -> Iterator[bytes]:
    head = {
        "type": "FeatureCollection",
        "title": answer.title,
        "timeStamp": f"{answer.changed:%Y-%m-%dT%H:%M:%SZ}",
        "links": [{"rel": "self", "type": MEDIA_TYPE, "href": answer.url}],
        "attribution": [credit._asdict() for credit in answer.credits],
    }
    yield orjson.dumps(head).removesuffix(b"}") + b',"features":['
    comma = b"\n"
    for text in answer.texts():
        yield comma + text
        comma = b",\n"
    yield b"\n]}\n"
