"""Reading the body of an answer within bounds, counted before and after unpacking."""

import zlib
from dataclasses import dataclass

from harvesters.errors import PortalError

CHUNK_BYTES = 65_536
RATIO_FROM_BYTES = 5_000_000
GZIP_MAGIC = b"\x1f\x8b"
GZIP_OR_ZLIB = 47  # zlib's word for "either, look at the header"
MB = 1_000_000


@dataclass(frozen=True, slots=True)
class Limits:
    """The bounds of one fetch. Seconds, bytes, times."""

    connect_s: float = 5
    read_s: float = 15
    total_s: float = 60
    bulk_s: float = 300
    raw_bytes: int = 50 * MB
    unpacked_bytes: int = 200 * MB
    ratio: int = 100
    redirects: int = 3
    tries: int = 3
    backoff_s: float = 1
    retry_after_max_s: float = 60  # of one fetch, all its tries together
    pause_s: float = 0.5


class Body:
    """Takes chunks as they come over the line; `data` is what they hold."""

    def __init__(self, content_encoding: str, limits: Limits) -> None:
        layers = [layer.strip().lower() for layer in content_encoding.split(",") if layer.strip()]
        self.layers = [layer for layer in layers if layer != "identity"]
        if len(self.layers) > 1 or set(self.layers) - {"gzip", "x-gzip", "deflate"}:
            raise PortalError(
                "bad-answer", f"The answer is packed in a way that was not asked for ({content_encoding})."
            )
        self.limits = limits
        self.taken_bytes = 0
        self.data = bytearray()
        self._unpacker: zlib._Decompress | None = None
        self._started = False

    def feed(self, chunk: bytes) -> None:
        """Take one chunk in. Raises PortalError (too-large, bad-answer)."""
        self.taken_bytes += len(chunk)
        if self.taken_bytes > self.limits.raw_bytes:
            raise PortalError("too-large", f"The answer is larger than {self.limits.raw_bytes / MB:g} MB.")
        if not self._started:
            self._start(chunk)
        if self._unpacker is None:
            self.data += chunk
        else:
            self._unpack(chunk, self._unpacker)

    def finish(self) -> None:
        """Say whether all is there. Raises PortalError (truncated, bad-answer)."""
        if self._unpacker is not None and not self._unpacker.eof:
            raise PortalError("truncated", "The packed answer breaks off before its end.")
        if self._unpacker is not None and self.data.startswith(GZIP_MAGIC):
            raise PortalError("bad-answer", "The answer is packed more than once.")

    def _start(self, chunk: bytes) -> None:
        # A file that is itself packed (data.csv.gz) is unpacked as well; never both.
        self._started = True
        if self.layers or chunk.startswith(GZIP_MAGIC):
            self._unpacker = zlib.decompressobj(GZIP_OR_ZLIB)

    def _unpack(self, chunk: bytes, unpacker: "zlib._Decompress") -> None:
        try:
            while chunk:
                if unpacker.eof and chunk.startswith(GZIP_MAGIC):
                    unpacker = self._unpacker = zlib.decompressobj(GZIP_OR_ZLIB)
                chunk = b"" if unpacker.eof else self._step(chunk, unpacker)  # after the end: padding
        except zlib.error as error:
            raise PortalError("bad-answer", "The answer cannot be unpacked.") from error

    def _step(self, chunk: bytes, unpacker: "zlib._Decompress") -> bytes:
        """Unpack at most a megabyte; gives back what is still to be read."""
        self.data += unpacker.decompress(chunk, MB)
        self._check_unpacked()
        return unpacker.unused_data if unpacker.eof else unpacker.unconsumed_tail

    def _check_unpacked(self) -> None:
        size = len(self.data)
        if size > self.limits.unpacked_bytes:
            raise PortalError("too-large", f"The answer unpacks to more than {self.limits.unpacked_bytes / MB:g} MB.")
        if size > RATIO_FROM_BYTES and size > self.taken_bytes * self.limits.ratio:
            raise PortalError("too-large", f"The answer unpacks to more than {self.limits.ratio} times its size.")
