"""Old Excel workbooks (.xls, of 1997 to 2003), read by calamine in the sandbox."""

from collections.abc import Iterator, Mapping
from typing import Any

from harvesters import sandbox
from harvesters.formats.sheet import SECONDS, read_sheet, wanted_sheet
from harvesters.reading import Reading, Row


def read_xls(body: bytes, options: Mapping[str, Any], reading: Reading) -> Iterator[Row]:
    """One row per record of one sheet. Raises PortalError."""
    yield from read_sheet(
        sandbox.stream("harvesters.parsers.office.rows", body, wanted_sheet(options), seconds=SECONDS), options, reading
    )
