"""`./parages worker`: harvests what is due or asked for, until it is told to end; as many machines as wanted."""

import asyncio
import logging
import os
import signal
import threading
from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError
from procrastinate import exceptions
from procrastinate.contrib.django import app

from harvesters import tasks

JOBS = 2
GRACE_S = 60.0
DELETED = "always"
"""What a harvest came to is told by its Run; a done job tells nothing more."""

AWAY = (exceptions.ConnectorException, DatabaseError)
"""What comes of it when somebody takes the database away, or puts another in its place."""


class Command(BaseCommand):
    help = (
        "Harvest sources when they are due or asked for. Start as many as you like, on any machine that reaches the "
        "database. SIGTERM or Ctrl-C lets what is under way finish, for as long as --grace says."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--jobs", type=int, default=JOBS, help="harvests at a time (default: %(default)s)")
        parser.add_argument("--grace", type=float, default=GRACE_S, help="seconds to finish (default: %(default)s)")
        parser.add_argument("--once", action="store_true", help="end as soon as nothing waits")

    def handle(self, *_args: Any, jobs: int, grace: float, once: bool, **_options: Any) -> None:
        logging.basicConfig(level=logging.INFO, format="%(asctime)s %(name)s: %(message)s")
        logging.getLogger("procrastinate").setLevel(logging.WARNING)
        logging.getLogger("procrastinate.worker").addFilter(_not_the_databases)
        try:
            asyncio.run(_work(jobs, grace, once))
        except AWAY as error:
            why = next(iter(str(error.__cause__ or error).splitlines()), type(error).__name__)
            raise CommandError(
                f"The queue in the database is gone ({why}), perhaps because a backup is being restored: start again."
            ) from None


def _not_the_databases(record: logging.LogRecord) -> bool:
    """Whether a log record is no traceback of a database that went away: one line tells of that."""
    return not (record.exc_info and isinstance(record.exc_info[1], AWAY))


async def _work(jobs: int, grace: float, once: bool) -> None:
    with app.replace_connector(app.connector.get_worker_connector()) as working:  # type: ignore[attr-defined]
        async with working.open_async():
            await tasks.begin(working.job_manager)
            loop = asyncio.get_running_loop()
            worker = asyncio.ensure_future(
                working.run_worker_async(
                    concurrency=jobs,
                    wait=not once,
                    delete_jobs=DELETED,
                    install_signal_handlers=False,
                    update_heartbeat_interval=settings.LEASE_S / 4,
                    stalled_worker_timeout=2 * settings.LEASE_S,
                )
            )
            for number in (signal.SIGTERM, signal.SIGINT):
                loop.add_signal_handler(number, _end, worker, grace)
            try:
                await worker
            except asyncio.CancelledError:
                return


def _end(worker: asyncio.Future[None], grace: float) -> None:
    """Take nothing new; what is not finished in time is left as a killed worker leaves it, and taken up by others."""
    worker.cancel()
    last = threading.Timer(grace, os._exit, [1])
    last.daemon = True
    last.start()
