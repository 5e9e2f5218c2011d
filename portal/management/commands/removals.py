"""`removals`: what was withdrawn, what waits for a decision, and the decisions."""

import getpass
from argparse import ArgumentParser
from collections.abc import Iterator
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.core.management.base import BaseCommand, CommandError

from portal import removal
from portal.links import permanent_url
from portal.models import Removal

DECISIONS = {"accept": removal.accept, "dismiss": removal.dismiss, "undo": removal.undo}
TITLES = 20
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
            for line in _shown(one):
                self.stdout.write(line)
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
    decided = f", {_moment(one, one.decided)} by {one.decided_by or 'the rules'}" if one.decided else ""
    counts = f"{one.missing} of {one.published} records"
    return f"{one.pk}  {one.source.slug}  {counts}  {_moment(one, one.opened)}  {one.status}{decided}"


def _moment(one: Removal, moment: datetime) -> str:
    """In the source's time zone, which is named."""
    return f"{moment.astimezone(ZoneInfo(one.source.timezone)):%Y-%m-%d %H:%M %Z}"


def _shown(one: Removal) -> Iterator[str]:
    """What would go, or went: the first titles with their addresses, and how many more there are."""
    affected = removal.affected(one)
    for activity in affected[:TITLES]:
        yield f"      {activity.title}  {permanent_url(activity)}"
    if (more := affected.count() - TITLES) > 0:
        yield f"      and {more} more"
    if one.status == Removal.Status.HELD and (kept := removal.kept([one.source]).get(one.source_id)):
        yield f"      beside these, {kept} that are missing were kept by a person before and stay"
