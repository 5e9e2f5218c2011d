"""Foreign bytes are read in a process that may be lost: what it may not do, and what is said when it tries."""

import ctypes
import os
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from harvesters import sandbox
from harvesters.errors import PortalError

PLAIN = [1, "é", b"\x00", None, {"a": (2.5, {3})}, datetime(2026, 1, 1, tzinfo=UTC), Decimal("1.5")]


def echo(value: Any) -> Any:
    return value


def count(to: int) -> Iterator[int]:
    yield from range(to)


def eat_memory() -> int:
    return len(bytearray(1 << 30))


def eat_memory_in_bits() -> int:
    return len([bytearray(1000) for _ in range(10**6)])


def eat_time() -> None:
    while True:
        pass


def sleep() -> None:
    time.sleep(60)


def die() -> None:
    os.kill(os.getpid(), signal.SIGSEGV)


def fail() -> None:
    raise ZeroDivisionError("half a file")


def refuse() -> None:
    raise PortalError("not-csv", "No header.")


def endless() -> Iterator[bytes]:
    while True:
        yield b"x" * 1_000_000


def give_code() -> Any:
    return Path("/")


def open_socket() -> None:
    socket.socket()


def open_socket_in_c() -> int:
    return int(ctypes.CDLL(None).socket(2, 1, 0))


def start_program() -> None:
    subprocess.run(["true"], check=True)


def write_file(path: str) -> None:
    Path(path).write_text("x", encoding="utf-8")


def environment() -> list[str]:
    return sorted(name for name in os.environ if "SECRET" in name or "DATABASE" in name)


def test_plain_data_comes_back() -> None:
    assert sandbox.run(echo, PLAIN) == PLAIN


def test_items_come_one_after_the_other() -> None:
    assert list(sandbox.stream(count, 1_234)) == list(range(1_234))


def test_nothing_is_given_as_nothing() -> None:
    assert list(sandbox.stream(count, 0)) == []


def test_taking_a_few_ends_the_rest() -> None:
    taken = sandbox.stream(endless)
    assert next(taken) == b"x" * 1_000_000
    taken.close()  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("function", "code", "words"),
    [
        (eat_memory, "too-big", "more memory"),
        (eat_memory_in_bits, "too-big", "more memory"),
        (eat_time, "too-slow", "in 1 seconds"),
        (sleep, "too-slow", "in 1 seconds"),
        (die, "unreadable", "broke down (SIGSEGV)"),
        (fail, "unreadable", "ZeroDivisionError: half a file"),
        (refuse, "not-csv", "No header."),
        (give_code, "unreadable", "no plain data"),
        (open_socket, "unreadable", "PermissionError"),
        (start_program, "unreadable", "PermissionError"),
    ],
)
def test_what_goes_wrong_has_its_words(function: Any, code: str, words: str) -> None:
    with pytest.raises(PortalError) as error:
        sandbox.run(function, memory_mib=100, seconds=1 if code == "too-slow" else 30)
    assert (error.value.code, words in str(error.value)) == (code, True)


def test_a_flood_of_results_is_cut_off(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sandbox, "RESULT_BYTES", 3_000_000)
    with pytest.raises(PortalError) as error:
        list(sandbox.stream(endless, memory_mib=700))
    assert error.value.code == "too-big"


def test_no_socket_is_opened_behind_python_s_back() -> None:
    assert sandbox.run(open_socket_in_c) == -1


def test_no_file_is_written(tmp_path: Path) -> None:
    with pytest.raises(PortalError, match="no file is written"):
        sandbox.run(write_file, str(tmp_path / "x"))
    assert list(tmp_path.iterdir()) == []


def test_no_secret_is_known_inside(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PARAGES_SECRET_KEY", "hidden")
    assert sandbox.run(environment) == []
