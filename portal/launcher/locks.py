"""Who works in this checkout now: locks that the kernel releases however their holder ends."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


class Lock:
    """A lock on a file: held by one (`exclusive`) or by several (`shared`)."""

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self._descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o644)

    def try_exclusive(self) -> bool:
        try:
            fcntl.flock(self._descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True

    def exclusive(self) -> None:
        """Wait until nobody else holds it."""
        fcntl.flock(self._descriptor, fcntl.LOCK_EX)

    def shared(self) -> None:
        """Wait until nobody else holds it exclusively."""
        fcntl.flock(self._descriptor, fcntl.LOCK_SH)

    def release(self) -> None:
        os.close(self._descriptor)


@contextmanager
def held(path: Path) -> Iterator[None]:
    """Inside, nobody else is inside."""
    lock = Lock(path)
    lock.exclusive()
    try:
        yield
    finally:
        lock.release()
