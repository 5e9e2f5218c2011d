"""An Answer out of the read tables: its texts stand ready there."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from functools import cached_property
from itertools import chain

import orjson

from portal.exports.answer import Credit, Feature
from portal.read import counts, version
from portal.read.order import Ask, parts
from portal.read.render import FEATURES, features, joined, lines
from portal.read.where import Where
from portal.results import Results


class RecordsAnswer:
    """The Results of a question, to be written as the file `name`."""

    def __init__(self, results: Results, name: str, url: str) -> None:
        self.where = results.where
        self.name = name
        self.url = url
        self.title = f"Parages: {name}"
        self._version = version.current()

    def texts(self) -> Iterator[bytes]:
        return chain.from_iterable(features(self.where))

    def lines(self, end: bytes) -> Iterator[bytes]:
        for some in lines(self.where):
            yield end.join([*some, b""])

    def features(self) -> Iterator[Feature]:
        return map(orjson.loads, self.texts())

    def newest(self, most: int) -> list[Feature]:
        latest = Where(replace(self.where.query, sort="-changed"), self.where.within)
        texts = [text for part in parts(latest, Ask(most), FEATURES) for text in part.content]
        found: list[Feature] = orjson.loads(joined(texts, b"[", b"]"))
        return found

    @property
    def changed(self) -> datetime:
        return self._version.changed

    @property
    def version(self) -> int:
        return self._version.number

    @cached_property
    def credits(self) -> Sequence[Credit]:
        return [Credit(*row) for row in counts.by_source(self.where)]
