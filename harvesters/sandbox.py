"""Reading foreign bytes with other people's parsers, in a process of its own that may be lost.

    rows = sandbox.run(parse, body)                # one result
    for row in sandbox.stream(parse_rows, body):   # a generator's items, as they come

`parse` is a function that can be imported (not a lambda), or the full name of one, so that its libraries are loaded
in the sandbox alone ("harvesters.parsers.vector.features"). Its arguments can be pickled, its results are plain data:
numbers, text, bytes, lists, tuples, dicts, sets, dates, Decimal. Nothing else is taken from a process that may have
been taken over. Inside: `memory_mib` of data, `seconds` of work, no sockets, no other program, no file written, no
secret in the environment.

Raises PortalError: too-big (more memory or a larger result than allowed), too-slow, unreadable (the parser failed or
died), and whatever PortalError the function itself raised.
"""

import io
import os
import pickle
import select
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, BinaryIO, TypeVar, cast

from harvesters.errors import ADVICE, PortalError
from harvesters.parsers.confined import BROKEN, END, FRAME, FULL, ITEMS, READY, REFUSED

MEMORY_MIB = 400
SECONDS = 30.0
START_S = 60.0
RESULT_BYTES = 200_000_000
CHUNK_BYTES = 1 << 20
PLAIN = {("datetime", "date"), ("datetime", "datetime"), ("datetime", "time"), ("datetime", "timedelta"),
         ("datetime", "timezone"), ("decimal", "Decimal"), ("builtins", "set"), ("builtins", "frozenset")}  # fmt: skip
ROOT = Path(__file__).parents[1]
# GDAL reads no address, no folder, no neighbouring file and no schema (its "Configuration options" pages).
GDAL = {
    "CPL_VSIL_CURL_ALLOWED_EXTENSIONS": ".none",
    "CPL_VSIL_CURL_USE_HEAD": "NO",
    "GDAL_HTTP_TIMEOUT": "1",
    "GDAL_HTTP_CONNECTTIMEOUT": "1",
    "GDAL_HTTP_MAX_RETRY": "0",
    "GDAL_DISABLE_READDIR_ON_OPEN": "EMPTY_DIR",
    "GDAL_PAM_ENABLED": "NO",
    "GDAL_DRIVER_PATH": "disable",
    "GDAL_NUM_THREADS": "1",
    "GDAL_CACHEMAX": "16",
    "GML_DOWNLOAD_SCHEMA": "NO",
    "GML_SKIP_RESOLVE_ELEMS": "ALL",
    "OGR_SQLITE_LOAD_EXTENSIONS": "",
    "PROJ_NETWORK": "OFF",
    "CPL_DEBUG": "OFF",
}
ENVIRONMENT = GDAL | {
    "OPENBLAS_NUM_THREADS": "1",
    "OMP_NUM_THREADS": "1",
    "PYTHONDONTWRITEBYTECODE": "1",
    "PYTHONUTF8": "1",
    "DEFUSED_EXPAT": "1",
    "LANG": "C.UTF-8",
    "TZ": "UTC",
}
T = TypeVar("T")


def run(
    function: Callable[..., T] | str, *args: Any, memory_mib: int = MEMORY_MIB, seconds: float = SECONDS,
    environment: Mapping[str, str] | None = None,
) -> T:  # fmt: skip
    """What `function(*args)` gives, worked out in the sandbox. `environment`: further variables inside."""
    works = cast("Callable[..., Iterator[T]] | str", function)  # one result is a stream of one
    *_, result = stream(works, *args, memory_mib=memory_mib, seconds=seconds, environment=environment)
    return result


def stream(
    function: Callable[..., Iterator[T]] | str, *args: Any, memory_mib: int = MEMORY_MIB, seconds: float = SECONDS,
    environment: Mapping[str, str] | None = None,
) -> Iterator[T]:  # fmt: skip
    """The items of a generator that works in the sandbox. The time the taker needs is not counted."""
    with _child(environment or {}) as child:
        reader = _Reader(child, seconds)
        reader.ask((function, memory_mib, seconds), args)
        while True:
            kind, data = reader.frame()
            if kind == READY:
                reader.start()
                continue
            if kind == END:
                return
            if kind != ITEMS:
                raise _refusal(kind, data)
            yield from _plain(data)


