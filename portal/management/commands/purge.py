"""`purge`: what was withdrawn thirty days ago and more is deleted, of every source."""

from typing import Any

from django.core.management.base import BaseCommand

from portal import removal
from portal.models import Source


class Command(BaseCommand):
    help = "Delete what was withdrawn thirty days ago and more. Each harvest does it for its own source."

    def handle(self, *_args: Any, **_options: Any) -> None:
        counts = {source.slug: removal.purge(source) for source in Source.objects.all()}
        for slug, count in counts.items():
            if count:
                self.stdout.write(f"{slug}: {count} purged")
        self.stdout.write(f"{sum(counts.values())} records purged")
