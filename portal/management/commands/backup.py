"""`backup`: a dump of the whole database that `restore` reads back."""

import subprocess
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from portal.postgres import connection_arguments, environment


class Command(BaseCommand):
    help = "Dump the database to a file, compressed; a file that exists already is not overwritten."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)

    def handle(self, *args: Any, **options: Any) -> None:
        file: Path = options["file"]
        if file.exists():
            raise CommandError(f"{file} exists already: name another file")
        unfinished = file.with_name(f"{file.name}.part")
        command = ["pg_dump", *connection_arguments(), "--format=custom", "--no-owner", f"--file={unfinished}"]
        try:
            done = subprocess.run(command, env=environment(), capture_output=True, text=True, check=False)
        except FileNotFoundError:
            raise CommandError("pg_dump is not on this machine: install postgresql-client") from None
        if done.returncode:
            unfinished.unlink(missing_ok=True)
            raise CommandError(done.stderr.strip())
        unfinished.rename(file)
        self.stdout.write(f"{file}: {file.stat().st_size / 1e6:.1f} MB")
