"""How the read pool reaches the database, and what becomes of a question when its server goes away."""

import os
import signal
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import environ
import pytest
from pytest_django import Settings

from portal.launcher.cluster import SETTINGS, Cluster
from portal.launcher.processes import wait_until
from portal.launcher.steps import Failed
from portal.read import database, version

WHO = "SELECT current_setting('cluster_name')"


def _asked_with(url: str) -> dict[str, Any]:
    return database._where(environ.Env.db_url_config(url))


def test_what_the_address_says_of_tls_is_heeded() -> None:
    where = _asked_with("postgis://reader:secret@db.example.org/parages?sslmode=verify-full&sslrootcert=/etc/ca.pem")
    assert where["sslmode"] == "verify-full"
    assert where["sslrootcert"] == "/etc/ca.pem"


def test_an_address_can_turn_prepared_statements_off() -> None:
    assert _asked_with("postgis://reader@db.example.org/parages")["prepare_threshold"] == 0
    assert _asked_with("postgis://reader@db.example.org/parages?prepare_threshold=None")["prepare_threshold"] is None


def test_options_of_django_alone_do_not_reach_libpq() -> None:
    where = database._where({"NAME": "parages", "OPTIONS": {"pool": True, "assume_role": "x", "sslmode": "require"}})
    assert {"pool", "assume_role"}.isdisjoint(where)
    assert where["dbname"] == "parages"


def test_a_machine_that_vanished_is_noticed_in_seconds() -> None:
    where = _asked_with("postgis://reader@db.example.org/parages")
    assert where["tcp_user_timeout"] <= 10_000
    assert where["keepalives_idle"] + where["keepalives_interval"] * where["keepalives_count"] <= 15


@pytest.fixture
def pooled(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[str], None]]:
    """Sets the replica's address; questions go through pools, as in a site's process."""
    settings.READ_POOL = 4
    monkeypatch.setattr(database, "DOWN_S", 0.3)
    monkeypatch.setattr(database, "replica", database._Replica())
    database._made.cache_clear()

    def use(url: str) -> None:
        settings.READ_URL = environ.Env.db_url_config(url)

    yield use
    for name in ("replica", "primary"):
        database._made(name).close()
    database._made.cache_clear()


@pytest.fixture
def second() -> Iterator[Cluster]:
    """A server of its own that calls itself «replica» and has data of version 7."""
    with TemporaryDirectory(prefix="parages-test-") as name:
        folder = Path(name)
        folder.chmod(0o755)
        cluster = Cluster(folder / "data", folder / "log", SETTINGS | {"cluster_name": "replica"})
        cluster.start()
        cluster.run_sql("CREATE TABLE read_state AS SELECT 7::bigint AS version, now() AS changed")
        yield cluster
        cluster.stop()


def _who() -> str:
    return bytes(database.one(WHO, {})[0]).decode()


def _becomes(name: str, seconds: float = 15) -> bool:
    """Whether questions go to that server before long."""
    return wait_until(lambda: _who() == name, seconds)


@pytest.mark.django_db
def test_a_replica_that_never_answered_delays_one_question_alone(pooled: Callable[[str], None], tmp_path: Path) -> None:
    pooled(f"postgis://parages@:5432/{tmp_path}/parages")
    assert _who() != "replica"
    began = time.monotonic()
    assert [_who() for _ in range(20)] == [_who()] * 20
    assert time.monotonic() - began < database.TRY_S


@pytest.mark.long
@pytest.mark.django_db
def test_no_question_is_lost_with_the_replica_and_it_is_asked_again_once_back(
    pooled: Callable[[str], None], second: Cluster
) -> None:
    pooled(second.database_url)
    with ThreadPoolExecutor(4) as several:
        assert set(several.map(lambda _: _who(), range(40))) == {"replica"}
        os.kill(second.server_pid() or 0, signal.SIGKILL)
        assert len(list(several.map(lambda _: _who(), range(40)))) == 40
    assert _becomes("")
    assert wait_until(lambda: _is_revived(second), 15)
    assert _becomes("replica")


@pytest.mark.long
@pytest.mark.django_db
def test_a_replica_that_is_back_waits_until_it_knows_what_was_told_meanwhile(
    pooled: Callable[[str], None], second: Cluster, monkeypatch: pytest.MonkeyPatch
) -> None:
    pooled(second.database_url)
    monkeypatch.setattr(version, "_known", {})
    assert version.current().number == 7
    database.replica.leave()
    database.replica.version = 8
    time.sleep(database.DOWN_S)
    assert not _becomes("replica", seconds=2)
    second.run_sql("UPDATE read_state SET version = 8")
    assert _becomes("replica")


def _is_revived(cluster: Cluster) -> bool:
    """After kill -9 the old server's children take a moment to let go of its memory."""
    try:
        return cluster.revive()
    except Failed:
        return False
