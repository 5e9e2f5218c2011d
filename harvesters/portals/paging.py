"""What readers of services that answer page by page share: each record once, loops found out, a first few only."""

import json
from collections.abc import Iterator, Mapping, Sequence
from hashlib import blake2b
from itertools import compress
from typing import Any, TypeVar

from harvesters.errors import PortalError
from harvesters.reading import Reading, Row

PAGES_MAX = 5_000
PAGES_SPARE = 5
COUNT_MAX = 2**31 - 1
T = TypeVar("T")


class Pages:
    """Watches over the pages of one dataset as they come.

    Servers give their first page for ever, let pages overlap where they know no order, or change while they are
    read: what came before is dropped, a page with nothing new is an error, a count that changes is told.

    `came`: how many records came, those that came before among them: where the next page begins.
    `size`: how many the longest page held.
    """

    def __init__(self, reading: Reading) -> None:
        self.reading = reading
        self.came = 0
        self.size = 0
        self._count = 0
        self._seen: set[bytes] = set()

    def announce(self, number: int | None) -> None:
        """Take note of how many records the server says there are; None when it does not say."""
        if number is None:
            return
        before = self.reading.announced
        if before is not None and before != number:
            self.reading.stop(f"The portal announced {before} records, then {number} while they were read.")
        self.reading.announced = before if before is not None else number

    @property
    def missing(self) -> bool:
        """Whether fewer came than were announced."""
        return self.reading.announced is not None and self.came < self.reading.announced

    def fresh(self, records: Sequence[T], ids: Sequence[object]) -> list[T]:
        """The records of a page that did not come before; `ids` stand for them where they tell them apart.

        Raises PortalError (repeated-page) for a page with nothing new, and for more pages than there can be.
        """
        if not records:
            return []
        start = self.came + 1
        self._take_count(len(records))
        marks = marks_of(records, ids)
        is_new = [mark not in self._seen for mark in marks]
        if not any(is_new):
            raise PortalError("repeated-page", f"The portal gave the same records twice, from record {start} on.")
        self._seen.update(marks)
        if len(marks) < len(records):
            return list(records)
        if not all(is_new):
            self.reading.note("Pages of the portal overlap: records that came twice were taken once.")
        return list(compress(records, is_new))

    def is_news(self, records: Sequence[Any], ids: Sequence[object]) -> bool:
        """Whether a page holds anything that did not come before; takes note of nothing."""
        return any(mark not in self._seen for mark in marks_of(records, ids))

    def _take_count(self, length: int) -> None:
        self.came += length
        self._count += 1
        self.size = max(self.size, length)
        announced = self.reading.announced
        is_too_much = announced is not None and self.came > announced + PAGES_SPARE * self.size
        if is_too_much or self._count > PAGES_MAX:
            raise PortalError("repeated-page", f"The portal gave {self._count} pages and no end to them.")


def marks_of(records: Sequence[Any], ids: Sequence[object]) -> list[bytes]:
    """What each record of a page is known by; one mark for all of them where their ids do not tell them apart."""
    known = [str(id_) for id_ in ids if id_ is not None and id_ != ""]
    if len(known) == len(records) == len(set(known)):
        return [digest(id_) for id_ in known]
    return [digest(json.dumps(records, sort_keys=True, default=str))]


def digest(text: str) -> bytes:
    return blake2b(text.encode("utf-8", "surrogatepass"), digest_size=12).digest()


def number_of(value: object) -> int | None:
    """A count that a portal announces, as a number or in digits; None when it says none that makes sense."""
    if isinstance(value, str) and value.strip().isascii() and value.strip().isdigit() and len(value) < 12:
        value = int(value)
    return value if type(value) is int and 0 <= value <= COUNT_MAX else None


def whole_option(options: Mapping[str, Any], name: str, default: int) -> int:
    """An option that is a number of records; 0 stands for “not said”. Raises PortalError (bad-option)."""
    value = options.get(name) or default
    if type(value) is not int or value < 0:
        raise PortalError("bad-option", f"The option `{name}` is a number of records, not “{value}”.")
    return value


def first_of(rows: Iterator[Row], limit: int, reading: Reading) -> Iterator[Row]:
    """The first `limit` rows, or all of them when it is 0; a part is told as one."""
    for count, row in enumerate(rows, start=1):
        yield row
        if count == limit:
            announced = reading.announced
            if announced is None or announced > limit:
                of = "all" if announced is None else announced
                reading.stop(f"Only the first {limit} of {of} records were asked for.")
                reading.announced = None if announced is None else limit
            return
