"""Five recipes to begin with: the page of the API shows them, docs/api.md has them too, and a test runs those."""

from collections.abc import Callable
from dataclasses import dataclass

from django.utils.translation import gettext as _

from portal.links import absolute

SITE = "http://127.0.0.1:8000"
"""As the documents write it; the page names the site that it is on."""


@dataclass(frozen=True)
class Recipe:
    what: Callable[[], str]
    command: str

    @property
    def here(self) -> str:
        """The command with this site's own address."""
        return self.command.replace(SITE, absolute(""))


NEXT = """python3 -c 'import json; links = json.load(open("page.json"))["links"]
print(*[link["href"] for link in links if link["rel"] == "next"])'"""

RECIPES = (
    Recipe(
        lambda: _("Les missions à moins de cinq kilomètres d’un lieu, la plus proche d’abord"),
        f"curl -fsS '{SITE}/api/collections/missions/items?near=50.4542,3.9523&radius=5000'",
    ),
    Recipe(
        lambda: _("Les projets d’une commune, dans un tableur"),
        f"curl -fsS '{SITE}/api/collections/projects/items?area=fr-75056&f=csv' -o projets.csv",
    ),
    Recipe(
        lambda: _("Une condition sur plusieurs propriétés"),
        f"curl -fsS -G {SITE}/api/collections/projects/items \\\n"
        "  --data-urlencode \"filter=edition >= 2024 AND budget > 100000 AND NOT status = 'delivered'\"",
    ),
    Recipe(
        lambda: _("Des coordonnées en Lambert-93, et ce qui touche une emprise en mètres"),
        f"curl -fsS -G -D- {SITE}/api/collections/all/items -d bbox=640000,6850000,665000,6875000 \\\n"
        "  -d bbox-crs=http://www.opengis.net/def/crs/EPSG/0/2154 -d crs=http://www.opengis.net/def/crs/EPSG/0/2154",
    ),
    Recipe(
        lambda: _("Tout, page après page"),
        f"address='{SITE}/api/collections/all/items?limit=1000'\n"
        'while [ -n "$address" ]; do\n'
        '  curl -fsS "$address" -o page.json || exit 1\n'
        "  cat page.json >> pages.jsonl && echo >> pages.jsonl\n"
        f"  address=$({NEXT})\n"
        "done",
    ),
)
