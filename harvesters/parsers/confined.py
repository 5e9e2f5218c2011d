"""The inside of the sandbox: a process that reads foreign bytes with little memory, little time and no network.

Started by `sandbox.py` as `python -m harvesters.parsers.confined`; it knows neither Django nor the database, and its
environment holds no secret. A request comes in on standard input, frames go out on standard output.
"""

import ctypes
import gc
import os
import pickle
import platform
import resource
import signal
import struct
import sys
from collections.abc import Iterator
from importlib import import_module
from itertools import islice
from typing import Any, BinaryIO

FRAME = struct.Struct(">cQ")
READY, ITEMS, END, REFUSED, BROKEN, FULL = b"s", b"i", b"e", b"r", b"x", b"m"
BATCH_ITEMS, BATCH_BYTES = 500, 1_000_000
FILES_MAX = 64
LIBRARIES_BYTES = 4 << 30  # address space of libraries and files that are mapped, beside the data

# Linux system calls by number: socket, connect, bind, execve, execveat, ptrace, open_by_handle_at, process_vm_writev,
# io_uring_setup (linux/arch tables of the kernel, and its AUDIT_ARCH_* constants).
REFUSED_CALLS = {
    "x86_64": (0xC000003E, 317, (41, 42, 49, 59, 322, 101, 304, 311, 425)),
    "aarch64": (0xC00000B7, 277, (198, 203, 200, 221, 281, 117, 265, 271, 425)),
}
X32_CALLS = 0x40000000
LOAD, EQUAL, AT_LEAST, RETURN = 0x20, 0x15, 0x35, 0x06  # of the kernel's filter language
ALLOW, PERMISSION_DENIED = 0x7FFF0000, 0x00050001
NO_NEW_PRIVILEGES, SET_MODE_FILTER, ALL_THREADS = 38, 1, 1


class _Instruction(ctypes.Structure):
    _fields_ = [("code", ctypes.c_ushort), ("yes", ctypes.c_ubyte), ("no", ctypes.c_ubyte), ("k", ctypes.c_uint)]


class _Program(ctypes.Structure):
    _fields_ = [("length", ctypes.c_ushort), ("instructions", ctypes.POINTER(_Instruction))]


def refuse_calls() -> bool:
    """Have the kernel refuse sockets and other programs to all that runs here; False where it cannot."""
    if sys.platform != "linux" or platform.machine() not in REFUSED_CALLS:
        return False
    architecture, seccomp, calls = REFUSED_CALLS[platform.machine()]
    steps = [(LOAD, 0, 0, 4), (EQUAL, 0, len(calls) + 3, architecture), (LOAD, 0, 0, 0)]
    steps += [(AT_LEAST, len(calls) + 1, 0, X32_CALLS)]
    steps += [(EQUAL, len(calls) - index, 0, call) for index, call in enumerate(calls)]
    steps += [(RETURN, 0, 0, ALLOW), (RETURN, 0, 0, PERMISSION_DENIED)]
    instructions = (_Instruction * len(steps))(*(_Instruction(*step) for step in steps))
    program = _Program(len(steps), instructions)
    libc = ctypes.CDLL(None, use_errno=True)
    libc.prctl(NO_NEW_PRIVILEGES, 1, 0, 0, 0)
    return bool(libc.syscall(seccomp, SET_MODE_FILTER, ALL_THREADS, ctypes.byref(program)) == 0)


def refuse(event: str, args: tuple[Any, ...]) -> None:
    """An audit hook: what Python itself would do, in words; and for systems whose kernel was not told."""
    if event.startswith("socket.") or event in ("os.exec", "os.posix_spawn", "os.system", "subprocess.Popen"):
        raise PermissionError("no network and no other program in here")
    if event == "open" and isinstance(args[2], int) and args[2] & (os.O_WRONLY | os.O_RDWR | os.O_CREAT):
        raise PermissionError("no file is written in here")


def limit(memory_mib: int, seconds: float) -> None:
    data_bytes, cpu_s = memory_mib << 20, int(seconds) + 1
    for kind, most in (
        (resource.RLIMIT_DATA, data_bytes),
        (resource.RLIMIT_AS, data_bytes + LIBRARIES_BYTES),
        (resource.RLIMIT_CPU, cpu_s),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_NOFILE, FILES_MAX),
    ):
        resource.setrlimit(kind, (most, most + 1 if kind == resource.RLIMIT_CPU else most))


def frames(function: Any, args: tuple[Any, ...]) -> Iterator[tuple[bytes, bytes]]:
    """What the function gives, in batches when it gives one item after the other; then how it ended."""
    result = function(*args)
    items = result if hasattr(result, "__next__") else iter([result])
    size = 1
    while batch := list(islice(items, size)):
        data = pickle.dumps(batch)
        yield ITEMS, data
        size = min(2 * size, BATCH_ITEMS) if len(data) < BATCH_BYTES else max(size // 2, 1)
    yield END, b""


def ended_by(error: Exception) -> tuple[bytes, bytes]:
    if isinstance(error, MemoryError):
        return FULL, b""
    code, what = getattr(error, "code", None), getattr(error, "what", None)
    if isinstance(code, str) and isinstance(what, str):
        return REFUSED, pickle.dumps([code, what])
    return BROKEN, pickle.dumps([type(error).__name__, str(error)[:300]])


def send(target: BinaryIO, kind: bytes, data: bytes) -> None:
    target.write(FRAME.pack(kind, len(data)))
    target.write(data)
    target.flush()


def main() -> None:
    """Read one request, answer it. The function is imported before the walls go up: it is ours."""
    signal.signal(signal.SIGPIPE, signal.SIG_DFL)
    source, target = sys.stdin.buffer, sys.stdout.buffer
    sys.stdout = sys.stderr  # no print may get between the frames
    function, memory_mib, seconds = pickle.load(source)  # noqa: S301 (sent by our own parent)
    if isinstance(function, str):
        module, _, name = function.rpartition(".")
        function = getattr(import_module(module), name)
    limit(memory_mib, seconds)
    refuse_calls()
    sys.addaudithook(refuse)
    gc.freeze()
    send(target, READY, b"")
    try:
        args = pickle.load(source)  # noqa: S301 (sent by our own parent)
        for kind, data in frames(function, args):
            send(target, kind, data)
    except Exception as error:  # noqa: BLE001 (a parser raises what it likes; the parent names it)
        args = ()
        send(target, *ended_by(error))


if __name__ == "__main__":
    main()
