"""`python -m bench.serving` runs from an empty folder to its figures; how fast anything is, no test says."""

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings

from bench.serving.__main__ import SCENARIOS

SECONDS = 900
"""So slow may a machine be that does other things too."""


@pytest.fixture
def folder() -> Iterator[Path]:
    """A folder that the database's own user can reach, which pytest's tmp_path is not."""
    with tempfile.TemporaryDirectory(prefix="parages-bench-") as made:
        Path(made).chmod(0o755)
        yield Path(made)


def test_a_small_measure_of_our_own_servers_runs_from_start_to_end(folder: Path) -> None:
    words = ["--records", "2000", "--rounds", "1", "--seconds", "1", "--smoke", "--peers", "none"]
    done = subprocess.run(
        [sys.executable, "-m", "bench.serving", *words, "--folder", folder],
        cwd=settings.BASE_DIR,
        env={**os.environ, "PYTHONPATH": str(settings.BASE_DIR)},
        capture_output=True,
        text=True,
        timeout=SECONDS,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-3_000:] + done.stderr[-3_000:]
    (path,) = folder.glob("results-2000-*.json")
    scenarios = json.loads(path.read_text("utf-8"))["scenarios"]
    assert list(scenarios) == list(SCENARIOS)
    for name in SCENARIOS:
        assert not scenarios[name]["failed"], name
        assert scenarios[name]["lines"] or scenarios[name]["notes"], name  # memory is told in notes
