"""Records that are deleted: nobody compares them meanwhile, and what they alone held together parts."""

import threading

import pytest
from django.db import connection, transaction

from portal import erasure, removal, same
from portal.models import Activity, Cluster, Likeness, Membership
from portal.same import service
from tests.factories import make_activity

pytestmark = pytest.mark.django_db(transaction=True)


def chain() -> tuple[Activity, Activity, Activity]:
    """A is like B and B like C; A and C are not alike."""
    one, middle, other = (make_activity(title=title) for title in ("A", "B", "C"))
    for left, right in ((one, middle), (middle, other)):
        Likeness.objects.create(left=left, right=right, points=10)
    with transaction.atomic():
        service._regroup({middle.pk})
    assert Membership.objects.count() == 3
    return one, middle, other


def test_an_erased_record_holds_its_neighbours_together_no_more() -> None:
    _one, middle, _other = chain()
    assert removal.erase(middle.public_id)
    assert (Membership.objects.count(), Cluster.objects.count()) == (0, 0)


def test_the_two_that_are_left_and_alike_stay_one_thing() -> None:
    one, middle, other = chain()
    assert removal.erase(one.public_id)
    assert set(Membership.objects.values_list("activity", flat=True)) == {middle.pk, other.pk}


def test_records_of_many_sources_erased_at_once_leave_no_cluster_behind() -> None:
    chain()
    assert erasure.erase(Activity.objects.all()) == 3
    assert (Activity.objects.count(), Cluster.objects.count()) == (0, 0)


def test_who_deletes_waits_for_who_compares() -> None:
    _one, middle, _other = chain()
    done = threading.Event()

    def erase() -> None:
        removal.erase(middle.public_id)
        connection.close()
        done.set()

    with transaction.atomic():
        service._lock()
        eraser = threading.Thread(target=erase)
        eraser.start()
        while not _waiting():
            assert not done.is_set()
        same.update(changed_ids=[middle.pk])
    eraser.join()
    assert not Activity.objects.filter(pk=middle.pk).exists()


def _waiting() -> bool:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted AND database = "
            "(SELECT oid FROM pg_database WHERE datname = current_database())"
        )
        row = cursor.fetchone()
    return bool(row and row[0])
