"""What workers do: look every minute for sources that are due, harvest them, take up what a dead worker left.

The queue is in the same PostgreSQL (procrastinate). For each source at most one job waits and one runs, whoever asked
and however often; beside that the lease of `harvesters/runs/lease.py` keeps harvests from the command line apart too.
"""

import logging
from collections.abc import Iterable
from datetime import timedelta

from asgiref.sync import sync_to_async
from axes.models import AccessAttempt
from django.conf import settings
from django.core.management import call_command
from django.db import transaction
from django.utils import timezone
from procrastinate import JobContext, exceptions
from procrastinate.contrib.django import app
from procrastinate.jobs import Status
from procrastinate.manager import JobManager

from harvesters.demo import client_for
from harvesters.runs import schedule
from harvesters.runs.harvest import harvest
from portal import read, removal
from portal.models import Run, Source

logger = logging.getLogger(__name__)
EVERY_MINUTE = "* * * * *"
EVERY_NIGHT = "23 3 * * *"
ATTEMPTS_KEPT = timedelta(days=1)
STALLED_LEASES = 1.5
"""A worker that was silent for so many leases is dead, and its lease has ended."""


@app.task(name="harvest")
def harvest_source(source_id: int, trigger: str) -> None:
    """Harvest one source, unless it is gone, somebody is at it, or what was due has been done meanwhile."""
    wanted = schedule.due() if trigger == Run.Trigger.SCHEDULE else schedule.idle()
    source = wanted.filter(pk=source_id).first()
    if source is None:
        return
    with client_for(source) as client:
        run = harvest(source, client, trigger=Run.Trigger(trigger))
    logger.info("%s: %s, %d read", source.slug, run.status, run.read)


def ask_for(sources: Iterable[Source], trigger: Run.Trigger) -> list[Source]:
    """Put a harvest of each source in the queue; those that were not waiting there already."""
    return [source for source in sources if _defer(source, trigger)]


def _defer(source: Source, trigger: Run.Trigger) -> bool:
    name = f"source {source.pk}"
    first = trigger == Run.Trigger.ADMIN
    try:
        job = harvest_source.configure(lock=name, queueing_lock=name, priority=1 if first else 0)
        with transaction.atomic():
            job.defer(source_id=source.pk, trigger=trigger.value)
    except exceptions.AlreadyEnqueued:
        return False
    return True


@app.periodic(cron=EVERY_MINUTE)
@app.task(name="tick", queueing_lock="tick")
def tick(timestamp: int) -> None:
    """Every minute: ask for what is due; follow what was changed past us."""
    del timestamp
    read.refresh()
    ask_for_due()


@app.periodic(cron=EVERY_MINUTE)
@app.task(name="rescue", queueing_lock="rescue", pass_context=True)
async def rescue(context: JobContext, timestamp: int) -> None:
    """Every minute: take up what a lost worker had begun."""
    del timestamp
    await put_back(context.app.job_manager)


@app.periodic(cron=EVERY_NIGHT)
@app.task(name="tidy", queueing_lock="tidy")
def tidy(timestamp: int) -> None:
    """Every night: purge what was withdrawn long ago, forget sessions that ended and who mistyped a password."""
    del timestamp
    for source in Source.objects.all():
        removal.purge(source)
    call_command("clearsessions")
    AccessAttempt.objects.filter(attempt_time__lt=timezone.now() - ATTEMPTS_KEPT).delete()


async def begin(manager: JobManager) -> None:
    """When a worker starts: both at once, without waiting for the minute to be full."""
    await put_back(manager)
    await sync_to_async(ask_for_due)()


def ask_for_due() -> None:
    """Put in the queue what is due."""
    asked = ask_for(schedule.due(), Run.Trigger.SCHEDULE)
    if asked:
        logger.info("due: %s", ", ".join(source.slug for source in asked))


async def put_back(manager: JobManager) -> None:
    """Put back in the queue the jobs of workers that give no sign of life any more."""
    for job in await manager.get_stalled_jobs(seconds_since_heartbeat=STALLED_LEASES * settings.LEASE_S):
        logger.warning("job %s (%s) of a lost worker is put back", job.id, job.task_name)
        try:
            await manager.retry_job(job)
        except exceptions.ConnectorException:
            # The same was asked for meanwhile: that job will do.
            await manager.finish_job(job, status=Status.FAILED, delete_job=True)
