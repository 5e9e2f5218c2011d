"""Asking an address what stands there: an answer, or none."""

from collections.abc import Callable, Mapping
from typing import Any, TypeVar
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from harvesters.errors import PortalError
from harvesters.http import Answer, Client

Found = TypeVar("Found")
# A circle of redirects is not among them: somebody answers, and may answer properly at the next address asked.
OUT_OF_REACH = {
    "bad-address", "busy", "certificate", "refused-address", "timeout", "too-slow", "unreachable",
}  # fmt: skip


def tried(ask: Callable[[], Found]) -> Found | None:
    """What `ask` gives; None when the portal answered otherwise than asked. Raises PortalError out of reach."""
    try:
        return ask()
    except PortalError as error:
        if error.code in OUT_OF_REACH:
            raise
        return None


def json_if_any(client: Client, url: str, parameters: Mapping[str, Any] | None = None) -> dict[str, Any] | None:
    """The JSON object at an address; None when something else stands there. Raises PortalError out of reach."""
    found = tried(lambda: client.get_json(url, parameters))
    return found if isinstance(found, dict) else None


def answer_if_any(client: Client, url: str, parameters: Mapping[str, Any] | None = None) -> Answer | None:
    """The same of an answer of any kind."""
    return tried(lambda: client.get(url, parameters))


def split_query(address: str) -> tuple[str, dict[str, str]]:
    """An address without its query and fragment, and the parameters of the query. Raises PortalError (bad-address)."""
    try:
        parts = urlsplit(address.strip())
    except ValueError as error:
        raise PortalError("bad-address", f"“{address[:160]}” is not an address that can be read.") from error
    return urlunsplit((parts.scheme, parts.netloc, parts.path, "", "")), dict(parse_qsl(parts.query))


def with_query(address: str, parameters: Mapping[str, str]) -> str:
    return f"{address}?{urlencode(parameters)}" if parameters else address
