"""What discovery asks of a protocol: which portal stands at an address, and which datasets it holds.

Beside it stands what protocols share: `asking` an address, the `words` a portal uses, and two watches over pages,
`walk` by their addresses and `paging` by their records.
"""

from dataclasses import dataclass, field
from typing import Any

DATASETS_MAX = 20_000
"""No more datasets than so many are listed of one portal."""


@dataclass(frozen=True, slots=True)
class Portal:
    """A portal or service that a protocol recognised.

    protocol: the protocol's file name.
    address: what `Source.address` must hold for that protocol.
    options: what the pasted address already chose (a dataset, a layer); empty for a whole portal.
    title: as the portal calls itself, or "".
    confidence: 0 to 1; 1 only where the portal said so itself.
    evidence: in words, what gave it away.
    """

    protocol: str
    address: str
    options: dict[str, Any] = field(default_factory=dict)
    title: str = ""
    confidence: float = 1.0
    evidence: str = ""


@dataclass(frozen=True, slots=True)
class Dataset:
    """One dataset or layer of a portal, and what a Source needs to read it.

    id: stable at the portal; `uid` of the Source is made of the portal's address and this.
    records: how many the portal says it holds; None when it does not say.
    modified: the portal's own stamp, as written.
    formats: the names of the files it has, lower case.
    """

    id: str
    title: str
    protocol: str
    address: str
    options: dict[str, Any] = field(default_factory=dict)
    description: str = ""
    keywords: tuple[str, ...] = ()
    publisher: str = ""
    licence: str = ""
    licence_url: str = ""
    page: str = ""
    records: int | None = None
    modified: str = ""
    formats: tuple[str, ...] = ()
