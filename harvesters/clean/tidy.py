"""Values without what no database holds, whatever a portal sends."""

import math
import re
from typing import Any

DEPTH_MAX = 64
UNSTORABLE = re.compile("[\x00\ud800-\udfff]")


class TooDeepError(ValueError):
    """A value nested deeper than any record needs."""


def tidy_text(text: str) -> str:
    """The text, each NUL and lone surrogate in it replaced by “\ufffd”."""
    return UNSTORABLE.sub("\ufffd", text)


def tidy(value: Any, depth: int = 0) -> Any:
    """The value of a JSON document without infinities, NUL and lone surrogates. Raises TooDeepError."""
    if isinstance(value, str):
        return tidy_text(value)
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if depth >= DEPTH_MAX and isinstance(value, dict | list):
        raise TooDeepError
    if isinstance(value, dict):
        return {tidy_text(name): tidy(inner, depth + 1) for name, inner in value.items()}
    if isinstance(value, list):
        return [tidy(inner, depth + 1) for inner in value]
    return value


def shallow(value: Any, depth: int = 0) -> Any:
    """The value without what is nested deeper than any record needs: of a page, one such record spoils no other."""
    if not isinstance(value, dict | list):
        return value
    if depth >= DEPTH_MAX:
        return None
    if isinstance(value, list):
        return [shallow(inner, depth + 1) for inner in value]
    return {name: shallow(inner, depth + 1) for name, inner in value.items()}
