"""How bytes leave: small ones gathered, files that libraries write removed whatever happens."""

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

PIECE = 65_536
"""Bytes a piece: one a feature would cost more in the server than in the format."""
PREFIX = "parages-export-"


def gathered(chunks: Iterable[bytes]) -> Iterator[bytes]:
    """The same bytes in pieces of some 64 kB."""
    waiting = bytearray()
    for chunk in chunks:
        waiting += chunk
        if len(waiting) >= PIECE:
            yield bytes(waiting)
            waiting.clear()
    if waiting:
        yield bytes(waiting)


def from_file(make: Callable[[Path], None], name: str) -> Iterator[bytes]:
    """The bytes of the file that `make` writes, in a folder that is its own.

    The folder is gone before the first byte leaves: a client that hangs up, or a process that is killed then,
    leaves nothing.
    """
    with TemporaryDirectory(prefix=PREFIX) as folder:
        path = Path(folder) / name
        make(path)
        file = path.open("rb")
    with file:
        while piece := file.read(PIECE):
            yield piece
