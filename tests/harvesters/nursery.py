"""A process that harvests in children of its own and ends them as it is told: `python -m tests.harvesters.nursery`.

Each line of its standard input is a source's slug, a number of seconds and a signal: after so long the child gets the
signal, unless it has ended. Its answer is one line: the child's status, negative for the signal that ended it.
Everything is imported once, so that a harvest is a fork away.
"""

import os
import signal
import sys
import time
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path

import django
from django.core.management import call_command, load_command_class

POLL_S = 0.002


def harvest(slug: str) -> None:
    """In the child: the command, as a person would call it, in silence."""
    status = 0
    with Path(os.devnull).open("w") as nowhere, redirect_stdout(nowhere), redirect_stderr(nowhere):
        try:
            call_command("harvest", slug, "--json")
        except SystemExit as end:
            status = int(end.code or 0)
    os._exit(status)


def status_of(pid: int, seconds: float, number: int) -> int:
    """How the child ended; the signal is sent once its time has come."""
    until, told = time.monotonic() + seconds, False
    while True:
        ended, status = os.waitpid(pid, os.WNOHANG)
        if ended:
            return os.waitstatus_to_exitcode(status)
        if not told and time.monotonic() >= until:
            os.kill(pid, number)
            told = True
        time.sleep(POLL_S)


def answer(word: object) -> None:
    sys.stdout.write(f"{word}\n")
    sys.stdout.flush()


def main() -> None:
    django.setup()
    load_command_class("harvesters", "harvest")
    answer("ready")
    for line in sys.stdin:
        slug, seconds, name = line.split()
        pid = os.fork()
        if pid == 0:
            harvest(slug)
        answer(status_of(pid, float(seconds), signal.Signals[name]))


if __name__ == "__main__":
    main()
