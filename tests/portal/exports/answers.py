"""An answer without a database, for formats made of Features: lines of CSV come out of the read tables alone."""

import heapq
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cached_property
from typing import Any

import orjson

from portal.exports.answer import Credit, Feature


@dataclass
class ListAnswer:
    """An Answer of features at hand."""

    items: Sequence[Feature] = ()
    name: str = "all"
    url: str = "https://parages.example/api/collections/all/items"
    title: str = "Parages"
    version: int = 1
    changed: datetime = field(default_factory=lambda: datetime(2026, 10, 1, 4, tzinfo=UTC))

    def features(self) -> Iterator[Feature]:
        yield from self.items

    def texts(self) -> Iterator[bytes]:
        yield from map(orjson.dumps, self.items)

    def newest(self, most: int) -> list[Feature]:
        # Moments are compared as moments: their texts may be in different zones.
        return heapq.nlargest(most, self.items, key=_changed)

    @cached_property
    def credits(self) -> Sequence[Credit]:
        return credits_of(self.items)


def credits_of(features: Iterable[Feature]) -> list[Credit]:
    """The sources of features, as the features tell them."""
    counts = Counter(_told(feature["properties"]) for feature in features)
    return [credit._replace(records=records) for credit, records in sorted(counts.items())]


def _told(properties: dict[str, Any]) -> Credit:
    names = ("source", "source_title", "publisher", "licence", "licence_url")
    slug, title, publisher, licence, licence_url = (str(properties[name]) for name in names)
    return Credit(slug, title, publisher, licence, licence_url, page="", records=0)


def _changed(feature: Feature) -> datetime:
    return datetime.fromisoformat(feature["properties"]["changed"])
