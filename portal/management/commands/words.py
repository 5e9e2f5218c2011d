"""`./parages words`: brings the Dutch and English catalogues up to date with the words of the site."""

from typing import Any

from django.core.management.base import BaseCommand

from portal.catalogue import LANGUAGES, update


class Command(BaseCommand):
    help = "Finds the site's words and writes the new ones, untranslated, into portal/locale/*/django.po."
    requires_system_checks: list[str] = []

    def handle(self, *_args: Any, **_options: Any) -> None:
        for language in LANGUAGES:
            catalogue = update(language)
            missing = sum(1 for message in catalogue if message.id and not all(_strings(message.string)))
            self.stdout.write(f"{language}: {len(catalogue)} messages, {missing} to translate")


def _strings(string: Any) -> list[str]:
    return list(string) if isinstance(string, tuple | list) else [string or ""]
