"""`restore`: a backup takes the place of what is in the database; who was erased since stays erased."""

import subprocess
import sys
from argparse import ArgumentParser
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import connection

from portal import erasure, read
from portal.models import Activity
from portal.postgres import connection_arguments, environment


class Command(BaseCommand):
    help = "Read a backup back in one transaction: all of it takes the place of what there is, or nothing does."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--yes", action="store_true", help="do not ask, though the database holds records")

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
        if not options["yes"]:
            self._ask()
        kept = file.with_name(f"{file.name}.erased")
        erased = erasure.keep(kept) if _has("portal_tombstone") else []
        with NamedTemporaryFile("w", suffix=".list") as contents:
            contents.write(self._without_extensions(file))
            contents.flush()
            whole = ("--clean", "--if-exists", "--no-owner", "--single-transaction", f"--use-list={contents.name}")
            self._pg_restore(*connection_arguments(), *whole, str(file))
        call_command("migrate", verbosity=0)  # a backup of an earlier release has earlier tables
        self._erase_again(erased)
        kept.unlink(missing_ok=True)
        read.ensure()
        self.stdout.write(f"{Activity.objects.count()} activities restored from {file}")

    def _ask(self) -> None:
        held = Activity.objects.count() if _has("portal_activity") else 0
        if not held:
            return
        warning = f"the database holds {held} activities, whose place the backup takes"
        if not sys.stdin.isatty():
            raise CommandError(f"{warning}: say --yes if that is meant")
        if input(f"{warning}. Restore? [y/N] ").strip().lower() not in ("y", "yes"):
            raise CommandError("nothing was changed")

    def _erase_again(self, erased: list[erasure.Erased]) -> None:
        count, unknown = erasure.again(erased)
        if count:
            self.stdout.write(f"{count} records that were erased since the backup were erased again")
        for one in unknown:
            self.stderr.write(
                f"{one.public_id} was erased; its source ({one.source_uid}) is not in the backup: once it is back and "
                "before it is harvested, erase the record again"
            )


def _has(table: str) -> bool:
    return table in connection.introspection.table_names()
