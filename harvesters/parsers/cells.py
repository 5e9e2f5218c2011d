"""Cells of spreadsheets as plain data: dates as ISO 8601, numbers as numbers, nothing as None."""

import math
import re
from datetime import date, datetime, time, timedelta
from typing import Any

COLUMNS_MAX = 2_000
ERRORS = re.compile(r"#(?:N/A|REF!|VALUE!|DIV/0!|NAME\?|NULL!|NUM!|SPILL!|CALC!|GETTING_DATA)")
ZEROS = re.compile(r"0{2,20}")
EXACT_MAX = 2**53


def plain(value: Any, number_format: str = "") -> Any:
    """A cell's value. `number_format`: Excel's; `00000` shows 1 as 00001, which it then is."""
    if value is None or value == "" or (isinstance(value, str) and ERRORS.fullmatch(value)):
        return None
    if isinstance(value, bool | str):
        return value
    if isinstance(value, float):
        if not math.isfinite(value):
            return None
        value = int(value) if value.is_integer() and abs(value) < EXACT_MAX else value
    if isinstance(value, int):
        return str(value).zfill(len(number_format)) if ZEROS.fullmatch(number_format) and value >= 0 else value
    return moment(value)


def moment(value: Any) -> Any:
    if isinstance(value, datetime):
        midnight = value.time() == time()
        return value.date().isoformat() if midnight else value.isoformat(timespec="seconds")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, time):
        return value.isoformat(timespec="seconds")
    return value if isinstance(value, float) else str(value) if isinstance(value, timedelta) else None


def trimmed(cells: list[Any]) -> list[Any]:
    while cells and cells[-1] is None:
        cells.pop()
    return cells
