"""The one data version: what ETags, caches and the headers of answers are made of."""

import time
from dataclasses import dataclass
from datetime import UTC, datetime

from django.conf import settings

from portal.read import database


@dataclass(frozen=True)
class Version:
    """Moves with every change of what is answered."""

    number: int
    changed: datetime


ASK = "SELECT version, changed FROM read_state"
_known: dict[str, tuple[float, Version]] = {}


def current() -> Version:
    """The version of now; a process asks the database once in PARAGES_VERSION_S at most."""
    asked, version = _known.get("version", (0.0, None))
    if version is None or time.monotonic() - asked >= settings.VERSION_S:
        version = Version(*(database.one(ASK, {}) or (0, datetime.fromtimestamp(0, UTC))))
        database.replica.version = version.number
        _known["version"] = time.monotonic(), version
    return version
