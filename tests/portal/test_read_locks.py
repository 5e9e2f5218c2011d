"""Several that change at once wait for one another in one order, and none for ever."""

import threading
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection, transaction

from geo.models import Area
from portal import read
from portal.models import Activity, ReadItem, Source
from portal.vocabularies import Precision
from tests.factories import make_activity, make_area, make_source

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


def test_an_area_is_redrawn_while_a_record_that_concerns_it_comes_in() -> None:
    """Neither transaction sees what the other does, but the tables follow both."""
    area, source = make_area(), make_source()
    stored, told = threading.Event(), threading.Event()

    def redraws() -> None:
        stored.wait()
        with transaction.atomic():
            Area.objects.filter(pk=area.pk).update(name="Autre nom", shape=area.centre.buffer(0.3))
            told.set()
            read.refresh()
        connection.close()

    thread = threading.Thread(target=redraws)
    thread.start()
    with transaction.atomic():
        make_activity(source=source, precision=Precision.COMMUNE, geometry=None, area=area)
        stored.set()
        told.wait()
        read.refresh()
    thread.join()
    assert read.waiting() == 0
    assert read.check() == []


def test_a_row_that_is_there_twice_is_found() -> None:
    make_activity(precision=Precision.COMMUNE, geometry=None, area=make_area())
    read.refresh()
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO read_piece (area_id, piece) SELECT area_id, piece FROM read_piece LIMIT 1")
    assert [line.split(":")[0] for line in read.check()] == ["read_piece, too much"]