@contextmanager
def _child(environment: Mapping[str, str]) -> Iterator["subprocess.Popen[bytes]"]:
    """A fresh process at the head of a group of its own, which is gone afterwards whatever happened."""
    child = subprocess.Popen(
        [sys.executable, "-m", "harvesters.parsers.confined"], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL, cwd=ROOT, env={**ENVIRONMENT, **environment}, start_new_session=True,
    )  # fmt: skip
    try:
        yield child
    finally:
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(child.pid, signal.SIGKILL)
        child.wait()
        for pipe in (child.stdin, child.stdout):
            with suppress(OSError):
                cast("BinaryIO", pipe).close()


class _Reader:
    """Frames of a child, within a time and a size of all its answers together."""

    def __init__(self, child: "subprocess.Popen[bytes]", seconds: float) -> None:
        self._child = child
        self._stdin = cast("BinaryIO", child.stdin)
        self._pipe = cast("BinaryIO", child.stdout).fileno()
        self._seconds, self._left_s = seconds, START_S
        self._left_bytes = RESULT_BYTES

    def ask(self, *parts: Any) -> None:
        """Send the request; a child that dies over it is found out when it is read."""
        with suppress(BrokenPipeError):
            for part in parts:
                pickle.dump(part, self._stdin, protocol=pickle.HIGHEST_PROTOCOL)
            self._stdin.close()

    def start(self) -> None:
        """Begin to count: the libraries are loaded, which on a busy machine takes as long as it takes."""
        self._left_s = self._seconds

    def frame(self) -> tuple[bytes, bytes]:
        kind, length = FRAME.unpack(self._take(FRAME.size))
        self._left_bytes -= length
        if self._left_bytes < 0:
            raise PortalError("too-big", f"What was read came to more than {RESULT_BYTES // 10**6} MB.")
        return kind, bytes(self._take(length))

    def _take(self, count: int) -> bytearray:
        taken = bytearray()
        while len(taken) < count:
            started = time.monotonic()
            ready, _, _ = select.select([self._pipe], [], [], max(0.0, self._left_s))
            self._left_s -= time.monotonic() - started
            if not ready:
                raise PortalError("too-slow", f"It could not be read in {self._seconds:g} seconds.")
            chunk = os.read(self._pipe, min(count - len(taken), CHUNK_BYTES))
            if not chunk:
                raise self._died()
            taken += chunk
        return taken

    def _died(self) -> PortalError:
        status = self._child.wait()
        if status in (-signal.SIGXCPU, -signal.SIGKILL):
            return PortalError("too-slow", f"It could not be read in {self._seconds:g} seconds of work.")
        return PortalError("unreadable", f"The program that was to read it broke down ({_named(status)}).")


def _named(status: int) -> str:
    return signal.Signals(-status).name if -status in set(signal.Signals) else f"status {status}"


class _PlainUnpickler(pickle.Unpickler):
    """Takes plain data and nothing that runs."""

    def find_class(self, module: str, name: str) -> Any:
        if (module, name) in PLAIN:
            return super().find_class(module, name)
        raise pickle.UnpicklingError(f"{module}.{name} is no plain data")


def _plain(data: bytes) -> Any:
    try:
        return _PlainUnpickler(io.BytesIO(data)).load()
    except Exception as error:
        raise PortalError("unreadable", f"What came back is no plain data ({error}).") from error


def _refusal(kind: bytes, data: bytes) -> PortalError:
    if kind == FULL:
        return PortalError("too-big", "Reading it takes more memory than one file may have.")
    first, second = (str(word) for word in _plain(data))
    if kind == REFUSED and first in ADVICE:
        return PortalError(first, second)
    if kind == BROKEN:
        return PortalError("unreadable", f"It cannot be read ({first}: {second}).")
    return PortalError("unreadable", "What came back cannot be understood.")
