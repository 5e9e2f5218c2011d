"""The worker that `run` keeps beside the site: it harvests what is due and what operators ask for."""

import time
from collections.abc import Mapping
from subprocess import Popen

from portal.launcher import contents
from portal.launcher.checkout import Checkout
from portal.launcher.processes import start_child, stop_child

GRACE_S = "3"
PAUSE_S = 30.0


class Worker:
    """Started once the site answers, so that nobody waits for it, and again when it ends by itself."""

    def __init__(self, checkout: Checkout, env: Mapping[str, str]) -> None:
        self.checkout = checkout
        self.env = env
        self.process: Popen[bytes] | None = None
        self._next = 0.0

    def keep(self) -> None:
        """Start it unless it works; not more often than every half minute, should it not be able to."""
        ended = self.process is None or self.process.poll() is not None
        if ended and time.monotonic() >= self._next:
            self._next = time.monotonic() + PAUSE_S
            command = contents.manage(self.checkout, "worker", "--grace", GRACE_S)
            # A harvest that is cut short changed nothing: after our `kill -9` none shall be in the next start's way.
            self.process = start_child(command, self.checkout.logs / "worker.log", self.env, "KILL")

    def stop(self) -> None:
        if self.process:
            stop_child(self.process)
