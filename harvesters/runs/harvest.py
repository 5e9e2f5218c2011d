"""One run of one source, alone, and to its end: whatever goes wrong with one source is told in its Run.

A portal that fails changes nothing, and neither does a run that is killed: it is closed by the next one. What a run
reads, applies and concludes is in `intake.py`; docs/runs.md tells it to people.
"""

import logging
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from django.db import connection, transaction
from django.utils import timezone

from harvesters.clean import text
from harvesters.errors import ADVICE, PortalError
from harvesters.http import Client
from harvesters.runs import pace
from harvesters.runs.intake import Intake, Progress, silent
from harvesters.runs.lease import BROKEN, Held, Lost, lease
from portal import removal, same, search
from portal.models import Run, Source

__all__ = ["Progress", "harvest", "silent"]

logger = logging.getLogger(__name__)
ERROR_MAX = 2_000


def harvest(
    source: Source, client: Client, progress: Progress = silent, trigger: Run.Trigger = Run.Trigger.COMMAND
) -> Run:
    """Harvest the source once and give its finished Run. Never raises for what a portal does, nor a database.

    The Run was not stored (it has no id) when nothing was begun: another harvest of the source is under way
    (`error_code` under-way), or the database is away (database). Raises KeyboardInterrupt, when that is what ended
    it, after it said so in its Run.
    """
    try:
        with lease(source) as held:
            if held is None:
                return _not_begun(source, "under-way", "Another harvest of this source is under way.")
            return _harvest(source, client, progress, trigger, held)
    except Lost as lost:
        return _not_begun(source, lost.code, lost.what)
    except BROKEN as error:
        logger.warning("harvest of %s: %s", source.slug, error)
        _reconnect()
        return _not_begun(source, "database", f"The database did not answer ({error}).")


def _harvest(source: Source, client: Client, progress: Progress, trigger: Run.Trigger, held: Held) -> Run:
    run = _begin(source, trigger, held)
    with _told(run):
        Intake(source, run, held, progress).go(client)
    _afterwards(source, run)
    return run


@transaction.atomic
def _begin(source: Source, trigger: Run.Trigger, held: Held) -> Run:
    """The run that is under way from now on. Raises Lost."""
    held.fence()
    _close_killed(source)
    run = Run.objects.create(source=source, trigger=trigger, started=timezone.now())
    held.serve(run)
    return run


def _afterwards(source: Source, run: Run) -> None:
    """What follows a run and, should the database go away now, may as well follow the next."""
    try:
        pace.settle(source, run)
        removal.purge(source)
        search.refresh()
        if run.created or run.updated or run.restored:
            _compare(source)
    except BROKEN as error:
        logger.warning("after the harvest of %s: %s", source.slug, error)
        _reconnect()


def _compare(source: Source) -> None:
    """Find what other sources publish too. What cannot be compared now waits for the next run."""
    try:
        same.update(source)
    except BROKEN:
        raise
    except Exception:
        logger.exception("comparing what %s brought", source.slug)


@contextmanager
def _told(run: Run) -> Iterator[None]:
    """Whatever ends a run early is told in it."""
    try:
        yield
    except PortalError as error:
        fail(run, error.code, str(error))
    except BROKEN as error:
        logger.warning("harvest of %s: %s", run.source.slug, error)
        _reconnect()
        fail(run, "database", f"The database gave up ({type(error).__name__}: {error}). {ADVICE['database']}")
    except KeyboardInterrupt:
        with suppress(*BROKEN):  # the next run would close it
            _reconnect()
            fail(run, "ended", f"It was ended from outside. {ADVICE['ended']}")
        raise
    except Exception as error:
        logger.exception("harvest of %s", run.source.slug)
        words = f"An answer that we were not ready for ({type(error).__name__}: {error}). {ADVICE['unforeseen']}"
        fail(run, "unforeseen", words)


def _reconnect() -> None:
    """A connection that broke is of no more use; the next question opens another."""
    if connection.connection is not None and not connection.is_usable():
        connection.close()


def fail(run: Run, code: str, why: str) -> None:
    """End a run that changed nothing. One that was applied already, or closed by another, stays as it is."""
    running = Run.objects.filter(pk=run.pk, status=Run.Status.RUNNING)
    said = text.line(why, ERROR_MAX)
    running.update(status=Run.Status.FAILED, finished=timezone.now(), error_code=code, error=said)
    run.refresh_from_db()


def _close_killed(source: Source) -> None:
    """Runs that were killed cannot say so themselves: with the lease in our hands, none of them is under way."""
    source.runs.filter(status=Run.Status.RUNNING).update(
        status=Run.Status.FAILED,
        finished=timezone.now(),
        error_code="ended",
        error="it was ended from outside; nothing was changed",
    )


def _not_begun(source: Source, code: str, why: str) -> Run:
    now = timezone.now()
    run = Run(source=source, status=Run.Status.FAILED, started=now, finished=now)
    run.error_code, run.error = code, f"{why} {ADVICE[code]}"
    return run
