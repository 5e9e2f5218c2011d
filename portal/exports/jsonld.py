"""schema.org's DataFeed (JSON-LD): the things of the answer as their own pages describe them to search engines."""

import json
from collections.abc import Iterator
from typing import Any

from portal.exports.answer import Answer, Credit
from portal.exports.streams import gathered
from portal.pages.facts import safe_url
from portal.pages.linked_data import CONTEXT, thing

MEDIA_TYPE = "application/ld+json"
SUFFIX = ".jsonld"


def write(answer: Answer) -> Iterator[bytes]:
    return gathered(text.encode() for text in _texts(answer))


def _texts(answer: Answer) -> Iterator[str]:
    head = {
        "@context": CONTEXT,
        "@type": "DataFeed",
        "@id": answer.url,
        "url": answer.url,
        "name": answer.title,
        "version": str(answer.version),
        "dateModified": answer.changed.isoformat(),
        "isBasedOn": [_dataset(credit) for credit in answer.credits],
    }
    yield _json(head).removesuffix("}") + ', "dataFeedElement": ['
    comma = "\n"
    for feature in answer.features():
        yield comma + _json(thing(feature))
        comma = ",\n"
    yield "\n]}\n"


def _dataset(credit: Credit) -> dict[str, Any]:
    said = {
        "@type": "Dataset",
        "name": credit.title,
        "url": safe_url(credit.page),
        "license": safe_url(credit.licence_url) or credit.licence,
        "creditText": credit.line,
        "publisher": {"@type": "Organization", "name": credit.publisher},
    }
    return {name: value for name, value in said.items() if value}


def _json(value: dict[str, Any]) -> str:
    # Somebody will put it into a page: no text of a portal may close its block.
    return json.dumps(value, ensure_ascii=False).replace("<", "\\u003c")
