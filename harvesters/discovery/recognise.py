"""Which protocol reads what stands at an address: the protocols are asked, the likeliest first, and then a plain file.

A protocol knows itself (`probe`); here is only the order of asking, so that most addresses cost one or two requests.
"""

import re
from collections.abc import Iterator
from html import unescape
from importlib import import_module
from pathlib import PurePosixPath
from typing import Any
from urllib.parse import unquote, urljoin, urlsplit

from django.utils.translation import gettext as _

from harvesters import protocols
from harvesters.errors import PortalError
from harvesters.http import Client
from harvesters.portals import DATASETS_MAX, Dataset, Portal

CERTAIN = 0.9
BELIEVED = 0.3
LINKS_MAX = 40

# What addresses of a protocol look like; a protocol that is not here is asked after those that are.
HINTS = {
    "opendatasoft": r"/explore/|opendatasoft|/api/v2/catalog|/api/records/1\.0|/api/datasets/1\.0",
    "arcgis": r"/(?:Feature|Map)Server|/rest/services|arcgis\.com",
    "wfs": r"service=wfs|/wfs\b|/geoserver|/ows\b|mapserv",
    "ogcapi": r"/collections(?:/|$|\?)|/ogc/|ogcapi",
    "udata": r"data\.gouv\.fr|data\.public\.lu|/api/[12]/datasets|udata",
    "ckan": r"/api/(?:3/)?action|/dataset(?:/|$)|ckan",
    "socrata": r"/resource/\w{4}-\w{4}|/\w{4}-\w{4}(?:/|$)|socrata",
    "csw": r"service=csw|/csw\b|geonetwork",
    "datajson": r"/data\.json$",
    "dcat": r"\.(?:ttl|rdf|jsonld|nt|n3)$|/catalog\.(?:xml|json)|dcat|\.rdf\.xml$",
    "pabulib": r"\.pb(?:$|\?)|pabulib",
    "umap": r"\.umap(?:$|\?)|umap|/map/.*_\d+",
    "gogocarto": r"gogocarto|/api/elements|transiscope|presdecheznous",
    "engagement": r"api-engagement|api\.engagement|jeveuxaider|/v[012]/mission|mission.*\.json",
    "engagement_feed": r"engagement|mission|flux|feed.*\.xml$|\.xml$",
    "decidim": r"decidim|/processes/|/participatory",
    "open311": r"open311|georeport|/requests\.(?:json|xml)|/services\.(?:json|xml)",
}
ORDER = ("opendatasoft", "ckan", "udata", "arcgis", "ogcapi", "socrata", "wfs", "decidim", "umap", "gogocarto",
         "datajson", "dcat", "csw", "open311")  # fmt: skip
TABLE = re.compile(
    r"\.(?:csv|tsv|txt|xlsx?|xlsm|ods|geojson|gpkg|kmz?|gpx|shp|zip|ndjson|jsonl|geojsonl)(?:\.gz)?$", re.IGNORECASE
)
DOCUMENT = re.compile(r"\.\w{2,8}(?:\.gz)?$")
_LINK = re.compile(r"href\s*=\s*[\"']([^\"'<>]{1,1000})[\"']", re.IGNORECASE)


def recognise(address: str, client: Client) -> Portal:
    """The portal or file at the address. Raises PortalError when it cannot be reached."""
    path = unquote(urlsplit(address).path)
    claims: list[Portal] = []
    for name in asked_in_order(address, only_hinted=bool(TABLE.search(path))):
        portal: Portal | None = import_module(f"{protocols.__name__}.{name}").probe(address, client)
        if portal is None or portal.confidence < BELIEVED or not is_of_this(portal, address, path):
            continue
        if is_empty(portal, client):
            continue
        if portal.confidence >= CERTAIN:
            return portal
        claims.append(portal)
    words = _("aucun portail ne répond là : l’adresse donne un fichier")
    plain = Portal("file", address, confidence=0.8, evidence=words)
    return max(claims, key=lambda portal: portal.confidence, default=plain)


def asked_in_order(address: str, only_hinted: bool) -> list[str]:
    """The protocols that can say whether an address is theirs: those it looks like, then the commonest."""
    able = [name for name in protocols.names() if name != "file" and _can_probe(name)]
    hinted = [name for name, hint in HINTS.items() if name in able and re.search(hint, address, re.IGNORECASE)]
    common = [name for name in ORDER if name in able and name not in hinted]
    rest = [name for name in able if name not in hinted and name not in common]
    return hinted if only_hinted else [*hinted, *common, *rest]


def _can_probe(name: str) -> bool:
    return hasattr(import_module(f"{protocols.__name__}.{name}"), "probe")


def is_of_this(portal: Portal, address: str, path: str) -> bool:
    """Whether the claim is about the very document pasted: a file on a portal's machine is not the portal."""
    if not DOCUMENT.search(path) or portal.options:
        return True
    return urlsplit(portal.address).path.rstrip("/") == urlsplit(address).path.rstrip("/")


def is_empty(portal: Portal, client: Client) -> bool:
    """Whether a whole portal answers and holds nothing: then it is another one that people read there."""
    module = import_module(f"{protocols.__name__}.{portal.protocol}")
    if portal.options or not hasattr(module, "datasets"):
        return False
    try:
        return next(iter(datasets_of(portal, client)), None) is None
    except PortalError:
        return False


def is_document(address: str) -> bool:
    """Whether the address names a file, by its ending."""
    return bool(DOCUMENT.search(unquote(urlsplit(address).path)))


def datasets_of(portal: Portal, client: Client) -> Iterator[Dataset]:
    """The datasets of a portal; none for a file. Raises PortalError."""
    module = import_module(f"{protocols.__name__}.{portal.protocol}")
    listed: Any = getattr(module, "datasets", None)
    if listed is None:
        return
    for number, dataset in enumerate(listed(portal.address, client)):
        if number == DATASETS_MAX:
            return
        yield dataset


def linked_files(address: str, client: Client) -> list[Dataset]:
    """The data files that a web page links to. Raises PortalError."""
    answer = client.get(address)
    if answer.html_title() is None:
        return []
    text = answer.body.decode("utf-8", "replace")
    found: dict[str, None] = {}
    for match in _LINK.finditer(text):
        try:
            link = urljoin(answer.url, unescape(match[1]).strip())
            path = unquote(urlsplit(link).path)
        except ValueError:
            continue
        if link.startswith(("http://", "https://")) and (TABLE.search(path) or path.endswith((".json", ".pb"))):
            found.setdefault(link)
    return [_of_link(link) for link in list(found)[:LINKS_MAX]]


def _of_link(link: str) -> Dataset:
    name = PurePosixPath(unquote(urlsplit(link).path)).name
    ending = name.removesuffix(".gz").rpartition(".")[2].lower()
    return Dataset(id=link, title=name, protocol="file", address=link, formats=(ending,))


def is_page(error: PortalError) -> bool:
    """Whether the address gave a web page instead of data."""
    return error.code == "html-instead"
