"""How fast a harvest is stored, beside Django's own ways, on one machine in one run.

    python -m bench.ingest [--rows 1000000] [--sample 20000]

Makes a database of its own beside that of DATABASE_URL, and drops it. Making the records is not
counted, for anybody. Django's ways are timed on `--sample` rows (row by row: a tenth of it) against the
same table, ours on all `--rows`; ratios are of rows a second. Full-text vectors are timed apart: nobody
else makes them. The memory is this process's peak before any other way ran.
"""

import argparse
import json
import resource
import time
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.db import connection

from bench.records import FIRST_DAY, bench_source, records
from portal import search
from portal.models import Activity, ActivityText, Source
from portal.models.activity import public_id
from portal.staged_rows import CONTENT, digest, values
from portal.staging import Stage

CHUNK = 2_000
BATCH = 1_000
WRITTEN = [field.name for field in CONTENT] + ["content_hash", "changed"]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--sample", type=int, default=20_000)
    asked = parser.parse_args()
    name = connection.settings_dict["NAME"]
    connection.settings_dict["TEST"]["NAME"] = "parages_bench"
    connection.creation.create_test_db(verbosity=0, autoclobber=True, serialize=False)
    try:
        print(json.dumps(measure(asked.rows, asked.sample), indent=2))
    finally:
        connection.creation.destroy_test_db(name, verbosity=0)


def measure(rows: int, sample: int) -> dict[str, Any]:
    """Rows a second of each way, and the ratios that count."""
    source = bench_source()
    figures: dict[str, float] = {"bulk_create, new": bulk_create(source, sample)}
    Activity.objects.all().delete()
    figures["staged, all new"] = staged(source, rows)
    ActivityText.objects.update(stale=False)  # making a million vectors takes minutes: timed on 1 % below
    with connection.cursor() as cursor:  # as autovacuum does before the next night
        cursor.execute("VACUUM ANALYZE portal_activity")
    figures["staged, nothing changed"] = staged(source, rows)
    peak_mib = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    figures["update_or_create, row by row"] = update_or_create(source, sample // 10)
    figures["bulk_create(update_conflicts), nothing changed"] = bulk_upsert(source, sample)
    figures["staged, nothing changed, again"] = staged(source, rows)
    figures["staged, 1 % changed"] = staged(source, rows, changed=rows // 100)
    figures["full-text vectors of the changed"] = timed(rows // 100, search.refresh)
    figures["staged, all changed"] = staged(source, rows, changed=rows)
    unchanged = min(figures["staged, nothing changed"], figures["staged, nothing changed, again"])
    return {
        "rows": rows,
        "rows_a_second": {way: round(figure) for way, figure in figures.items()},
        "unchanged / update_or_create": round(unchanged / figures["update_or_create, row by row"], 1),
        "unchanged / bulk_create(update_conflicts)": round(
            unchanged / figures["bulk_create(update_conflicts), nothing changed"], 1
        ),
        "all new / bulk_create": round(figures["staged, all new"] / figures["bulk_create, new"], 1),
        "peak_mib": round(peak_mib),
    }


def timed(rows: int, work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return rows / (time.perf_counter() - start)


def staged(source: Source, rows: int, changed: int = 0) -> float:
    """Our way, as a harvest does it: compared in batches, then applied in one transaction."""
    seconds = 0.0
    with Stage(source) as stage:
        for first in range(0, rows, CHUNK):
            version = 2 if first < changed else 1
            chunk = list(records(source, min(CHUNK, rows - first), first, version))
            start = time.perf_counter()
            stage.add(chunk)
            seconds += time.perf_counter() - start
        start = time.perf_counter()
        stage.apply(FIRST_DAY + timedelta(days=version))
        return rows / (seconds + time.perf_counter() - start)


def prepared(source: Source, rows: int) -> list[Activity]:
    """Records with all that a column may not lack: what bulk_create needs beside."""
    chunk = list(records(source, rows))
    for activity in chunk:
        activity.public_id = public_id(source.uid, activity.source_record_id)
        activity.content_hash = digest(values(activity))
        activity.first_seen = activity.changed = FIRST_DAY
    return chunk


def bulk_create(source: Source, rows: int) -> float:
    chunk = prepared(source, rows)
    return timed(rows, lambda: Activity.objects.bulk_create(chunk, BATCH))


def bulk_upsert(source: Source, rows: int) -> float:
    chunk = prepared(source, rows)
    identity = ["source", "source_record_id"]
    return timed(
        rows,
        lambda: Activity.objects.bulk_create(
            chunk, BATCH, update_conflicts=True, unique_fields=identity, update_fields=WRITTEN
        ),
    )


def update_or_create(source: Source, rows: int) -> float:
    chunk = prepared(source, rows)

    def each() -> None:
        for activity in chunk:
            fields = {name: getattr(activity, name) for name in [*WRITTEN, "public_id", "first_seen"]}
            Activity.objects.update_or_create(
                source=source, source_record_id=activity.source_record_id, defaults=fields
            )

    return timed(rows, each)


if __name__ == "__main__":
    main()
