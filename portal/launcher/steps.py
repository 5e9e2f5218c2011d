"""One line for each step: what is being done, how far it is, how long it took."""

import re
import subprocess
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from shutil import get_terminal_size
from typing import TextIO

LIVE_SECONDS = 0.2
PLAIN_SECONDS = 15.0
TAIL_LINES = 20
ESCAPES = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")


class Failed(Exception):
    """What cannot go on; its text is for the person at the keyboard."""


@dataclass
class Step:
    """A step under way; `percent` may be set by whoever does it."""

    title: str
    log: Path
    started: float
    percent: int | None = None

    def progress(self) -> str:
        known = "" if self.percent is None else f"{self.percent:3d} %  "
        minutes, seconds = divmod(int(time.monotonic() - self.started), 60)
        return f"{known}{minutes}:{seconds:02d}"


class Console:
    """Tells each step on `stream`: one line that lives on a terminal, plain lines elsewhere."""

    def __init__(self, stream: TextIO, logs: Path) -> None:
        self.stream = stream
        self.logs = logs
        self.live = stream.isatty()

    def say(self, text: str) -> None:
        self._write(f"{text}\n")

    @contextmanager
    def step(self, title: str, log: str) -> Iterator[Step]:
        """`log` is the name of the file in `logs` that keeps what the step's commands say."""
        self.logs.mkdir(parents=True, exist_ok=True)
        step = Step(title, self.logs / f"{log}.log", time.monotonic())
        step.log.write_text("")
        self._write("" if self.live else f"- {title} ...\n")
        done = threading.Event()
        ticker = threading.Thread(target=self._tick, args=(step, done), daemon=True)
        ticker.start()
        outcome = "stopped"
        try:
            yield step
            outcome = "done"
        except Exception:
            outcome = "failed"
            raise
        finally:
            done.set()
            ticker.join()
            self._finish(step, outcome)

    def _tick(self, step: Step, done: threading.Event) -> None:
        while not done.wait(LIVE_SECONDS if self.live else PLAIN_SECONDS):
            if self.live:
                self._write(f"\r\x1b[K{self._fitted(f'- {step.title}  {step.progress()}')}")
            else:
                self._write(f"    {step.progress()}\n")

    def _finish(self, step: Step, outcome: str) -> None:
        seconds = f"{outcome}, {time.monotonic() - step.started:.1f} s"
        self._write(f"\r\x1b[K- {step.title}: {seconds}\n" if self.live else f"    {seconds}\n")

    def _fitted(self, line: str) -> str:
        return line[: get_terminal_size().columns - 1]

    def _write(self, text: str) -> None:
        self.stream.write(text)
        self.stream.flush()


def execute(
    step: Step,
    command: Sequence[str | Path],
    env: Mapping[str, str] | None = None,
    cwd: Path | None = None,
    percent: Callable[[str], int | None] = lambda _line: None,
) -> None:
    """Run one command of a step, its words going to the step's log. Raise Failed with the end of them."""
    with step.log.open("a") as log, _started(command, env, cwd) as process:
        try:
            for line in process.stdout or ():
                log.write(line)
                known = percent(line)
                step.percent = step.percent if known is None else known
        except BaseException:
            with suppress(PermissionError):  # apt-get through sudo is not ours to end
                process.terminate()
            raise
    if process.returncode:
        name = Path(command[0]).name
        words = end_of(step.log)
        raise Failed(
            f"{step.title}: {name} ended with code {process.returncode}.\n\n{words}\n\nAll its words: {step.log}"
        )


def end_of(log: Path, lines: int = TAIL_LINES) -> str:
    """The last lines of a log, without terminal colours."""
    return ESCAPES.sub("", "\n".join(log.read_text(errors="replace").splitlines()[-lines:]))


def _started(command: Sequence[str | Path], env: Mapping[str, str] | None, cwd: Path | None) -> subprocess.Popen[str]:
    return subprocess.Popen(
        ["setpriv", "--pdeathsig=TERM", "--", *command],
        env=env,
        cwd=cwd,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
    )
