"""`restore`: a backup takes the place of what is in the database."""

import subprocess
from argparse import ArgumentParser
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from portal.models import Activity
from portal.postgres import connection_arguments, environment


class Command(BaseCommand):
    help = "Read a backup back in one transaction: all of it takes the place of what there is, or nothing does."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)

    def _without_extensions(self, file: Path) -> str:
        """PostGIS and the like stay as they are: the role that owns our tables need not own them."""
        lines = self._pg_restore("--list", str(file)).splitlines(keepends=True)
        return "".join(line for line in lines if " EXTENSION " not in line)

    def _pg_restore(self, *arguments: str) -> str:
        command = ["pg_restore", *arguments]
        try:
            done = subprocess.run(command, env=environment(), capture_output=True, text=True, check=False)
        except FileNotFoundError:
            raise CommandError("pg_restore is not on this machine: install postgresql-client") from None
        if done.returncode:
            raise CommandError(f"nothing was changed: {done.stderr.strip()}")
        return done.stdout

    def handle(self, *args: Any, **options: Any) -> None:
        file: Path = options["file"]
        if not file.is_file():
            raise CommandError(f"{file} is not there")
        with NamedTemporaryFile("w", suffix=".list") as contents:
            contents.write(self._without_extensions(file))
            contents.flush()
            whole = ("--clean", "--if-exists", "--no-owner", "--single-transaction", f"--use-list={contents.name}")
            self._pg_restore(*connection_arguments(), *whole, str(file))
        self.stdout.write(f"{Activity.objects.count()} activities restored from {file}")
