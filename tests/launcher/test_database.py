import io
import threading
from pathlib import Path

import pytest

from portal.launcher.cluster import Cluster
from portal.launcher.database import running
from portal.launcher.steps import Console


@pytest.fixture
def data(folder: Path) -> Path:
    (folder / "logs").mkdir()
    return folder / "data"


def cluster_on(data: Path) -> Cluster:
    return Cluster(data, data.parent / "logs" / "postgresql.log")


@pytest.fixture
def console(data: Path) -> Console:
    return Console(io.StringIO(), data.parent / "logs")


def test_who_finds_no_server_starts_and_stops_it(data: Path, console: Console) -> None:
    with running(console, cluster_on(data)) as cluster:
        assert cluster.run_sql("SELECT 1") == "1"
    assert cluster.server_pid() is None


def test_who_finds_a_server_uses_it_and_lets_it_live(data: Path, console: Console) -> None:
    with running(console, cluster_on(data)) as owned:
        with running(console, cluster_on(data)) as used:
            assert used.identity() == owned.identity()
        assert owned.run_sql("SELECT 1") == "1"


def test_the_owner_waits_for_the_others(data: Path, console: Console) -> None:
    inside, leave = threading.Event(), threading.Event()
    seen: list[str] = []

    def other() -> None:
        with running(console, cluster_on(data)) as used:
            inside.set()
            leave.wait(30)
            seen.append(used.run_sql("SELECT 1"))

    with running(console, cluster_on(data)):
        thread = threading.Thread(target=other)
        thread.start()
        assert inside.wait(30)
        threading.Timer(0.5, leave.set).start()
    thread.join()
    assert seen == ["1"]
    assert cluster_on(data).server_pid() is None
