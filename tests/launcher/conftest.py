import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest


@pytest.fixture
def folder() -> Iterator[Path]:
    """A folder that other users can reach, which pytest's tmp_path is not."""
    with tempfile.TemporaryDirectory(prefix="parages-test-") as made:
        Path(made).chmod(0o755)
        yield Path(made)
