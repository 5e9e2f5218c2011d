"""`discover`: what stands at an address, what its columns mean, and a Source for it."""

import json
import os
import sys
from argparse import ArgumentParser
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import translation

from harvesters import definition, report
from harvesters.demo import SCHEME
from harvesters.discovery import DryRun, NeedsDataset, Proposal, dry_run, propose
from harvesters.discovery.corrections import parsed
from harvesters.discovery.show import as_json, datasets_as_json, show, show_datasets, show_trial
from harvesters.errors import PortalError
from harvesters.http import Client
from harvesters.loopback import portals
from harvesters.mapping.checks import BadMapping
from portal.models import Source

FAILED, QUESTIONS, CHOOSE = 1, 2, 3
LANGS = [code for code, _name in settings.LANGUAGES]


class Command(BaseCommand):
    help = (
        "Find out what stands at an address and propose a source for it. Exit status: 0 ready (or saved), "
        "1 nothing could be read, 2 questions are open, 3 a dataset must be chosen (--dataset)."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("url", help="of a portal, a dataset, a service or a file; demo:/ for the demo portals")
        parser.add_argument("--dataset", default="", help="id or title of one of the portal's datasets")
        parser.add_argument(
            "--set", action="append", default=[], metavar="FIELD=VALUE", dest="said",
            help="say it yourself: mapping.title=nom, licence='CC BY 4.0'; a FIELD alone accepts what was found",
        )  # fmt: skip
        parser.add_argument("--dry-run", action="store_true", help="read all of it and say what would change")
        parser.add_argument("--json", action="store_true", help="one JSON object on the standard output")
        parser.add_argument("--toml", action="store_true", help="the source as TOML, as harvesters/sources holds it")
        parser.add_argument(
            "--lang", choices=LANGS, help="of the evidence and the questions; else that of LANG, or English"
        )
        parser.add_argument("--save", metavar="SLUG", help="store the source; refused while questions are open")

    def handle(self, *args: Any, **options: Any) -> None:
        with translation.override(options["lang"] or language_of(os.environ)):
            self._discover(options)

    def _discover(self, options: dict[str, Any]) -> None:
        with client_of(options["url"]) as (address, client):
            proposal = self._proposal(address, client, options)
            trial = self._trial(proposal.source, client) if options["dry_run"] else None
            self._name(proposal, address, options)
        self._print(proposal, trial, options)
        if not proposal.is_ready:
            self._refuse(options)
        elif options["save"]:
            self._save(proposal.source, options)

    def _proposal(self, address: str, client: Client, options: dict[str, Any]) -> Proposal:
        try:
            return propose(address, client, options["dataset"], parsed(options["said"]))
        except NeedsDataset as needed:
            if options["json"]:
                self.stdout.write(_json(datasets_as_json(needed.look)))
            else:
                show_datasets(needed.look, report.console())
            sys.exit(CHOOSE)
        except (PortalError, BadMapping, definition.BadDefinition) as error:
            raise CommandError(str(error), returncode=FAILED) from None

    def _name(self, proposal: Proposal, address: str, options: dict[str, Any]) -> None:
        """Give the source its slug, and its address as it was pasted where the demo portals are meant."""
        source = proposal.source
        source.slug = options["save"] or source.slug
        if options["url"].startswith(SCHEME):
            here = f"{urlsplit(address).scheme}://{urlsplit(address).netloc}"
            source.address = source.address.replace(here, SCHEME, 1)
            source.uid = source.uid.replace(here, SCHEME, 1)

    def _trial(self, source: Source, client: Client) -> DryRun | None:
        if not {"id", "title"} <= set(source.mapping):
            return None
        try:
            return dry_run(source, client)
        except (PortalError, BadMapping) as error:
            raise CommandError(str(error), returncode=FAILED) from None

    def _print(self, proposal: Proposal, trial: DryRun | None, options: dict[str, Any]) -> None:
        if options["json"]:
            self.stdout.write(_json(as_json(proposal, trial)))
        elif options["toml"]:
            self.stdout.write(definition.dump(proposal.source), ending="")
        else:
            console = report.console()
            show(proposal, console)
            if trial is not None:
                show_trial(trial, console)

    def _refuse(self, options: dict[str, Any]) -> None:
        if options["save"]:
            self.stderr.write("not saved: answer the questions with --set FIELD=VALUE, or accept one with --set FIELD")
        sys.exit(QUESTIONS)

    def _save(self, source: Source, options: dict[str, Any]) -> None:
        if Source.objects.filter(slug=source.slug).exists():
            raise CommandError(f"there is a source «{source.slug}» already; give this one another name")
        if other := Source.objects.filter(uid=source.uid).first():
            raise CommandError(f"«{other.slug}» harvests the same dataset already")
        try:
            definition.check(source)
        except definition.BadDefinition as error:
            raise CommandError(str(error)) from None
        source.save()
        if not options["json"] and not options["toml"]:
            self.stdout.write(f"saved {source.slug}; harvest it with: ./parages harvest {source.slug}")


def language_of(environment: Mapping[str, str]) -> str:
    """The operator's language, when the site has it; else English."""
    said = environment.get("LC_ALL") or environment.get("LC_MESSAGES") or environment.get("LANG") or ""
    return said[:2] if said[:2] in LANGS else "en"


@contextmanager
def client_of(url: str) -> Iterator[tuple[str, Client]]:
    """The address to ask and a client that may; the demo's portals are served while it is open."""
    if not url.startswith(SCHEME):
        with Client.from_settings() as client:
            yield url, client
        return
    with portals(settings.BASE_DIR / "fixtures" / "portals") as base_url:
        here = [urlsplit(base_url).netloc]
        with Client.from_settings(also_allow=here) as client:
            yield base_url + url.removeprefix(SCHEME), client


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, indent=2, default=str)
