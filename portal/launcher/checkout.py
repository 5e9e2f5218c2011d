"""Where everything is: the checkout, and the folders in it that we generate and Git ignores."""

import hashlib
import os
import secrets
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

PACKAGES = ("portal", "geo", "harvesters")


@dataclass(frozen=True)
class Checkout:
    root: Path

    @property
    def state(self) -> Path:
        return self.root / ".parages"

    @property
    def logs(self) -> Path:
        return self.state / "logs"

    @property
    def stamps(self) -> Path:
        return self.state / "stamps"

    @property
    def venv(self) -> Path:
        return self.root / ".venv"

    @property
    def python(self) -> Path:
        return self.venv / "bin" / "python"

    @property
    def frontend(self) -> Path:
        return self.root / "frontend"

    @property
    def build(self) -> Path:
        """The front end as Vite builds it."""
        return self.root / "portal" / "static" / "build"

    def files(self, *patterns: str) -> list[Path]:
        """Files that match, but for what Python compiled."""
        found = (path for pattern in patterns for path in self.root.glob(pattern) if path.is_file())
        return sorted(path for path in found if path.suffix != ".pyc")

    def make_folders(self) -> None:
        """Raise PermissionError when the checkout belongs to somebody else."""
        for folder in (self.logs, self.stamps):
            folder.mkdir(parents=True, exist_ok=True)

    def secret_key(self) -> str:
        """Made once for this checkout, read by its owner alone."""
        path = self.state / "secret_key"
        if not path.exists():
            descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
            with os.fdopen(descriptor, "w") as file:
                file.write(secrets.token_urlsafe(60))
        return path.read_text().strip()

    def environment(self, **more: str) -> dict[str, str]:
        """Environment variables for the project's own processes; what the user set wins."""
        ours = {"PARAGES_SECRET_KEY": self.secret_key(), "PARAGES_DEMO": "yes"}
        return (
            ours
            | dict(os.environ)
            | {
                "DJANGO_SETTINGS_MODULE": "portal.settings",
                "PYTHONPATH": str(self.root),
                "VIRTUAL_ENV": str(self.venv),
                "PATH": f"{self.venv / 'bin'}{os.pathsep}{os.environ.get('PATH', os.defpath)}",
            }
            | more
        )


def digest(root: Path, inputs: Iterable[Path | str]) -> str:
    """SHA-256 over words, and over names (relative to `root`) and contents of files."""
    total = hashlib.sha256()
    for part in _parts(root, inputs):
        total.update(len(part).to_bytes(8, "big") + part)
    return total.hexdigest()


def _parts(root: Path, inputs: Iterable[Path | str]) -> Iterator[bytes]:
    for item in inputs:
        if isinstance(item, Path):
            yield os.fsencode(item.relative_to(root) if item.is_relative_to(root) else item)
            yield item.read_bytes()
        else:
            yield item.encode()


@dataclass(frozen=True)
class Stamp:
    """Says whether a step was done for these very inputs, and whether what it made is still there."""

    path: Path
    value: str
    outputs: tuple[Path, ...] = ()

    def is_current(self) -> bool:
        return all(output.exists() for output in self.outputs) and self.recorded() == self.value

    def recorded(self) -> str | None:
        try:
            return self.path.read_text()
        except FileNotFoundError:
            return None

    def record(self) -> None:
        self.path.parent.mkdir(parents=True, exist_ok=True)
        self.path.write_text(self.value)
