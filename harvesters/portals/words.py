"""The words that services describe themselves and their layers with."""

from typing import Any

from harvesters.clean import text

DESCRIPTION_MAX = 5_000


def words(value: object, limit: int = text.TITLE_MAX) -> str:
    """A title or description as one line; of one in several languages, the first."""
    if isinstance(value, dict):
        value = next(iter(value.values()), "")
    return text.line(value, limit)


def keywords(value: object) -> tuple[str, ...]:
    """Keywords out of a list of them, or of a text with commas."""
    if isinstance(value, str):
        value = value.split(",")
    return tuple(text.words(value)) if isinstance(value, list) else ()


def listed(value: object) -> list[dict[str, Any]]:
    """The objects of a list that a portal should have given; none when it gave something else."""
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []
