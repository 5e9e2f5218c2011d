"""The cluster that is measured on: made once for each shape of records, kept between the runs."""

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import astuple, dataclass
from pathlib import Path
from urllib.parse import quote

import psycopg

from bench.serving.records import Shape
from portal.launcher.checkout import Checkout, Stamp, digest
from portal.launcher.cluster import FORGETFUL, NAME, SETTINGS, Cluster, data_folder
from portal.launcher.contents import manage
from portal.launcher.steps import Console, execute

LARGE = 500_000  # records, from which the database is given memory enough to hold them all
# Nothing is written while we measure, so whether writes are safe changes no figure; loading is quicker. Vacuuming is
# done once after loading, lest it run into somebody's slice.
COMMON = {"max_wal_size": "8GB", "autovacuum": "off", "track_activities": "on", "max_connections": "150"}
MEMORY = {
    True: {"shared_buffers": "4GB", "work_mem": "64MB", "maintenance_work_mem": "1GB"},
    False: {"shared_buffers": "512MB", "work_mem": "32MB", "maintenance_work_mem": "256MB"},
}
LOADERS = ("bench/records.py", "bench/serving/words.py", "bench/serving/records.py", "bench/serving/rows.py",
           "bench/serving/load.py", "geo/data/*.xz")  # fmt: skip
READERS = ("portal/read/**/*.py", "portal/management/commands/read.py", "portal/migrations/*.py")


@dataclass(frozen=True)
class Database:
    """A running cluster in the ways that the servers want it spelt."""

    cluster: Cluster
    shape: Shape
    has_read_tables: bool

    @property
    def folder(self) -> str:
        return str(self.cluster.socket_folder)

    @property
    def url(self) -> str:
        """For Django."""
        return self.cluster.database_url

    @property
    def libpq_url(self) -> str:
        return f"postgresql://{NAME}@{quote(self.folder, safe='')}/{NAME}"

    def connect(self) -> psycopg.Connection:
        return psycopg.connect(self.libpq_url, autocommit=True)


@contextmanager
def running(console: Console, checkout: Checkout, folder: Path, shape: Shape, *, gazetteer: bool) -> Iterator[Database]:
    """The database with its records, loaded if need be; it ends with us."""
    folder.mkdir(parents=True, exist_ok=True)
    cluster = _cluster(folder, shape)
    cluster.wait_for_leftover()
    with console.step("Database", "bench-database"):
        cluster.start()
    try:
        env = checkout.environment(DATABASE_URL=cluster.database_url, PARAGES_DEMO="no")
        _migrate(console, checkout, env)
        _fill(console, checkout, env, cluster, shape, gazetteer=gazetteer)
        has_read_tables = _rebuild(console, checkout, env, cluster)
        _warm(cluster)
        yield Database(cluster, shape, has_read_tables)
    finally:
        cluster.stop()


def _cluster(folder: Path, shape: Shape) -> Cluster:
    name = f"cluster-{shape.records}{'-narrow' if shape.narrow else ''}"
    data = data_folder(folder / name)
    return Cluster(data, folder / f"{name}.log", SETTINGS | FORGETFUL | COMMON | MEMORY[shape.records >= LARGE])


def _migrate(console: Console, checkout: Checkout, env: dict[str, str]) -> None:
    with console.step("Database tables", "bench-tables") as step:
        execute(step, manage(checkout, "migrate", "--no-input"), env=env)


def _fill(
    console: Console, checkout: Checkout, env: dict[str, str], cluster: Cluster, shape: Shape, *, gazetteer: bool
) -> None:
    stamp = Stamp(_stamps(cluster) / "loaded", digest(checkout.root, [str(astuple(shape)), *checkout.files(*LOADERS)]))
    if stamp.is_current():
        return
    stamp.path.unlink(missing_ok=True)
    cluster.run_sql("TRUNCATE portal_activity, portal_cluster, portal_source, geo_area CASCADE")
    if gazetteer:
        with console.step("Places", "bench-places") as step:
            execute(step, manage(checkout, "areas", "load"), env=env)
    words = [str(shape.records), "--seed", str(shape.seed), *(["--narrow"] if shape.narrow else [])]
    with console.step(f"{shape.records:,} records", "bench-records") as step:
        execute(step, [checkout.python, "-P", "-m", "bench.serving.load", *words], env=env)
    with console.step("Vacuuming", "bench-vacuum"):
        cluster.run_sql("VACUUM (ANALYZE, FREEZE)")
    stamp.record()


def _rebuild(console: Console, checkout: Checkout, env: dict[str, str], cluster: Cluster) -> bool:
    """The tables that answers are read from, where the product has them. Returns whether it has."""
    asked = subprocess.run(manage(checkout, "read", "--help"), env=env, capture_output=True, check=False)
    if asked.returncode:
        console.say("The product has no `read rebuild`: what is measured is served from the wide table.")
        return False
    loaded = Stamp(_stamps(cluster) / "loaded", "").recorded() or ""
    stamp = Stamp(_stamps(cluster) / "rebuilt", digest(checkout.root, [loaded, *checkout.files(*READERS)]))
    if not stamp.is_current():
        with console.step("Tables to read from", "bench-read") as step:
            execute(step, manage(checkout, "read", "rebuild"), env=env)
        with console.step("Vacuuming again", "bench-vacuum"):
            cluster.run_sql("VACUUM (ANALYZE, FREEZE)")
        stamp.record()
    return True


def _stamps(cluster: Cluster) -> Path:
    """Beside the data, of this very cluster: one that was made again has other stamps."""
    return cluster.log.parent / "stamps" / cluster.identity()


def _warm(cluster: Cluster) -> None:
    """Tables and indexes into memory, the widest first, as a site that has served for an hour has them."""
    cluster.run_sql("CREATE EXTENSION IF NOT EXISTS pg_prewarm")
    cluster.run_sql(
        """SELECT sum(pg_prewarm(oid)) FROM (SELECT oid FROM pg_class WHERE relkind IN ('r', 'i')
           AND relnamespace = 'public'::regnamespace ORDER BY pg_relation_size(oid) DESC) AS wide"""
    )
