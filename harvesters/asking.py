"""Asking an address what it is: an answer, or none; and the words that portals describe themselves with."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from harvesters.clean import text
from harvesters.errors import PortalError
from harvesters.http import Answer, Client

NOT_REACHED = {
    "unreachable", "timeout", "too-slow", "bad-address", "refused-address", "certificate", "too-many-redirects", "busy",
}  # fmt: skip
DATASETS_MAX = 20_000
DESCRIPTION_MAX = 5_000


def json_if_any(client: Client, url: str, parameters: Mapping[str, Any] | None = None) -> dict[str, Any] | None:
    """The JSON object at an address; None when something else stands there.

    Raises PortalError only when nothing could be reached at all.
    """
    try:
        found = client.get_json(url, parameters)
    except PortalError as error:
        if error.code in NOT_REACHED:
            raise
        return None
    return found if isinstance(found, dict) else None


def answer_if_any(client: Client, url: str, parameters: Mapping[str, Any] | None = None) -> Answer | None:
    """The same of an answer of any kind."""
    try:
        return client.get(url, parameters)
    except PortalError as error:
        if error.code in NOT_REACHED:
            raise
        return None


def split_query(address: str) -> tuple[str, dict[str, str]]:
    """An address without its query and fragment, and the parameters of the query."""
    try:
        parts = urlsplit(address.strip())
    except ValueError as error:
        raise PortalError("bad-address", f"“{address[:160]}” is not an address that can be read.") from error
    return urlunsplit((parts.scheme, parts.netloc, parts.path, "", "")), dict(parse_qsl(parts.query))


def with_query(address: str, parameters: Mapping[str, str]) -> str:
    return f"{address}?{urlencode(parameters)}" if parameters else address


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
