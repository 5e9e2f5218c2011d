import io
import subprocess
import sys
from pathlib import Path

import pytest

from portal.launcher.packages import Package, apt_name, apt_percent, by_hand, install, needed
from portal.launcher.steps import Console, Failed


def names(packages: list[Package]) -> list[str]:
    return [package.name for package in packages]


def test_run_needs_postgis_and_venv() -> None:
    assert names(needed(database=True, tests=False)) == ["python3-venv", "postgis"]


def test_a_database_elsewhere_needs_no_postgis() -> None:
    assert names(needed(database=False, tests=False)) == ["python3-venv"]


def test_tests_need_a_browser_too() -> None:
    wanted = ["python3-venv", "postgis", "chromium", "fonts-dejavu-core", "libatomic1", "curl", "wrk"]
    assert names(needed(database=True, tests=True)) == wanted


def test_what_is_there_is_not_installed(tmp_path: Path) -> None:
    said = io.StringIO()
    install(Console(said, tmp_path), [Package("anything", lambda: True)])
    assert said.getvalue() == ""


def test_the_newest_postgis_of_the_system_is_taken() -> None:
    known = ["postgresql-9-postgis-3", "postgresql-17-postgis-3", "postgresql-15-postgis-3"]
    assert apt_name("postgis", known) == "postgresql-17-postgis-3"
    assert apt_name("chromium", known) == "chromium"


def test_a_system_without_postgis_is_told_of_database_url() -> None:
    with pytest.raises(Failed, match="DATABASE_URL"):
        apt_name("postgis", [])


def test_the_line_to_type_names_all_that_is_missing() -> None:
    line = "apt-get update && apt-get install -y --no-install-recommends python3-venv postgresql-15-postgis-3"
    assert by_hand(["python3-venv", "postgis"]) == line


@pytest.mark.parametrize(
    ("line", "percent"),
    [
        ("dlstatus:3:50.0:Retrieving file 3 of 6", 25),
        ("pmstatus:libgdal32:0.0:Preparing libgdal32", 50),
        ("pmstatus:libc6:i386:0.0:x", None),
        ("pmstatus:dpkg-exec:100.0:Running dpkg", 100),
        ("Get:1 somewhere bookworm InRelease", None),
    ],
)
def test_apt_says_how_far_it_is(line: str, percent: int | None) -> None:
    assert apt_percent(line) == percent


SCRIPT = """
import io, os, pathlib
from portal.launcher.packages import Package, install
from portal.launcher.steps import Console, Failed

if os.geteuid() == 0:
    os.setuid(65534)
try:
    install(Console(io.StringIO(), pathlib.Path("/nonexistent")), [Package("postgis", lambda: False)])
except Failed as failure:
    print(failure)
"""


def test_without_root_nor_sudo_the_line_is_printed(folder: Path) -> None:
    """A process that is nobody's, with nothing but apt-get on its PATH."""
    (folder / "apt-get").symlink_to("/bin/true")
    env = {"PATH": str(folder), "PYTHONPATH": str(Path(__file__).parents[2])}
    said = subprocess.run([sys.executable, "-c", SCRIPT], env=env, capture_output=True, text=True, check=True).stdout
    assert said.splitlines()[-1] == (
        "  apt-get update && apt-get install -y --no-install-recommends postgresql-15-postgis-3"
    )
