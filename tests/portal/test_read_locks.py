"""Several that change at once wait for one another in one order, and none for ever."""

import threading
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection, transaction

from portal import read
from portal.models import Activity, ReadItem, Source
from tests.factories import make_activity, make_source

pytestmark = pytest.mark.django_db(transaction=True)
BEGIN = datetime(2026, 11, 25, tzinfo=UTC)
TURNS = 15


def test_runs_that_end_at_the_same_time_all_end() -> None:
    sources = [make_source() for _number in range(3)]
    for source in sources:
        make_activity(source=source)
    failures: list[Exception] = []
    start = threading.Barrier(len(sources))

    def runs(source: Source) -> None:
        start.wait()
        try:
            for turn in range(TURNS):
                with transaction.atomic():  # as a run ends: its records, its source, then the tables
                    Activity.objects.filter(source=source).update(title=f"{source.slug} {turn}")
                    Source.objects.filter(pk=source.pk).update(confirmed=BEGIN + timedelta(minutes=turn))
                    read.refresh()
                read.bump()
        except Exception as error:  # noqa: BLE001 -- told below, by the thread that asserts
            failures.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=runs, args=[source]) for source in sources]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    assert read.check() == []
    assert ReadItem.objects.count() == len(sources)
