"""What stands between the records and the API, where there is anything: brought up to date, and compared."""

from importlib import import_module
from importlib.util import find_spec
from typing import Any

_READ: Any = import_module("portal.read") if find_spec("portal.read") else None


def refresh() -> None:
    """Bring what the API reads up to date with the records."""
    if _READ:
        _READ.refresh()


def differences() -> object:
    """What differs between what the API reads and the records; nothing, when all is well."""
    return _READ.check() if _READ else None
