"""`./parages read`: the tables that questions are answered from: bring them up to date, make them anew, check them."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import connection

from portal import read
from portal.models import ReadItem, ReadState

HELP = {
    "status": "the data version, how many items there are, what waits",
    "refresh": "follow what changed; runs and workers do so by themselves",
    "ensure": "refresh, or make all anew where the code or the site's address changed",
    "rebuild": "make all anew from the records, readers going on meanwhile",
    "check": "compare with what a rebuild would make; the exit code is 1 where they differ",
    "role": "make the read-only role of the public API (needs CREATEROLE), and grant it what it reads",
}


class Command(BaseCommand):
    help = "The tables that questions are answered from, made of the records."

    def add_arguments(self, parser: ArgumentParser) -> None:
        words = parser.add_subparsers(dest="word", required=True, metavar=" | ".join(HELP))
        for word, told in HELP.items():
            words.add_parser(word, help=told)

    def handle(self, *_args: Any, **options: Any) -> None:
        getattr(self, f"_{options['word']}")()

    def _status(self) -> None:
        state = ReadState.objects.first()
        version = f"version {state.version} of {state.changed:%Y-%m-%d %H:%M:%S %Z}" if state else "not made yet"
        self.stdout.write(f"{version}: {ReadItem.objects.count()} items, {read.waiting()} changes waiting")

    def _refresh(self) -> None:
        self.stdout.write(f"{read.refresh()} records followed")

    def _ensure(self) -> None:
        made = read.ensure()
        self.stdout.write("up to date" if made is None else f"{made} items made anew")

    def _rebuild(self) -> None:
        self.stdout.write(f"{read.rebuild()} items made anew")
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE portal_activitytext")

    def _check(self) -> None:
        if found := read.check():
            raise CommandError("\n".join(found))
        self.stdout.write("the read tables are what a rebuild would make")

    def _role(self) -> None:
        self.stdout.write(read.make_role())
