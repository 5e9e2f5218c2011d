"""What the database needs before it is of use: tables, places, sources, and once the demo."""

import shutil
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from portal.launcher.checkout import PACKAGES, Checkout, Stamp, digest
from portal.launcher.steps import Console, Failed, execute

ALWAYS_NEW = "new"  # what `./parages database` prints of a database without our tables


@dataclass(frozen=True)
class Task:
    """A command of the project that is due once for given inputs."""

    name: str
    title: str
    words: tuple[str, ...]
    inputs: tuple[str, ...] = ()


# Libraries have tables too.
MIGRATIONS = (*(f"{name}/migrations/*.py" for name in PACKAGES), "portal/settings.py", "requirements.txt")
TASKS = (
    Task("tables", "Database tables", ("migrate", "--no-input"), MIGRATIONS),
    Task("areas", "Places", ("areas", "load"), ("geo/data/**/*",)),
    Task("sources", "Sources", ("source", "seed"), ("harvesters/sources/*.toml",)),
)
# Without inputs: once and never again, since the operator may have thrown the demo out.
DEMO = Task("demo", "Demo data", ("harvest", "--demo"))


def prepare(console: Console, checkout: Checkout, env: Mapping[str, str], identity: str, *, demo: bool) -> None:
    """Bring the database to what the code expects; `identity` tells one database from another. Raise Failed."""
    stamps = checkout.stamps / f"database-{digest(checkout.root, [identity])[:12]}"
    for task in (*TASKS, *([DEMO] if demo else [])):
        stamp = Stamp(stamps / task.name, digest(checkout.root, [*task.words, *checkout.files(*task.inputs)]))
        if not stamp.is_current():
            with console.step(task.title, task.name) as step:
                execute(step, manage(checkout, *task.words), env=env)
            stamp.record()


def check_external(checkout: Checkout, env: Mapping[str, str], identity: str) -> None:
    """Ask whether a database that is not ours can be used. Raise Failed with what its owner must do."""
    asked = subprocess.run(manage(checkout, "database"), env=env, capture_output=True, text=True, check=False)
    if asked.returncode:
        raise Failed(asked.stderr.strip().removeprefix("CommandError: "))
    if asked.stdout.strip() == ALWAYS_NEW:
        shutil.rmtree(checkout.stamps / f"database-{digest(checkout.root, [identity])[:12]}", ignore_errors=True)


def manage(checkout: Checkout, *words: str) -> list[str | Path]:
    """A word of the project's command line. -P: the folder we are in shall not hide a library."""
    return [checkout.python, "-P", "-m", "django", *words]
