"""One harvest of a source at a time, on however many machines: a lease that the database keeps and a heartbeat renews.

The lease is one row per source, taken by one statement when there is none or its last beat is too old. Only the
database's clock counts. Its token is a fence: whoever applies a run first locks the row and finds their own token in
it, so a process that slept through the loss of its lease can store nothing.
"""

import os
import socket
import threading
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from django.conf import settings
from django.db import InterfaceError, InternalError, OperationalError, connection, transaction

from harvesters.errors import PortalError
from portal.models import Lease, Run, Source

BROKEN = (OperationalError, InterfaceError, InternalError)
"""What a lost connection raises, or one that the database gave up on."""

BEATS = 4
"""Beats in the time after which a silent lease may be taken over."""

RUNS = 2
"""A run that takes so many times as long as its reading may is stuck."""

LOCK_WAITS = 60
"""Whoever applies a run holds the lease's row: who wants it waits a second of a minute, not for the end of that."""

TAKE = """
INSERT INTO portal_lease (source_id, token, holder, taken, beat)
VALUES (%s, %s, %s, clock_timestamp(), clock_timestamp())
ON CONFLICT (source_id) DO UPDATE
SET token = excluded.token, holder = excluded.holder, taken = excluded.taken, beat = excluded.beat, run_id = NULL
WHERE portal_lease.beat < clock_timestamp() - make_interval(secs => %s)
RETURNING token
"""
BEAT = "UPDATE portal_lease SET beat = clock_timestamp() WHERE source_id = %s AND token = %s"


class Lost(PortalError):
    """Another process took the source over, because this one gave no sign of life."""

    def __init__(self) -> None:
        super().__init__("taken-over", "Another process took this harvest over: this one had given no sign of life.")


@dataclass
class Held:
    """A lease in our hands: its heart beats in a thread of its own until it is released or lost."""

    source: Source
    token: uuid.UUID
    lost: bool = False
    _ended: threading.Event = field(default_factory=threading.Event)

    def serve(self, run: Run) -> None:
        """Say which run the lease is for."""
        Lease.objects.filter(source=self.source, token=self.token).update(run=run)

    def check(self) -> None:
        """Cheap, to be asked often. Raises Lost once a beat found that the lease is another's."""
        if self.lost:
            raise Lost

    def fence(self) -> None:
        """Inside the transaction that applies a run: nobody else can take the lease until it ends. Raises Lost.

        Should this machine vanish meanwhile, the database gives up on it after as long as a lease lasts.
        """
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT set_config('idle_in_transaction_session_timeout', %s, true)", [_ms(settings.LEASE_S)]
            )
        mine = Lease.objects.select_for_update().filter(source=self.source, token=self.token)
        if not mine.exists():
            raise Lost

    def beat(self) -> None:
        """Beat until the end, or until no honest run would still be busy: then others may take over.

        A beat that the database did not hear is tried again; one that comes too late finds the row lost.
        """
        last = time.monotonic() + RUNS * settings.RUN_S
        try:
            while not self._ended.wait(settings.LEASE_S / BEATS) and time.monotonic() < last:
                self._beat_once()
                if self.lost:
                    return
        finally:
            connection.close()

    def _beat_once(self) -> None:
        try:
            with connection.cursor() as cursor:
                cursor.execute("SELECT set_config('lock_timeout', %s, false)", [_ms(settings.LEASE_S / LOCK_WAITS)])
                cursor.execute(BEAT, [self.source.pk, self.token])
                self.lost = cursor.rowcount == 0
        except BROKEN:
            connection.close()

    def end(self) -> None:
        self._ended.set()


@contextmanager
def lease(source: Source) -> Iterator[Held | None]:
    """The right to harvest the source while the block runs; None when somebody else has it."""
    held = _take(source)
    if held is None:
        yield None
        return
    heart = threading.Thread(target=held.beat, name=f"lease of {source.slug}", daemon=True)
    heart.start()
    try:
        yield held
    finally:
        held.end()
        heart.join()
        _release(held)


def _take(source: Source) -> Held | None:
    token, holder = uuid.uuid4(), f"{socket.gethostname()} {os.getpid()}"[:200]
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SELECT set_config('lock_timeout', %s, true)", [_ms(settings.LEASE_S / LOCK_WAITS)])
            cursor.execute(TAKE, [source.pk, token, holder, settings.LEASE_S])
            if cursor.fetchone() is None:
                return None
            # Whatever this connection does in the run: asleep in a transaction, it holds nobody up for longer.
            cursor.execute(
                "SELECT set_config('idle_in_transaction_session_timeout', %s, false)", [_ms(settings.LEASE_S)]
            )
            return Held(source, token)
    except OperationalError as error:
        if getattr(error.__cause__, "sqlstate", "") == "55P03":  # lock_not_available
            return None
        raise


def _release(held: Held) -> None:
    """Without it, the next harvest would wait until the lease is stale; if the database is gone, it does."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("RESET idle_in_transaction_session_timeout")
        Lease.objects.filter(source=held.source, token=held.token).delete()
    except BROKEN:
        connection.close()


def _ms(seconds: float) -> str:
    return f"{1000 * seconds:.0f}ms"
