"""A client for a person who waits at a page: whatever a portal does, its look ends."""

import time
from collections.abc import Collection, Mapping
from dataclasses import replace
from typing import Any

from harvesters.errors import PortalError
from harvesters.http import Answer, Client, Limits

LOOKING_S, TRYING_S = 60, 300
ONE_FETCH = 1 / 3
"""So much of the time may one fetch take, at most `Limits.total_s`: the others shall have their turn."""


class PatientClient(Client):
    """A Client whose fetches together take at most LOOKING_S seconds; then PortalError (too-slow)."""

    def __init__(self, contact: str, allow: Collection[str] = (), limits: Limits | None = None) -> None:
        self.usual = replace(limits or Limits(), tries=1, retry_after_max_s=0)
        super().__init__(contact, allow, self.usual)
        self.allow(LOOKING_S)

    def allow(self, seconds: float) -> None:
        """From now on, so many seconds for everything."""
        self.seconds, self.until = seconds, time.monotonic() + seconds

    def get(self, url: str, *args: Any, **kwargs: Any) -> Answer:
        self._hurry()
        return super().get(url, *args, **kwargs)

    def post_json(self, url: str, body: Any, headers: Mapping[str, str] | None = None) -> Any:
        self._hurry()
        return super().post_json(url, body, headers)

    def _hurry(self) -> None:
        left_s = self.until - time.monotonic()
        if left_s <= 0:
            raise PortalError("too-slow", f"The portal was asked for {self.seconds:g} seconds in all.")
        self.limits = replace(
            self.usual, total_s=min(left_s, self.seconds * ONE_FETCH, self.usual.total_s), bulk_s=left_s
        )
