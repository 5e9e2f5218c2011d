"""The formats in which the whole answer to a question is given: one file of this folder each, found by its name.

A format is imported when it is first asked for: some bring libraries that most processes never need.
"""

import pkgutil
from collections.abc import Iterator, Mapping
from importlib import import_module
from typing import Protocol, cast

from portal.exports.answer import Answer

SHARED = ("answer", "arrow", "columns", "download", "layers", "markup", "records", "streams")
"""What formats have in common."""


class Format(Protocol):
    MEDIA_TYPE: str
    SUFFIX: str
    """Of the file's name, with its dot."""

    def write(self, answer: Answer) -> Iterator[bytes]:
        """The file, in pieces. What it holds open is closed with the iterator."""
        ...


class Formats(Mapping[str, Format]):
    def __init__(self) -> None:
        self.names = [one.name for one in pkgutil.iter_modules(__path__) if one.name not in SHARED]

    def __getitem__(self, name: str) -> Format:
        if name not in self.names:
            raise KeyError(name)
        return cast(Format, import_module(f"{__name__}.{name}"))

    def __iter__(self) -> Iterator[str]:
        return iter(self.names)

    def __len__(self) -> int:
        return len(self.names)


FORMATS = Formats()
