"""`source`: list, add, export, reset and seed what is harvested."""

import tomllib
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils.timezone import localtime
from rich.table import Table

from harvesters import definition, report
from portal.models import Activity, Source
from portal.vocabularies import Kind


class Command(BaseCommand):
    help = "The sources that are harvested: list them, add one, write one back as TOML, reset one."

    def add_arguments(self, parser: ArgumentParser) -> None:
        words = parser.add_subparsers(
            dest="word", required=True, metavar="list | add | export | reset | seed | remove-demo"
        )
        listing = words.add_parser("list", help="every source, with its last harvest")
        listing.add_argument("--live", action="store_true", help="definitions of live portals that wait to be tried")
        seed = words.add_parser("seed", help="store the definitions of harvesters/sources that are not stored yet")
        seed.add_argument("slugs", nargs="*", metavar="slug", help="store these of harvesters/sources/live instead")
        export = words.add_parser("export", help="write a source as TOML on the standard output")
        export.add_argument("slug")
        reset = words.add_parser("reset", help="read all of it again, and soon; never deletes records or ids")
        reset.add_argument("slug")
        words.add_parser("remove-demo", help="take the demo's sources and records away, and nothing else")
        self._add_arguments_of_add(words.add_parser("add", help="store a new source"))

    def _add_arguments_of_add(self, add: ArgumentParser) -> None:
        add.add_argument("slug")
        add.add_argument("--protocol", required=True)
        add.add_argument("--url", required=True, help="what the protocol fetches")
        add.add_argument(
            "--mapping", required=True, type=Path, help="a TOML file: a definition, or its [mapping] alone"
        )
        add.add_argument("--licence", required=True)
        add.add_argument("--publisher", required=True)
        add.add_argument("--kind", choices=list(Kind), help="initiative, project or mission, unless the file says it")
        add.add_argument("--title")
        add.add_argument("--uid", help="the dataset's canonical address, when it is not --url")
        add.add_argument("--territory", nargs="*", help="codes of the areas covered, e.g. fr-75056")

    def handle(self, *args: Any, **options: Any) -> None:
        act = {
            "list": self.show, "seed": self.seed, "add": self.add, "export": self.export, "reset": self.reset,
            "remove-demo": self.remove_demo,
        }  # fmt: skip
        act[options["word"]](options)

    def show(self, options: dict[str, Any]) -> None:
        """Print a table of the sources; of the definitions of live portals when they are asked for."""
        if options["live"]:
            self._show_live()
            return
        table = Table("source", "protocol", "kind", "publisher", "last harvest", box=None, pad_edge=False)
        for source in Source.objects.prefetch_related("runs"):
            last = next(iter(source.runs.all()), None)
            said = f"{localtime(last.finished or last.started):%Y-%m-%d %H:%M %Z} {last.status}" if last else "never"
            table.add_row(source.slug, source.protocol, source.kind, source.publisher, said)
        report.console().print(table)

    def _show_live(self) -> None:
        table = Table("source", "protocol", "kind", "publisher", "address", box=None, pad_edge=False)
        for source in self._bundled(definition.LIVE):
            table.add_row(source.slug, source.protocol, source.kind, source.publisher, source.address)
        report.console().print(table)
        self.stdout.write("None was tried on its address. Store one with: ./parages source seed SLUG")

    def seed(self, options: dict[str, Any]) -> None:
        """The files seed the database once; afterwards the database wins. Live portals only when they are named."""
        known = dict(Source.objects.values_list("uid", "slug"))
        chosen = self._live(options["slugs"]) if options["slugs"] else self._bundled(definition.FOLDER)
        new = [source for source in chosen if source.slug not in known.values()]
        for source in [source for source in new if source.uid in known]:
            self.stdout.write(f"{source.slug}: left out, «{known[source.uid]}» harvests the same dataset")
        new = [source for source in new if source.uid not in known and (settings.DEMO or not source.demo)]
        Source.objects.bulk_create(new)
        self.stdout.write(f"{len(new)} new: {', '.join(source.slug for source in new)}" if new else "nothing new")

    def add(self, options: dict[str, Any]) -> None:
        """Store a source out of a mapping file and what the command line says, which wins."""
        if Source.objects.filter(slug=options["slug"]).exists():
            raise CommandError(f"there is a source «{options['slug']}» already; «source export» shows it")
        said = {
            "protocol": options["protocol"],
            "address": options["url"],
            "licence": options["licence"],
            "publisher": options["publisher"],
            "kind": options["kind"],
            "title": options["title"],
            "uid": options["uid"],
            "territory": options["territory"],
        }
        data = self._file(options["mapping"]) | {key: value for key, value in said.items() if value is not None}
        data = {"uid": options["url"], "title": options["slug"], "kind": Kind.INITIATIVE} | data
        if Source.objects.filter(uid=data["uid"]).exists():
            raise CommandError(f"another source has the uid «{data['uid']}»; give this one its own with --uid")
        self._built(options["slug"], data).save()
        self.stdout.write(f"added {options['slug']}; harvest it with: ./parages harvest {options['slug']}")

    def export(self, options: dict[str, Any]) -> None:
        """Print the source as TOML."""
        self.stdout.write(definition.dump(self._source(options["slug"])), ending="")

    def reset(self, options: dict[str, Any]) -> None:
        """The next harvest reads everything again."""
        source = self._source(options["slug"])
        source.validators, source.columns, source.failures, source.due = {}, [], 0, None
        source.save(update_fields=["validators", "columns", "failures", "due", "updated"])
        self.stdout.write(f"{source.slug}: validators, columns and failures forgotten; records and ids are untouched")

    @transaction.atomic
    def remove_demo(self, options: dict[str, Any]) -> None:
        """Records of the demo are frozen copies: the only ones that are ever deleted with their source."""
        records = Activity.objects.filter(source__demo=True)
        count = records.count()
        records.delete()
        sources = Source.objects.filter(demo=True)
        names = ", ".join(sources.values_list("slug", flat=True))
        sources.delete()
        self.stdout.write(
            f"removed {count} records of the demo's sources: {names}" if names else "there is no demo here"
        )

    def _file(self, path: Path) -> dict[str, Any]:
        try:
            data = tomllib.loads(path.read_text("utf-8"))
        except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
            raise CommandError(f"{path}: {error}") from None
        return data if "mapping" in data else {"mapping": data}

    def _built(self, slug: str, data: dict[str, Any]) -> Source:
        try:
            return definition.build(slug, data)
        except definition.BadDefinition as error:
            raise CommandError(str(error)) from None

    def _live(self, slugs: list[str]) -> list[Source]:
        """The definitions of live portals of these names."""
        ready = {source.slug: source for source in self._bundled(definition.LIVE)}
        unknown = [slug for slug in slugs if slug not in ready]
        if unknown:
            raise CommandError(f"no live portal is called «{unknown[0]}»; there are: {', '.join(ready)}")
        return [ready[slug] for slug in slugs]

    def _bundled(self, folder: Path) -> list[Source]:
        try:
            return definition.bundled(folder)
        except definition.BadDefinition as error:
            raise CommandError(str(error)) from None

    def _source(self, slug: str) -> Source:
        try:
            return Source.objects.get(slug=slug)
        except Source.DoesNotExist:
            known = ", ".join(Source.objects.values_list("slug", flat=True)) or "none"
            raise CommandError(f"no source «{slug}»; there are: {known}") from None
