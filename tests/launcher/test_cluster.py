"""On real clusters, each in a folder that PostgreSQL's own user can reach when root runs the tests."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from portal.launcher.cluster import Cluster, data_folder
from portal.launcher.processes import wait_until

ROOT = Path(__file__).parents[2]
OWNER = """
import sys, time
from pathlib import Path
from portal.launcher.cluster import Cluster
cluster = Cluster(Path(sys.argv[1]), Path(sys.argv[2]))
cluster.start()
cluster.run_sql("CREATE TABLE kept AS SELECT generate_series(1, 1000) AS number")
print("ready", flush=True)
time.sleep(600)
"""


@pytest.fixture
def cluster(folder: Path) -> Iterator[Cluster]:
    made = Cluster(folder / "data", folder / "log")
    yield made
    made.stop()


def pg_state(cluster: Cluster) -> str:
    told = subprocess.run(
        [cluster._tool("pg_controldata"), "-D", cluster.data], capture_output=True, text=True, check=True
    ).stdout
    return next(line.split(":")[1].strip() for line in told.splitlines() if line.startswith("Database cluster state"))


def test_a_cluster_keeps_its_rows_from_one_start_to_the_next(cluster: Cluster) -> None:
    cluster.start()
    identity = cluster.identity()
    cluster.run_sql("CREATE TABLE kept AS SELECT 1 AS number")
    cluster.stop()
    assert cluster.server_pid() is None
    assert pg_state(cluster) == "shut down"
    cluster.start()
    assert cluster.run_sql("SELECT number FROM kept") == "1"
    assert cluster.identity() == identity


def test_a_cluster_listens_on_no_network_and_checks_its_pages(cluster: Cluster) -> None:
    cluster.start()
    assert cluster.run_sql("SHOW listen_addresses") == ""
    assert cluster.run_sql("SHOW data_checksums") == "on"
    assert cluster.socket_folder.stat().st_mode & 0o777 == 0o700
    assert len(os.fsencode(cluster.socket_folder / ".s.PGSQL.5432")) <= 107


def test_when_its_starter_is_killed_it_ends_cleanly(folder: Path, cluster: Cluster) -> None:
    starter = subprocess.Popen(
        [sys.executable, "-c", OWNER, cluster.data, cluster.log],
        env={"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        text=True,
    )
    with starter:
        assert starter.stdout is not None
        assert starter.stdout.readline() == "ready\n"
        starter.kill()
    assert wait_until(lambda: cluster.server_pid() is None, 30)
    assert pg_state(cluster) == "shut down"
    cluster.start()
    assert cluster.run_sql("SELECT count(*), sum(number) FROM kept") == "1000|500500"


def test_when_the_server_is_killed_the_next_start_recovers(cluster: Cluster) -> None:
    cluster.start()
    cluster.run_sql("CREATE TABLE kept AS SELECT generate_series(1, 1000) AS number")
    os.kill(cluster.server_pid() or 0, signal.SIGKILL)
    cluster.stop()
    cluster.start()
    assert cluster.run_sql("SELECT count(*), sum(number) FROM kept") == "1000|500500"


def test_an_initdb_cut_short_is_started_afresh(folder: Path, cluster: Cluster) -> None:
    (folder / "data.new").mkdir()
    (folder / "data.new" / "PG_VERSION").write_text("15\n")
    cluster.start()
    assert cluster.run_sql("SELECT 1") == "1"


def test_data_stay_in_the_checkout_when_the_service_user_can_get_there(folder: Path) -> None:
    assert data_folder(folder / "data", folder / "elsewhere") == folder / "data"


def test_data_of_root_go_elsewhere_when_the_checkout_is_closed(folder: Path) -> None:
    closed = folder / "closed"
    closed.mkdir(mode=0o700)
    chosen = data_folder(closed / "data", folder / "elsewhere")
    assert chosen.parent == (folder / "elsewhere" if os.geteuid() == 0 else closed)


def test_a_server_that_ended_by_itself_is_revived(cluster: Cluster) -> None:
    cluster.start()
    assert not cluster.revive()
    cluster.run_sql("CREATE TABLE kept AS SELECT 1 AS number")
    pid = cluster.server_pid() or 0
    os.kill(pid, signal.SIGKILL)
    assert wait_until(cluster.revive, 30)
    assert cluster.server_pid() != pid
    assert cluster.run_sql("SELECT number FROM kept") == "1"
