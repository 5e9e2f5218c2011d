"""`./parages publish`: the whole data set as files for an object store or a CDN."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from portal import bulk
from portal.exports import FORMATS
from portal.read.clusters import ZOOM_MAX

DEFAULT = ("ndjson", "csv", "parquet", "gpkg", "fgb")


class Command(BaseCommand):
    help = (
        "Write the whole data set of the present version into a folder that any object store or CDN can serve: "
        "files named by their SHA-256, index.json to find them. What is there already is not written again."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("folder", type=Path)
        parser.add_argument(
            "--formats", nargs="+", choices=list(FORMATS), default=DEFAULT, help=f"by default {' '.join(DEFAULT)}"
        )
        parser.add_argument(
            "--tiles", type=int, metavar="ZOOM", choices=range(ZOOM_MAX + 1),
            help=f"the map's tiles too, zooms 0 to this one, at most {ZOOM_MAX}; each zoom is up to 4 times the last",
        )  # fmt: skip
        parser.add_argument(
            "--prune", type=float, metavar="DAYS", help="remove what index.json has not named for so many days"
        )

    def handle(self, *_args: Any, **options: Any) -> None:
        folder: Path = options["folder"]
        if options["prune"] is not None and options["prune"] < 0:
            raise CommandError("--prune counts days from now into the past: 0 or more")
        made = bulk.publish(folder, options["formats"], options["tiles"])
        self.stdout.write(f"version {made.index['version']}, {made.index['rows']} records: {len(made.written)} written")
        for told in made.index["files"]:
            self.stdout.write(f"  {told['path']}  {told['format']}, {told['bytes'] / 1e6:.1f} MB")
        if options["prune"] is not None:
            self.stdout.write(f"{len(bulk.prune(folder, options['prune']))} removed")
