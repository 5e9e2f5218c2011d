"""Asking an address whether a protocol's portal stands there."""

from collections.abc import Callable
from typing import TypeVar

from harvesters.errors import PortalError

Found = TypeVar("Found")
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
