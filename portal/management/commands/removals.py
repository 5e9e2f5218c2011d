"""`removals`: what was withdrawn, what waits for a decision, and the decisions."""

import getpass
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from portal import removal
from portal.models import Removal

DECISIONS = {"accept": removal.accept, "dismiss": removal.dismiss, "undo": removal.undo}
HELP = {
    "accept": "take the records of a removal off the site",
    "dismiss": "keep them, though their source lists them no more",
    "undo": "put them back, within thirty days",
}


class Command(BaseCommand):
    help = "Records that their sources list no more: see what was withdrawn or waits for you, and decide."

    def add_arguments(self, parser: ArgumentParser) -> None:
        words = parser.add_subparsers(dest="word", metavar="list | accept | dismiss | undo")
        shown = words.add_parser("list", help="what waits for a decision; with --all, everything")
        shown.add_argument("--all", action="store_true")
        for word, help_text in HELP.items():
            decision = words.add_parser(word, help=help_text)
            decision.add_argument("number", type=int)
            decision.add_argument("--by", default=getpass.getuser(), help="who decides (default: %(default)s)")

    def handle(self, *_args: Any, **options: Any) -> None:
        if options["word"] in DECISIONS:
            self._decide(options["word"], options["number"], options["by"])
        else:
            self._list(everything=bool(options.get("all")))

    def _list(self, *, everything: bool) -> None:
        removals = Removal.objects.select_related("source")
        shown = removals if everything else removals.filter(status=Removal.Status.HELD)
        for one in shown:
            self.stdout.write(_line(one))
        if not shown:
            self.stdout.write("no removals" if everything else "nothing waits for a decision")

    def _decide(self, word: str, number: int, by: str) -> None:
        found = Removal.objects.select_related("source").filter(pk=number).first()
        if found is None:
            raise CommandError(f"there is no removal {number}; `removals list --all` shows them")
        try:
            self.stdout.write(_line(DECISIONS[word](found, by)))
        except removal.NotPossible as error:
            raise CommandError(str(error)) from None


def _line(one: Removal) -> str:
    decided = f", {one.decided:%Y-%m-%d %H:%M} by {one.decided_by or 'the rules'}" if one.decided else ""
    counts = f"{one.missing} of {one.published} records"
    return f"{one.pk}  {one.source.slug}  {counts}  {one.opened:%Y-%m-%d %H:%M}  {one.status}{decided}"
