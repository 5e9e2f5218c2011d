"""The whole way from an address to a Proposal: recognise, read some rows, understand them, try the mapping on them."""

from pathlib import PurePosixPath
from typing import Any
from urllib.parse import unquote, urlsplit

from django.utils.text import slugify
from django.utils.translation import gettext as _

from harvesters.discovery import corrections as said
from harvesters.discovery.corrections import ACCEPTED, Corrections
from harvesters.discovery.look import NeedsDataset, as_chosen, chosen, links_of_page
from harvesters.discovery.making import Making
from harvesters.discovery.proposal import Proposal
from harvesters.discovery.recognise import is_document
from harvesters.discovery.sample import sample_of
from harvesters.errors import PortalError
from harvesters.http import Client
from harvesters.portals import Dataset, Portal
from portal.models import Source


def propose(address: str, client: Client, dataset: str = "", corrections: Corrections | None = None) -> Proposal:
    """A Source for what stands at the address, with the evidence for it and the questions that are open.

    dataset: id or title of one of the portal's datasets. corrections: what a person says, by the field's name
    (`mapping.title`, `licence`, `territory`, `options.encoding`); the value "=" accepts what was found.
    Raises PortalError, NeedsDataset (a portal of several datasets), BadMapping (a correction that makes no sense).
    """
    told = said.checked(corrections or {})
    portal, entry = _chosen(address, client, dataset, told)
    source = _source(address, as_chosen(portal, entry), entry, told)
    try:
        sample = sample_of(source, client)
    except PortalError as error:
        if entry is None and portal.protocol != "file" and "protocol" not in told and is_document(address):
            return _plain(address, client, portal, told, error)
        raise NeedsDataset(links_of_page(address, client, error)) from error
    return Making(source, portal, entry, sample, told).proposal()


def _plain(address: str, client: Client, claimed: Portal, told: dict[str, Any], error: PortalError) -> Proposal:
    """A file that some protocol took for its own and could not read: as a plain file, if that reads it."""
    words = _("cela ressemble à %(protocol)s, qui ne sait pas le lire ; comme simple fichier, cela se lit")
    words %= {"protocol": claimed.protocol}
    portal = Portal("file", address, confidence=0.8, evidence=words)
    source = _source(address, portal, None, told)
    try:
        sample = sample_of(source, client)
    except PortalError:
        raise NeedsDataset(links_of_page(address, client, error)) from error
    return Making(source, portal, None, sample, told).proposal()


def _chosen(address: str, client: Client, dataset: str, told: dict[str, Any]) -> tuple[Portal, Dataset | None]:
    if told.get("protocol", ACCEPTED) != ACCEPTED:
        return Portal(told["protocol"], told.get("address", address), evidence=_("dit par vous")), None
    return chosen(address, client, dataset)


def _source(address: str, way: Portal, entry: Dataset | None, told: dict[str, Any]) -> Source:
    """The Source before anything is read: how it is read, and what the portal says of the dataset."""
    title = entry.title if entry else way.title
    path = PurePosixPath(unquote(urlsplit(address).path))
    title = title or path.name.partition(".")[0].replace("-", " ").replace("_", " ") or urlsplit(address).netloc
    source = Source(
        slug=slugify(title)[:80] or "source",
        uid=_uid(way, entry),
        title=title[:300],
        protocol=way.protocol,
        address=way.address,
        options=dict(way.options) | said.of(told, "options"),
        page=(entry.page if entry else "") or ("" if way.protocol == "file" else address),
        publisher=entry.publisher if entry else "",
        licence=entry.licence if entry else "",
        licence_url=entry.licence_url if entry else "",
        tried=False,
    )
    for name, value in said.plain(told).items():
        setattr(source, name, value)
    return source


def _uid(way: Portal, entry: Dataset | None) -> str:
    """The portal's address and the dataset's id: what a hand-written source has."""
    named = entry.id if entry else str(way.options.get("dataset") or way.options.get("layer") or "")
    if not named or named.startswith(("http://", "https://")):
        return (named or way.address)[:500]
    return f"{way.address.rstrip('/')}/{named}"[:500]
