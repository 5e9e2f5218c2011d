"""`areas`: load the bundled gazetteer or a file of outlines, and tell what is covered."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from rich.console import Console
from rich.table import Table

from geo import gazetteer
from geo.models import Level
from geo.outline_files import BadOutlines
from geo.outlines import Choice, load_outlines
from portal import read

SHOWN_REFUSALS = 20
SHOWN_COUNTRIES = 15


class Command(BaseCommand):
    help = "The places that are known: load the bundled gazetteer, load a file of outlines, tell what is covered."

    def add_arguments(self, parser: ArgumentParser) -> None:
        words = parser.add_subparsers(dest="word", required=True, metavar="load | status")
        status = words.add_parser("status", help="how many places and outlines there are in each country")
        status.add_argument("--all", action="store_true", help="every country, not the best covered ones")
        load = words.add_parser("load", help="the bundled gazetteer, or the outlines of a file")
        load.add_argument("file", nargs="?", type=Path, help="GeoJSON or TopoJSON, gzipped or not")
        load.add_argument("--source", default="", help="whom to credit for the file, as its licence asks")
        load.add_argument("--licence", default="", help="under which licence the file is published")
        load.add_argument(
            "--level", choices=list(Level), default="", help="what the outlines are; needed for new areas"
        )
        load.add_argument("--country", default="", help="ISO code of their country, e.g. BE")
        load.add_argument("--within", default="", help="code of the area they are in, e.g. fr-75056")
        load.add_argument("--code-field", default="", help="property that holds the code (else found out)")
        load.add_argument("--name-field", default="", help="property that holds the name (else found out)")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["word"] == "status":
            self.status(None if options["all"] else SHOWN_COUNTRIES)
        elif options["file"] is None:
            self.stdout.write(f"{gazetteer.load()} places in the gazetteer")
        else:
            self.load(options)
        read.refresh()

    def status(self, most: int | None) -> None:
        """Print the coverage of each country."""
        table = Table("country", "communes", "with outline", "districts", "other places", box=None, pad_edge=False)
        rows = gazetteer.coverage()
        for row in rows[:most]:
            numbers = (row.communes, row.outlined, row.districts, row.places)
            table.add_row(row.country, *(f"{number:,}" for number in numbers))
        Console().print(table)
        if most and len(rows) > most:
            self.stdout.write(f"and {len(rows) - most} more countries (--all shows them)")

    def load(self, options: dict[str, Any]) -> None:
        """Load a file, and say what became of each outline."""
        if not options["source"] or not options["licence"]:
            raise CommandError("say whose data the file is and under which licence: --source and --licence")
        names = ("source", "licence", "level", "country", "within", "code_field", "name_field")
        try:
            report = load_outlines(options["file"], Choice(**{name: options[name] for name in names}))
        except BadOutlines as error:
            raise CommandError(f"nothing was changed: {error}") from error
        self.stdout.write(str(report))
        for title, reason in report.refused[:SHOWN_REFUSALS]:
            self.stdout.write(f"  {title}: {reason}")
        if len(report.refused) > SHOWN_REFUSALS:
            self.stdout.write(f"  and {len(report.refused) - SHOWN_REFUSALS} more")
