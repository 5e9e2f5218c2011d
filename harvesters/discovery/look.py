"""What stands at an address: a file, a dataset, or a portal with its datasets ranked."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from harvesters.discovery.ranking import Ranked, rank, ranked
from harvesters.discovery.recognise import datasets_of, is_page, linked_files, recognise
from harvesters.errors import PortalError
from harvesters.http import Client
from harvesters.portals import Dataset, Portal

WHOLE = {"umap", "gogocarto"}
"""Protocols whose portal is one dataset by itself, though parts of it may be chosen."""


@dataclass(frozen=True, slots=True)
class Look:
    """portal: which protocol, and why. datasets: the likeliest first; empty for a file or for a dataset's own address.

    incomplete: why there may be more datasets than these, in words; "" when the list is whole.
    """

    portal: Portal
    datasets: tuple[Ranked, ...] = field(default=())
    incomplete: str = ""


class NeedsDataset(Exception):
    """The address is a portal's: one of its datasets must be chosen. `look` has them, ranked."""

    def __init__(self, look: Look) -> None:
        self.look = look
        super().__init__(f"{look.portal.title or look.portal.address} holds {len(look.datasets)} datasets: choose one.")


def look(address: str, client: Client) -> Look:
    """What stands at the address. Raises PortalError when it cannot be reached or nothing can be read there."""
    portal = recognise(address, client)
    if portal.options:
        return Look(portal)
    found: list[Dataset] = []
    why = ""
    try:
        found.extend(datasets_of(portal, client))
    except PortalError as error:
        if not found:
            raise
        why = str(error)
    if portal.protocol == "file":
        found = linked_files(address, client)
    return Look(portal, tuple(ranked(found)), why)


def chosen(address: str, client: Client, dataset: str) -> tuple[Portal, Dataset | None]:
    """The portal and the dataset to read, None where the address itself says it. Raises NeedsDataset, PortalError."""
    portal = recognise(address, client)
    if dataset:
        return portal, _named(portal, address, client, dataset)
    if portal.options:
        return portal, None
    if portal.protocol in WHOLE:
        return portal, None
    try:
        everything = look_into(portal, client)
    except PortalError:
        return portal, None  # then reading it will say what is wrong
    if not everything.datasets:
        return portal, None
    if len(everything.datasets) == 1:
        return portal, everything.datasets[0].dataset
    raise NeedsDataset(everything)


def look_into(portal: Portal, client: Client) -> Look:
    """The portal's datasets, ranked; none for a file. Raises PortalError."""
    return Look(portal, tuple(ranked(datasets_of(portal, client))))


def _named(portal: Portal, address: str, client: Client, name: str) -> Dataset:
    """The dataset of that id or title. Raises PortalError (no-dataset)."""
    where: Iterator[Dataset] | list[Dataset] = datasets_of(portal, client)
    if portal.protocol == "file":
        where = linked_files(address, client)
    for dataset in where:
        if name in (dataset.id, dataset.title, dataset.page):
            return dataset
    raise PortalError("no-dataset", f"{portal.address} has no dataset “{name}”.")


def links_of_page(address: str, client: Client, error: PortalError) -> Look:
    """The data files that a page links to. Raises the error again when it links to none."""
    files = linked_files(address, client) if is_page(error) else []
    if not files:
        raise error
    portal = Portal("file", address, confidence=0.5, evidence="a web page that links to data files")
    return Look(portal, tuple(rank(one) for one in files))


def as_chosen(portal: Portal, dataset: Dataset | None) -> Portal:
    """The portal as the dataset says that it is read."""
    if dataset is None:
        return portal
    return replace(portal, protocol=dataset.protocol, address=dataset.address, options=dict(dataset.options))
