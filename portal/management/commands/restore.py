"""`restore`: a backup takes the place of what is in the database."""

import subprocess
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from portal.models import Activity
from portal.postgres import connection_arguments, environment


class Command(BaseCommand):
    help = "Read a backup back in one transaction: all of it takes the place of what there is, or nothing does."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)

    def handle(self, *args: Any, **options: Any) -> None:
        file: Path = options["file"]
        if not file.is_file():
            raise CommandError(f"{file} is not there")
        whole = ("--clean", "--if-exists", "--no-owner", "--single-transaction")
        command = ["pg_restore", *connection_arguments(), *whole, str(file)]
        try:
            done = subprocess.run(command, env=environment(), capture_output=True, text=True, check=False)
        except FileNotFoundError:
            raise CommandError("pg_restore is not on this machine: install postgresql-client") from None
        if done.returncode:
            raise CommandError(f"nothing was changed: {done.stderr.strip()}")
        self.stdout.write(f"{Activity.objects.count()} activities restored from {file}")
