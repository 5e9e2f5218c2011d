"""Child processes that never outlive us: not after Ctrl-C, not after `kill -9`."""

import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import FrameType

STOP_SECONDS = 30.0
POLL_SECONDS = 0.05


class Stopped(BaseException):
    """Somebody asked us to end: Ctrl-C, SIGTERM, a closed terminal. Like KeyboardInterrupt, no error."""

    def __init__(self, number: signal.Signals) -> None:
        super().__init__(number.name)
        self.number = number


def start_child(
    command: Sequence[str | Path],
    log: Path,
    env: Mapping[str, str],
    death_signal: str = "TERM",
    become: Sequence[str] = (),
) -> subprocess.Popen[bytes]:
    """A child in a session of its own, so that the terminal's Ctrl-C reaches us alone and we choose the order.

    The kernel sends it `death_signal` when we die. Its output is added to `log`. `become` are setpriv's
    options for another user: one setpriv does both, since changing the user later would clear the signal.
    """
    with log.open("ab") as output:
        return subprocess.Popen(
            ["setpriv", f"--pdeathsig={death_signal}", *become, "--", *command],
            env=env,
            cwd="/",
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )


def stop_child(process: subprocess.Popen[bytes], how: signal.Signals = signal.SIGTERM) -> None:
    """Ask it to end, wait, and only after half a minute make it."""
    if process.poll() is None:
        process.send_signal(how)
    try:
        process.wait(STOP_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def is_alive(pid: int, word: str) -> bool:
    """Whether the process exists, is no zombie, and has `word` in its command line (ids are used again)."""
    try:
        command = Path(f"/proc/{pid}/cmdline").read_bytes()
    except (FileNotFoundError, ProcessLookupError):
        return False
    return word.encode() in command


def wait_until(is_so: Callable[[], bool], seconds: float) -> bool:
    """Whether it came to be so in that time."""
    deadline = time.monotonic() + seconds
    while not is_so():
        if time.monotonic() > deadline:
            return False
        time.sleep(POLL_SECONDS)
    return True


@contextmanager
def told_to_stop() -> Iterator[None]:
    """Inside, SIGINT, SIGTERM and SIGHUP raise Stopped once; a second one changes nothing.

    SIGINT is handled by name because a shell starts its background jobs with it ignored.
    """
    signals = [signal.SIGINT, signal.SIGTERM]
    if signal.getsignal(signal.SIGHUP) != signal.SIG_IGN:  # nohup
        signals.append(signal.SIGHUP)
    before = {number: signal.signal(number, _raise_stopped) for number in signals}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _raise_stopped(number: int, _frame: FrameType | None) -> None:
    for name in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(name, signal.SIG_IGN)
    raise Stopped(signal.Signals(number))


def run_in_foreground(command: Sequence[str | Path], env: Mapping[str, str], cwd: Path | None = None) -> int:
    """Run on our own terminal and return the exit code; what we are told to stop by is passed on."""
    process = subprocess.Popen(["setpriv", "--pdeathsig=TERM", "--", *command], env=env, cwd=cwd)
    try:
        return process.wait()
    except Stopped as stopped:
        # A terminal has already sent its Ctrl-C to the command too.
        if stopped.number != signal.SIGINT or not sys.stdin.isatty():
            process.send_signal(stopped.number)
        return process.wait()
