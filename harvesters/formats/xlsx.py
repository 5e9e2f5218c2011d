"""Excel workbooks (.xlsx, .xlsm), read row by row by openpyxl in the sandbox; formulas give their last value."""

from collections.abc import Iterator, Mapping
from typing import Any

from harvesters import sandbox
from harvesters.formats.sheet import SECONDS, read_sheet, wanted_sheet
from harvesters.parsers import packed
from harvesters.reading import Reading, Row


def read_xlsx(body: bytes, options: Mapping[str, Any], reading: Reading) -> Iterator[Row]:
    """One row per record of one sheet. Raises PortalError."""
    packed.entries(body)
    stream: Iterator[Any] = sandbox.stream(
        "harvesters.parsers.workbook.rows",
        body,
        wanted_sheet(options),
        seconds=SECONDS,
        environment={"OPENPYXL_LXML": "False"},
    )
    yield from read_sheet(stream, options, reading)
