"""What a sample of rows holds, column by column: how full, how different, in which form."""

import re
import statistics
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from harvesters.clean.values import Unreadable, blank, decimal
from harvesters.reading import Row

LOOKED_AT = 200
"""So many values of a column are looked at one by one, spread over the sample."""
DEPTH_MAX = 4
COLUMNS_MAX = 400
OF_US = ("_dataset_", "_resource_")
"""What our readers say of the dataset is no column of its records."""

_MARKUP = re.compile(r"</?[a-zA-Z][^<>]{0,80}>")
_WEB = re.compile(r"(?i)(?:https?://|www\.)\S+$")


@dataclass(frozen=True)
class Column:
    """One column of a sample. `name` is what a mapping calls it: dots go down into objects."""

    name: str
    values: tuple[Any, ...]
    rows: int

    @cached_property
    def filled(self) -> list[Any]:
        """The values that are not blank."""
        return [value for value in self.values if not blank(value) and value not in ([], {})]

    @cached_property
    def texts(self) -> list[str]:
        """Some of the values that are text or numbers, spread over the sample."""
        plain = [str(value).strip() for value in self.filled if isinstance(value, (str, int, float))]
        return spread(plain, LOOKED_AT)

    @cached_property
    def share_filled(self) -> float:
        return len(self.filled) / self.rows if self.rows else 0.0

    @cached_property
    def counts(self) -> Counter[str]:
        """How often each value stands there, whatever its type."""
        return Counter(str(value).strip() for value in self.filled)

    @property
    def share_distinct(self) -> float:
        return len(self.counts) / len(self.filled) if self.filled else 0.0

    @cached_property
    def numbers(self) -> list[float]:
        """Those of the texts that are numbers, decimal commas understood."""
        return [number for number in map(number_of, self.texts) if number is not None]

    @property
    def share_numbers(self) -> float:
        return len(self.numbers) / len(self.texts) if self.texts else 0.0

    @cached_property
    def length(self) -> float:
        """The usual length of its texts, in characters."""
        return statistics.median(len(text) for text in self.texts) if self.texts else 0.0

    def share(self, pattern: re.Pattern[str]) -> float:
        """The share of the texts that fit the pattern from their start."""
        return sum(1 for text in self.texts if pattern.match(text)) / len(self.texts) if self.texts else 0.0

    def share_found(self, pattern: re.Pattern[str]) -> float:
        """The share of the texts in which the pattern is found."""
        return sum(1 for text in self.texts if pattern.search(text)) / len(self.texts) if self.texts else 0.0

    @cached_property
    def share_links(self) -> float:
        return self.share(_WEB)

    @cached_property
    def has_markup(self) -> bool:
        return sum(1 for text in self.texts if _MARKUP.search(text)) * 3 > len(self.texts) > 0

    @property
    def is_of_list(self) -> bool:
        """Whether it is of the first of several things that a record holds, and so not of the record itself."""
        return ".0." in self.name

    @property
    def depth(self) -> int:
        return self.name.count(".")


def columns_of(rows: Sequence[Row]) -> list[Column]:
    """The columns of the rows in the order they come, nested ones by dotted names."""
    names: dict[str, None] = {}
    flat = [flattened({name: row.data[name] for name in row.data if not name.startswith(OF_US)}) for row in rows]
    for values in flat:
        for name in values:
            if len(names) < COLUMNS_MAX:
                names.setdefault(name)
    return [Column(name, tuple(values.get(name) for values in flat), len(flat)) for name in names]


def flattened(data: Mapping[str, Any]) -> dict[str, Any]:
    """The values of a row by the names that a mapping reaches them with."""
    return dict(_leaves(data, "", 0))


def _leaves(value: Mapping[str, Any], above: str, depth: int) -> Iterator[tuple[str, Any]]:
    for key, inner in value.items():
        name = f"{above}{key}"
        if isinstance(inner, Mapping) and inner and depth < DEPTH_MAX:
            yield from _leaves(inner, f"{name}.", depth + 1)
        else:
            yield name, inner
            yield from _of_list(inner, name, depth)


def _of_list(value: Any, name: str, depth: int) -> Iterator[tuple[str, Any]]:
    """The first object of a list, or the two numbers of a position."""
    if not isinstance(value, list) or not value or depth >= DEPTH_MAX:
        return
    if isinstance(value[0], Mapping):
        yield from _leaves(value[0], f"{name}.0.", depth + 1)
    elif len(value) in (2, 3) and all(isinstance(part, int | float) for part in value):
        yield from ((f"{name}.{place}", part) for place, part in enumerate(value[:2]))


def number_of(value: object) -> float | None:
    """The value as a number, or None when it is none."""
    try:
        number = decimal(value)
    except Unreadable:
        return None
    return None if number is None else float(number)


def spread(values: Sequence[Any], count: int) -> list[Any]:
    """At most so many of the values, evenly from the first to the last."""
    if len(values) <= count:
        return list(values)
    return [values[place * len(values) // count] for place in range(count)]


def distinct_together(columns: Iterable[Column]) -> int:
    """How many different records the columns tell apart together."""
    return len(set(zip(*(map(str, column.values) for column in columns), strict=True)))
