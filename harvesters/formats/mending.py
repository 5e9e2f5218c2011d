"""Text that its publisher garbled for good: no encoding reads it, so the source says what stands for what.

Option `replace`: a table of garbled characters and what they were (`{ "äó»" = "’" }`). What is not in it is left as
it is; how often each was mended is told.
"""

from collections.abc import Mapping
from typing import Any

from harvesters.errors import PortalError
from harvesters.reading import Reading


def mended(text: str, options: Mapping[str, Any], reading: Reading) -> str:
    """The text with what the option `replace` names replaced, the longest first. Raises PortalError (bad-option)."""
    table = options.get("replace") or {}
    if not isinstance(table, dict) or not all(isinstance(right, str) for right in table.values()) or "" in table:
        raise PortalError("bad-option", "The option `replace` is a table of garbled characters and what they were.")
    for garbled in sorted(table, key=len, reverse=True):
        count = text.count(garbled)
        if count:
            text = text.replace(garbled, table[garbled])
            reading.note(f"“{garbled}” was garbled by the publisher and read as “{table[garbled]}”, {count} times.")
    return text
