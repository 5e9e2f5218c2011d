"""`./parages same`: which records of several sources are one thing, why, and what people say of it."""

from argparse import ArgumentParser
from typing import Any
from uuid import UUID

from django.core.management.base import BaseCommand, CommandError
from django.db.models import Q

from portal import same
from portal.models import Activity, Cluster, Decision, Likeness, Source


class Command(BaseCommand):
    help = "What several portals publish and is one thing: compare, list, explain, split, join."

    def add_arguments(self, parser: ArgumentParser) -> None:
        words = parser.add_subparsers(dest="word", required=True, metavar="update | list | why | split | join | forget")
        update = words.add_parser("update", help="compare what changed since it was last compared")
        update.add_argument("source", nargs="?", default="", help="slug of one source")
        update.add_argument("--all", action="store_true", help="compare everything anew")
        listing = words.add_parser("list", help="the things that several sources publish")
        listing.add_argument("--limit", type=int, default=50)
        for word, text in (
            ("why", "what speaks for two records being one thing"),
            ("split", "say that two records are not the same; later runs keep to it"),
            ("join", "say that two records are the same; later runs keep to it"),
            ("forget", "let the comparison decide on two records again"),
        ):
            pair = words.add_parser(word, help=text)
            pair.add_argument("one", type=UUID, help="id of a record, as its address says it")
            pair.add_argument("other", type=UUID)

    def handle(self, *_args: Any, **options: Any) -> None:
        getattr(self, options["word"])(options)

    def update(self, options: dict[str, Any]) -> None:
        """Compare, and say how many things have several records now."""
        source = Source.objects.filter(slug=options["source"]).first()
        if options["source"] and source is None:
            raise CommandError(f"there is no source «{options['source']}»")
        count = same.rebuild() if options["all"] else same.update(source)
        self.stdout.write(f"{count} records compared; {Cluster.objects.count()} things have several records")

    def list(self, options: dict[str, Any]) -> None:
        """Print the newest clusters, the record that is shown first."""
        clusters = Cluster.objects.order_by("-pk").prefetch_related("memberships__activity__source")
        for cluster in clusters[: options["limit"]]:
            for membership in cluster.memberships.all():
                one = membership.activity
                self.stdout.write(f"{cluster.pk}\t{one.public_id}\t{one.source.slug}\t{one.title}")

    def why(self, options: dict[str, Any]) -> None:
        """Print the parts of the score, and what a person decided."""
        left, right = self._pair(options)
        first, second = sorted((left.public_id, right.public_id))
        for decision in Decision.objects.filter(left=first, right=second):
            self.stdout.write(f"decided by {decision.by or 'somebody'}: {'' if decision.same else 'not '}the same")
        for what, words, points in same.explain(left, right):
            self.stdout.write(f"{points:+6.2f}  {what}: {words}")
        found = Likeness.objects.filter(Q(left=left, right=right) | Q(left=right, right=left)).first()
        self.stdout.write("taken for one thing" if found else "not taken for one thing")

    def split(self, options: dict[str, Any]) -> None:
        """Keep two records apart."""
        same.decide(*self._pair(options), same=False, by="command line")
        self.stdout.write("they are not the same, and will not be")

    def join(self, options: dict[str, Any]) -> None:
        """Keep two records together."""
        same.decide(*self._pair(options), same=True, by="command line")
        self.stdout.write("they are the same, and will be")

    def forget(self, options: dict[str, Any]) -> None:
        """Take a decision back."""
        known = same.withdraw_decision(*self._pair(options))
        self.stdout.write("the comparison decides again" if known else "nobody decided anything of these two")

    def _pair(self, options: dict[str, Any]) -> tuple[Activity, Activity]:
        found = Activity.objects.in_bulk([options["one"], options["other"]], field_name="public_id")
        missing = next((key for key in (options["one"], options["other"]) if key not in found), None)
        if missing:
            raise CommandError(f"there is no record {missing}")
        if options["one"] == options["other"]:
            raise CommandError("one record is always the same as itself: name two")
        return found[options["one"]], found[options["other"]]
