"""OpenDocument spreadsheets (.ods), read by calamine in the sandbox."""

from collections.abc import Iterator, Mapping
from typing import Any

from harvesters import sandbox
from harvesters.formats.sheet import SECONDS, read_sheet, wanted_sheet
from harvesters.parsers import packed
from harvesters.reading import Reading, Row


def read_ods(body: bytes, options: Mapping[str, Any], reading: Reading) -> Iterator[Row]:
    """One row per record of one sheet. Raises PortalError."""
    packed.entries(body)
    yield from read_sheet(
        sandbox.stream("harvesters.parsers.office.rows", body, wanted_sheet(options), seconds=SECONDS), options, reading
    )
