"""A harvest that is told to end says so in its run, gives its lease back and leaves nothing half."""

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

SIGNALS = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)


class Ended(KeyboardInterrupt):
    """Raised in the main thread by the first signal. A KeyboardInterrupt, so that libraries cancel what they wait for.

    code: the exit status that shells expect.
    """

    def __init__(self, number: int) -> None:
        super().__init__(signal.Signals(number).name)
        self.code = 128 + number


@contextmanager
def ended_by_signals() -> Iterator[None]:
    """Signals raise Ended while the block runs, once: what follows is the way out, which is not to be disturbed."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    told: list[int] = []

    def tell(number: int, _frame: FrameType | None) -> None:
        if not told:
            told.append(number)
            raise Ended(number)

    heeded = [number for number in SIGNALS if signal.getsignal(number) != signal.SIG_IGN]
    before = {number: signal.signal(number, tell) for number in heeded}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
