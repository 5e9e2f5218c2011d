"""Several sources at once, each in a process of its own: a slow or greedy one costs the others nothing."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterable
from tempfile import TemporaryFile

from django.conf import settings
from django.utils import timezone

from harvesters.errors import ADVICE
from portal.models import Run, Source

POLL_S = 0.05


def harvest_apart(sources: Iterable[Source], jobs: int) -> list[Run]:
    """Harvest the sources, at most `jobs` at a time; their Runs in the order in which they ended.

    Whatever ends this ends the harvests that are under way.
    """
    waiting, running, runs = list(sources), list[_Child](), list[Run]()
    try:
        while waiting or running:
            while waiting and len(running) < jobs:
                running.append(_Child(waiting.pop(0)))
            time.sleep(POLL_S)
            for child in [child for child in running if child.process.poll() is not None]:
                running.remove(child)
                runs.append(child.run())
    finally:
        for child in running:
            child.process.terminate()
        for child in running:
            child.process.wait()
    return runs


class _Child:
    """The process that harvests one source, and what it says in the end."""

    def __init__(self, source: Source) -> None:
        self.source = source
        self.started = timezone.now()
        self.said = TemporaryFile()  # noqa: SIM115 -- a process writes to it; closed by `run`
        command = [sys.executable, "-m", "django", "harvest", source.slug, "--json"]
        environment = {**os.environ, "DJANGO_SETTINGS_MODULE": str(settings.SETTINGS_MODULE)}
        self.process = subprocess.Popen(command, cwd=settings.BASE_DIR, env=environment, stdout=self.said)

    def run(self) -> Run:
        """The Run that was stored; if none was begun, or the process died, one that says so."""
        stored = self.source.runs.filter(started__gte=self.started).exclude(status=Run.Status.RUNNING).first()
        with self.said:
            return stored or self._not_stored()

    def _not_stored(self) -> Run:
        self.said.seek(0)
        died = {"error_code": "ended", "error": f"Its process died. {ADVICE['ended']}"}
        try:
            report = json.load(self.said)
        except ValueError:
            report = died
        run = Run(source=self.source, started=self.started, finished=timezone.now(), status=Run.Status.FAILED)
        run.error_code, run.error = report["error_code"], report["error"]
        return run
