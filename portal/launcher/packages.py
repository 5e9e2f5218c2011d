"""Debian packages: only what is missing is installed, by root or through sudo."""

import os
import re
import subprocess
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from shutil import which

from portal.launcher.steps import Console, Failed, Step, execute

POSTGIS = "postgis"
OPTIONS = ["-y", "--no-install-recommends", "-o", "DPkg::Lock::Timeout=120"]
# Downloading is the first half of the way, unpacking and configuring the second.
STATUS = re.compile(r"^(dlstatus|pmstatus):[^:]*:([0-9.]+):")


@dataclass(frozen=True)
class Package:
    """Something of the system that we need, and how to see whether it is there, whoever installed it."""

    name: str
    is_there: Callable[[], bool]


def postgresql_version() -> int | None:
    """The newest PostgreSQL on this machine that has PostGIS and the extensions we use."""
    versions = [int(path.parts[-3]) for path in Path("/usr/share/postgresql").glob("*/extension/postgis.control")]
    return max((version for version in versions if _is_whole(version)), default=None)


def _is_whole(version: int) -> bool:
    folder = Path(f"/usr/share/postgresql/{version}/extension")
    files = [folder / "pg_trgm.control", folder / "unaccent.control", Path(f"/usr/lib/postgresql/{version}/bin/initdb")]
    return all(path.exists() for path in files)


VENV = Package("python3-venv", lambda: bool(find_spec("venv") and find_spec("ensurepip")))
DATABASE = Package(POSTGIS, lambda: postgresql_version() is not None)
BROWSER = (
    Package("chromium", lambda: which("chromium") is not None),
    Package("fonts-dejavu-core", lambda: Path("/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf").exists()),
    Package("libatomic1", lambda: any(Path("/usr/lib").glob("*/libatomic.so.1"))),
)

# The recipes of docs/api.md are typed as they stand; the measure of serving is run once, briefly.
TOOLS = (
    Package("curl", lambda: which("curl") is not None),
    Package("wrk", lambda: which("wrk") is not None),
)


def needed(*, database: bool, tests: bool) -> list[Package]:
    return [VENV, *([DATABASE] if database else []), *((*BROWSER, *TOOLS) if tests else ())]


def install(console: Console, wanted: Iterable[Package]) -> None:
    """Install what of `wanted` is missing. Raise Failed with the line to type when we may not."""
    missing = [package for package in wanted if not package.is_there()]
    if not missing:
        return
    become_root = _become_root([package.name for package in missing])
    with console.step(f"Debian packages ({', '.join(package.name for package in missing)})", "apt") as step:
        with suppress(Failed):  # one broken source among many is no reason to stop; what follows says whether it was
            _apt(step, become_root, ["update", "-q"])
        names = [apt_name(package.name, _known_postgis()) for package in missing]
        _apt(step, become_root, ["install", *OPTIONS, "-o", "APT::Status-Fd=1", *names])
    still = [package.name for package in missing if not package.is_there()]
    if still:
        raise Failed(f"apt-get installed {', '.join(still)}, but it is not where Debian 12 has it.")


def apt_name(name: str, known_postgis: Iterable[str]) -> str:
    """PostGIS's package carries PostgreSQL's version in its name, which differs between releases."""
    if name != POSTGIS:
        return name
    newest = max(known_postgis, key=lambda known: int(known.split("-")[1]), default=None)
    if newest is None:
        where = "is the mirror reachable? DATABASE_URL uses a PostGIS elsewhere."
        raise Failed(f"This system's package lists hold no postgresql-NN-postgis-3: {where}")
    return newest


def by_hand(names: Iterable[str]) -> str:
    """The line for somebody who must ask another person, or become root otherwise."""
    spelt = ["postgresql-15-postgis-3" if name == POSTGIS else name for name in names]
    return f"apt-get update && apt-get install -y --no-install-recommends {' '.join(spelt)}"


def _become_root(names: list[str]) -> list[str]:
    if which("apt-get") is None:
        raise Failed(f"This is not a Debian system. Install what these Debian packages hold: {', '.join(names)}")
    if os.geteuid() == 0:
        return []
    if which("sudo") and _sudo_is_open():
        return ["sudo", "-n"]
    raise Failed(
        f"Some system packages are missing, and only root may install them. As root, type:\n\n  {by_hand(names)}"
    )


def _sudo_is_open() -> bool:
    """A password, where there is one, is asked for here: later the terminal shows our progress."""
    if subprocess.run(["sudo", "-n", "true"], stderr=subprocess.DEVNULL, check=False).returncode == 0:
        return True
    return os.isatty(0) and subprocess.run(["sudo", "-v"], check=False).returncode == 0


def _apt(step: Step, become_root: list[str], words: list[str]) -> None:
    variables = ["DEBIAN_FRONTEND=noninteractive", "LC_ALL=C.UTF-8"]
    execute(step, [*become_root, "env", *variables, "apt-get", *words], percent=apt_percent)


def apt_percent(line: str) -> int | None:
    """How far apt-get is, from a line of its status."""
    match = STATUS.match(line)
    if match is None:
        return None
    half = float(match[2]) / 2
    return int(half if match[1] == "dlstatus" else 50 + half)


def _known_postgis() -> list[str]:
    listed = subprocess.run(["apt-cache", "pkgnames", "postgresql-"], capture_output=True, text=True, check=True)
    return re.findall(r"^postgresql-\d+-postgis-3$", listed.stdout, re.MULTILINE)
