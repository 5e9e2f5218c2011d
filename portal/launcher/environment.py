"""The Python environment in `.venv`: the locked libraries, hashes checked, rebuilt only when the lock changes."""

import os
import platform
import sys
from pathlib import Path

from portal.launcher.checkout import Checkout, Stamp, digest
from portal.launcher.steps import Console, Failed, Step, execute

# From the smallest to the largest; each holds all of the ones before it.
LOCKS = ("requirements.txt", "requirements-node.txt", "requirements-test.txt")
SYSTEM_CERTIFICATES = "/etc/ssl/certs/ca-certificates.crt"


def prepare(console: Console, checkout: Checkout, lock: str) -> None:
    """Have what `lock` names in `.venv`, or more."""
    if any(_stamp(checkout, name).is_current() for name in LOCKS[LOCKS.index(lock) :]):
        return
    with console.step("Python libraries", "python") as step:
        _make_venv(step, checkout)
        _install(step, checkout, lock)
    _stamp(checkout, lock).record()


def _stamp(checkout: Checkout, lock: str) -> Stamp:
    value = digest(checkout.root, [*_identity(checkout), checkout.root / lock, checkout.root / "requirements-uv.txt"])
    return Stamp(checkout.venv / f"{lock}.stamp", value, (checkout.python,))


def _identity(checkout: Checkout) -> list[str]:
    """What a venv is bound to. Not the interpreter's build: installing python3-venv may bring a newer one."""
    return [sys.executable, platform.python_version(), str(checkout.root)]


def _make_venv(step: Step, checkout: Checkout) -> None:
    """One made by hand is kept and filled; one of another place or interpreter is made anew."""
    value = digest(checkout.root, _identity(checkout))
    identity = Stamp(checkout.venv / "venv.stamp", value, (checkout.python,))
    if not identity.is_current():
        by_hand = identity.recorded() is None and checkout.python.exists()
        execute(step, [sys.executable, "-m", "venv", *([] if by_hand else ["--clear"]), checkout.venv])
        identity.record()


def _install(step: Step, checkout: Checkout, lock: str) -> None:
    """uv, itself hash-checked by pip, installs the rest; where uv cannot reach the registry, pip can do it too."""
    env = network_environment()
    python = str(checkout.python)
    pip = [python, "-m", "pip", "--disable-pip-version-check", "install", "--require-hashes", "-r"]
    execute(step, [*pip, str(checkout.root / "requirements-uv.txt")], env=env)
    uv = [str(checkout.venv / "bin" / "uv"), "pip", "install", "--python", python]
    try:
        execute(step, [*uv, "--require-hashes", "-r", str(checkout.root / lock)], env=env)
    except Failed:
        execute(step, [*pip, str(checkout.root / lock)], env=env)


def network_environment() -> dict[str, str]:
    """Let pip, uv and npm trust the certificates of this machine, as apt does; what the user set wins."""
    env = {name: value for name, value in os.environ.items() if name != "VIRTUAL_ENV"}
    env.setdefault("UV_SYSTEM_CERTS", "true")
    if index := env.get("PIP_INDEX_URL"):
        env.setdefault("UV_DEFAULT_INDEX", index)
    if Path(SYSTEM_CERTIFICATES).exists():
        for name in ("PIP_CERT", "NODE_EXTRA_CA_CERTS"):
            env.setdefault(name, SYSTEM_CERTIFICATES)
    return env
