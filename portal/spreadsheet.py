"""Cells that no spreadsheet runs as a formula, for the tables that we write line by line."""

import json
from typing import Any

BOM = "\ufeff"
# What a spreadsheet would run (OWASP, «CSV injection»); the apostrophe makes it text.
FORMULA = ("=", "+", "-", "@", "\t", "\r")


class Echo:
    """A file that gives back what is written to it."""

    def write(self, value: str) -> str:
        return value


def cell(value: Any) -> str:
    """A value as text that no spreadsheet runs."""
    text = plain(value)
    is_text = not isinstance(value, (int, float))
    return f"'{text}" if is_text and text.startswith(FORMULA) else text


def plain(value: Any) -> str:
    """A value as text; lists are joined by «; »."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list):
        value = "; ".join(
            json.dumps(part, ensure_ascii=False) if isinstance(part, dict) else str(part) for part in value
        )
    return str(value)
