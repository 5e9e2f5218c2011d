"""Which columns a run met of those that a record cannot do without: a portal that renames one must not empty us.

A column that most records of the last complete run had, and that not one has now, was renamed or dropped. A column
that few records have (JSON leaves out what is blank) may be absent from a small list without any meaning.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

from harvesters.mapping import PLACE_FIELDS, Reader, lookup

NEEDED = ("id", "title", *(field for field in PLACE_FIELDS if field not in ("crs", "precision")))
READ_MIN = 5
"""What fewer records have tells nothing of a portal's columns."""


class Columns:
    """Counts, in one run, the records that have each needed column of a source's mapping."""

    def __init__(self, readers: Mapping[str, Reader]) -> None:
        self.of_fields = {field: readers[field].names for field in NEEDED if field in readers}
        self._names = frozenset[str]().union(*self.of_fields.values())
        self._met = Counter[str]()
        self._read = 0

    def meet(self, row: Mapping[str, Any]) -> None:
        """Count the columns of one record, blank ones too."""
        self._read += 1
        self._met.update(name for name in self._names if name in row or lookup(name, row) is not None)

    def usual(self) -> list[str]:
        """The columns that half of the records have, or more; none when few were read."""
        if self._read < READ_MIN:
            return []
        return sorted(name for name, count in self._met.items() if 2 * count >= self._read)

    def gone(self, usual: Iterable[str]) -> list[str]:
        """Of what was usual before, what no record has now; a column of the mapping that is new may take its place."""
        if not self._read:
            return []
        before, now = set(usual), set(self._met)
        lost = (names & before - now for names in self.of_fields.values() if not names & now - before)
        return sorted(set[str]().union(*lost))
