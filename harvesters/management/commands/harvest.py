"""`harvest`: read sources, one after the other or several at once, and say what came of each."""

import json
import sys
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    ProgressColumn,
    Task,
    TextColumn,
    TimeRemainingColumn,
)
from rich.text import Text

from harvesters import report
from harvesters.demo import client_for
from harvesters.runs.apart import harvest_apart
from harvesters.runs.ending import Ended, ended_by_signals
from harvesters.runs.harvest import harvest
from portal.models import Run, Source


class Rate(ProgressColumn):
    """Records a second."""

    def render(self, task: Task) -> Text:
        return Text(f"{task.speed or task.finished_speed or 0:,.0f}/s", style="progress.data.speed")


class Command(BaseCommand):
    help = (
        "Harvest the named sources, or all enabled ones but the demo's. Exit status 0 only when every run is complete;"
        " 128 and the signal's number when one ended it."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("slugs", nargs="*", metavar="slug")
        parser.add_argument("--demo", action="store_true", help="the sources of the demo portals")
        parser.add_argument("--jobs", type=int, default=1, metavar="N", help="so many sources at once (default: 1)")
        parser.add_argument("--json", action="store_true", help="one JSON object on the standard output")

    def handle(self, *args: Any, **options: Any) -> None:
        sources = self._sources(options["slugs"], options["demo"])
        try:
            with ended_by_signals():
                runs = self._harvest_all(sources, options["jobs"])
        except Ended as ended:
            self.stderr.write(f"ended by {ended}; nothing is half, harvest again when you like")
            sys.exit(ended.code)
        self._report(runs, options)

    def _harvest_all(self, sources: list[Source], jobs: int) -> list[Run]:
        if jobs > 1 and len(sources) > 1:
            return harvest_apart(sources, jobs)
        return [self._harvest(source) for source in sources]

    def _report(self, runs: list[Run], options: dict[str, Any]) -> None:
        if options["json"]:
            self.stdout.write(json.dumps(report.as_json(runs), ensure_ascii=False, indent=2))
        else:
            report.show(runs, report.console())
        if report.worst(runs) != Run.Status.COMPLETE:
            sys.exit(1)

    def _sources(self, slugs: list[str], demo: bool) -> list[Source]:
        found = {source.slug: source for source in Source.objects.all()}
        unknown = [slug for slug in slugs if slug not in found]
        if unknown:
            raise CommandError(f"no source «{unknown[0]}»; there are: {', '.join(found) or 'none'}")
        if slugs:
            return [found[slug] for slug in slugs]
        enabled = [source for source in found.values() if source.demo == demo and source.enabled]
        # Those that failed lately come last, so that they keep nobody waiting.
        chosen = sorted(enabled, key=lambda source: source.failures)
        if not chosen:
            raise CommandError(
                "no source is enabled: add one (docs/sources.md), name one, or say --demo for the demo's"
            )
        return chosen

    def _harvest(self, source: Source) -> Run:
        with self._progress() as bar, client_for(source) as client:
            task = bar.add_task(source.slug, total=None)
            return harvest(source, client, lambda read, total: bar.update(task, completed=read, total=total))

    def _progress(self) -> Progress:
        return Progress(
            TextColumn("{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            Rate(),
            TimeRemainingColumn(),
            console=Console(stderr=True),
        )
