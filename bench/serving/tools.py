"""What is needed beside the project: wrk and pgbench of Debian, the other servers with libraries of theirs."""

import sys
from pathlib import Path
from shutil import which

from portal.launcher import packages
from portal.launcher.checkout import Checkout, Stamp, digest
from portal.launcher.cluster import Cluster
from portal.launcher.environment import network_environment
from portal.launcher.packages import Package
from portal.launcher.steps import Console, Failed, execute

WRK = Package("wrk", lambda: which("wrk") is not None)
LOCK = "bench/serving/peers.txt"


def need_wrk(console: Console) -> None:
    """Raise Failed with the line to type where it is missing and we may not install it."""
    packages.install(console, [WRK])


def pgbench(cluster: Cluster) -> Path | None:
    """The one beside the server; it comes with Debian's package of PostgreSQL."""
    version = (cluster.data / "PG_VERSION").read_text().strip()
    path = Path(f"/usr/lib/postgresql/{version}/bin/pgbench")
    return path if path.exists() else None


def peers(console: Console, checkout: Checkout, folder: Path) -> Path | None:
    """The `bin` folder of the other servers' environment; nothing, and why is said, where it cannot be made."""
    venv = folder / "peers"
    stamp = Stamp(venv / "lock.stamp", digest(checkout.root, [checkout.root / LOCK]), (venv / "bin" / "uvicorn",))
    if not stamp.is_current():
        try:
            with console.step("Other servers", "bench-peers") as step:
                execute(step, [sys.executable, "-m", "venv", "--clear", venv])
                pip: list[str | Path] = [venv / "bin" / "python", "-m", "pip", "--disable-pip-version-check", "install"]
                execute(step, [*pip, "--require-hashes", "-r", checkout.root / LOCK], env=network_environment())
        except Failed as failure:
            console.say(f"tipg and pygeoapi are not measured: they could not be installed.\n{failure}")
            return None
        stamp.record()
    return venv / "bin"
