"""What one hostile source costs the others: nine healthy ones harvested alone, then with one that drips for ever.

    python -m bench.hostile [--jobs 4] [--rows 5000]

Makes a database of its own beside that of DATABASE_URL, and drops it. The hostile portal sends one byte a second;
it is the first in the row, as it would be when nothing is known of it yet. The figure is when the last of the nine
ended, with it and without it; at most 1.5 times is promised.
"""

import argparse
import json
import os
import tempfile
import time
from pathlib import Path
from socketserver import StreamRequestHandler, ThreadingTCPServer
from threading import Thread
from urllib.parse import urlsplit

from django.db import connection

from harvesters.loopback import portals
from harvesters.runs.apart import harvest_apart
from portal.models import Activity, Run, Source

HEALTHY = 9
HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 1000000\r\n\r\n["


class Drip(StreamRequestHandler):
    """Sends a byte a second, so that no read ever times out."""

    def handle(self) -> None:
        self.wfile.write(HEAD)
        try:
            while True:
                time.sleep(1)
                self.wfile.write(b" ")
        except OSError:
            return


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--jobs", type=int, default=4)
    parser.add_argument("--rows", type=int, default=5_000)
    asked = parser.parse_args()
    before = connection.settings_dict["NAME"]
    connection.settings_dict["TEST"]["NAME"] = "parages_bench_hostile"
    connection.creation.create_test_db(verbosity=0, autoclobber=True, serialize=False)
    base = os.environ.get("DATABASE_URL", "postgis:///parages").rpartition("/")[0]
    os.environ["DATABASE_URL"] = f"{base}/parages_bench_hostile"
    try:
        measure(asked.jobs, asked.rows)
    finally:
        connection.creation.destroy_test_db(before, verbosity=0)


def measure(jobs: int, rows: int) -> None:
    with tempfile.TemporaryDirectory() as folder, ThreadingTCPServer(("127.0.0.1", 0), Drip) as drip:
        drip.daemon_threads = True
        Thread(target=drip.serve_forever, daemon=True).start()
        with portals(Path(folder)) as base_url:
            hostile_host = f"127.0.0.1:{drip.server_address[1]}"
            os.environ["PARAGES_ALLOW_HOSTS"] = f"{urlsplit(base_url).netloc},{hostile_host}"
            healthy = [make(f"healthy-{n}", f"{base_url}/{write(Path(folder), n, rows)}") for n in range(HEALTHY)]
            hostile = make("hostile", f"http://{hostile_host}/data.json")
            alone_s = last_of_nine_s(healthy, jobs)
            Source.objects.update(validators={})
            Activity.objects.all().delete()
            beside_s = last_of_nine_s([hostile, *healthy], jobs)
        drip.shutdown()
    report(alone_s, beside_s, jobs, rows)


def write(folder: Path, number: int, rows: int) -> str:
    """The file of a healthy portal; its path."""
    (folder / "ville").mkdir(exist_ok=True)
    records = [{"n": n, "t": f"Fiche {n}", "lat": 45 + n / 1e5, "lon": 4.8 + number / 10} for n in range(rows)]
    (folder / "ville" / f"{number}.json").write_text(json.dumps(records))
    return f"ville/{number}.json"


def make(slug: str, address: str) -> Source:
    return Source.objects.create(
        slug=slug, uid=slug, title=slug, protocol="file", address=address, publisher="Ville", licence="CC0",
        kind="initiative", mapping={"id": "n", "title": "t", "lat": "lat", "lon": "lon"},
    )  # fmt: skip


def last_of_nine_s(sources: list[Source], jobs: int) -> float:
    """Seconds until the last healthy source was harvested."""
    started = time.time()
    runs = harvest_apart(sources, jobs)
    healthy = [run for run in runs if run.source.slug != "hostile"]
    if {run.status for run in healthy} != {Run.Status.COMPLETE}:
        raise SystemExit("\n".join(run.error for run in healthy))
    return max(run.finished.timestamp() for run in healthy if run.finished) - started


def report(alone_s: float, beside_s: float, jobs: int, rows: int) -> None:
    hostile = Run.objects.filter(source__slug="hostile").latest()
    took_s = ((hostile.finished or hostile.started) - hostile.started).total_seconds()
    print(f"{HEALTHY} healthy sources of {rows:,} records, {jobs} at a time")
    print(f"alone: the last one ended after {alone_s:.1f} s")
    print(f"beside a hostile one ({hostile.error_code} after {took_s:.0f} s): after {beside_s:.1f} s")
    print(f"ratio: {beside_s / alone_s:.2f}")


if __name__ == "__main__":
    main()
