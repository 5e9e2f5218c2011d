"""`erase`: a record disappears from the site at once and is never harvested again."""

from argparse import ArgumentParser
from typing import Any
from uuid import UUID

from django.core.management.base import BaseCommand, CommandError

from portal import removal


class Command(BaseCommand):
    help = "Erase records for ever, as a person asked: from pages, API, exports, search; no harvest takes them again."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("public_ids", nargs="+", type=UUID, metavar="PUBLIC_ID", help="as in the record's address")

    def handle(self, *_args: Any, **options: Any) -> None:
        for public_id in options["public_ids"]:
            if not removal.erase(public_id):
                raise CommandError(f"there is no record {public_id}, and there was none")
            self.stdout.write(f"{public_id}: erased; it will not be harvested again")
