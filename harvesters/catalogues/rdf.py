"""One page of a DCAT catalogue in RDF, as plain data. Runs in the sandbox: nothing of Django, nothing fetched.

Graphs in RDF/XML, Turtle (N-Triples among it) and JSON-LD are read by rdflib. Before it sees them, a document type
definition is refused (rdflib expands entities), and so is a JSON-LD context that lies elsewhere (rdflib fetches it).
"""

import json
from collections.abc import Iterator, Sequence
from typing import Any
from urllib.parse import urlsplit
from warnings import catch_warnings, simplefilter
from xml.sax import SAXException
from xml.sax.handler import ContentHandler

from defusedxml.common import DefusedXmlException
from defusedxml.sax import parseString
from rdflib import BNode, Graph, Literal, Namespace, URIRef
from rdflib.namespace import DCAT, DCTERMS, FOAF, RDF, RDFS, SKOS
from rdflib.term import Node

from harvesters.clean.tidy import tidy
from harvesters.errors import PortalError

HYDRA = Namespace("http://www.w3.org/ns/hydra/core#")
VCARD = Namespace("http://www.w3.org/2006/vcard/ns#")
NAMES = (FOAF.name, VCARD.fn, VCARD["organization-name"], DCTERMS.title, RDFS.label, SKOS.prefLabel, RDF.value)
PAGES = (DCAT.landingPage, FOAF.page, FOAF.homepage)
MEDIA_TYPES = ("application", "text", "image", "model", "audio", "video", "multipart")
TEXT_MAX = 5_000
KEYWORDS_MAX = 50
Told = dict[str, Any]


def catalogue_page(bodies: Sequence[bytes], kind: str, address: str, languages: Sequence[str]) -> Told:
    """What the page (in one graph, or in several) says.

    kind: rdflib's name of the syntax (xml, turtle, json-ld). address: of the page, for what it names from there.
    Gives `datasets` (plain data of `entry.Entry`), `nameless` (how many have neither IRI nor identifier nor page),
    `next` (address or ""), `total` (None when not said) and `title`. Raises PortalError (unreadable).
    """
    graph = Graph(bind_namespaces="none")
    for body in bodies:
        refuse_traps(body, kind)
        parse_into(graph, body, kind, address)
    told = [dataset(graph, node, languages) for node in dataset_nodes(graph)]
    page: Told = tidy(
        {
            "datasets": sorted((one for one in told if one), key=lambda one: str(one["id"])),
            "nameless": sum(one is None for one in told),
            "next": next_page(graph, address),
            "total": total(graph),
            "title": next((text(graph, node, (DCTERMS.title,), languages) for node in catalogues(graph)), ""),
        }
    )
    return page


def parse_into(graph: Graph, body: bytes, kind: str, address: str) -> None:
    try:
        with catch_warnings():
            simplefilter("ignore", DeprecationWarning)  # rdflib's own, of its own classes
            graph.parse(data=body, format=kind, publicID=address)
    except MemoryError:
        raise
    except Exception as error:  # rdflib's parsers raise whatever they meet
        words = " ".join(str(error).split())[:200]
        raise PortalError("unreadable", f"It is no RDF that can be read ({type(error).__name__}: {words}).") from error


def refuse_traps(body: bytes, kind: str) -> None:
    """Raises PortalError (unreadable) for what rdflib would expand or fetch."""
    if kind == "xml":
        refuse_doctype(body)
    if kind == "json-ld":
        refuse_contexts(body)


def refuse_doctype(body: bytes) -> None:
    try:
        parseString(body, ContentHandler(), forbid_dtd=True)
    except DefusedXmlException as error:
        raise PortalError("unreadable", "It holds a document type definition, which is not read.") from error
    except (SAXException, ValueError, LookupError) as error:
        raise PortalError("unreadable", f"It is no XML that can be read ({error}).") from error


def refuse_contexts(body: bytes) -> None:
    try:
        waiting = [json.loads(body)]
    except (ValueError, RecursionError) as error:
        raise PortalError("unreadable", f"It is no JSON that can be read ({error}).") from error
    while waiting:
        value = waiting.pop()
        if isinstance(value, dict):
            waiting += value.values()
            contexts = value.get("@context")
            for context in contexts if isinstance(contexts, list) else [contexts]:
                refuse_context(context)
            refuse_context(value.get("@import"))
        elif isinstance(value, list):
            waiting += value


def refuse_context(context: Any) -> None:
    if isinstance(context, str):
        words = f"Its JSON-LD leans on a context elsewhere ({context[:160]}), which is not fetched"
        raise PortalError("unreadable", f"{words}: ask for Turtle or RDF/XML.")


def catalogues(graph: Graph) -> list[Node]:
    return sorted(graph.subjects(RDF.type, DCAT.Catalog), key=str)


def dataset_nodes(graph: Graph) -> list[Node]:
    """The datasets: those that say they are, and those a catalogue lists that have a title."""
    said = set(graph.subjects(RDF.type, DCAT.Dataset))
    listed = {node for node in graph.objects(None, DCAT.dataset) if (node, DCTERMS.title, None) in graph}
    return sorted(said | listed, key=str)


def dataset(graph: Graph, node: Node, languages: Sequence[str]) -> Told | None:
    """What a dataset says; None when nothing tells it apart from others."""
    name = text(graph, node, (DCTERMS.identifier,), languages)
    page = next(filter(is_web, addresses(graph, node, PAGES)), "")
    identity = str(node) if isinstance(node, URIRef) else name or page
    if not identity:
        return None
    licence, licence_url = licence_of(graph, node, languages)
    return {
        "id": identity[:TEXT_MAX],
        "title": text(graph, node, (DCTERMS.title, RDFS.label), languages),
        "name": name,
        "description": text(graph, node, (DCTERMS.description, DCTERMS.abstract), languages),
        "keywords": keywords(graph, node, languages),
        "publisher": next((label(graph, who, languages) for who in graph.objects(node, DCTERMS.publisher)), ""),
        "licence": licence,
        "licence_url": licence_url,
        "page": page or (identity if is_web(identity) else ""),
        "modified": text(graph, node, (DCTERMS.modified, DCTERMS.issued), languages),
        "resources": list(resources(graph, node, languages)),
    }


def keywords(graph: Graph, node: Node, languages: Sequence[str]) -> list[str]:
    said = [word for word in graph.objects(node, DCAT.keyword) if isinstance(word, Literal)]
    wanted = [word for word in said if (word.language or "")[:2] in ("", *languages[:1])] or said
    return sorted({str(word).strip()[:TEXT_MAX] for word in wanted} - {""})[:KEYWORDS_MAX]


def resources(graph: Graph, node: Node, languages: Sequence[str]) -> Iterator[Told]:
    """The distributions of a dataset, and the services that say they serve it."""
    for distribution in sorted(graph.objects(node, DCAT.distribution), key=str):
        url = next(iter(addresses(graph, distribution, (DCAT.downloadURL, DCAT.accessURL))), "")
        service = next(graph.objects(distribution, DCAT.accessService), None)
        if url or service is None:
            yield resource(graph, distribution, url, languages)
        else:
            yield from service_resources(graph, service, languages)
    for service in sorted(graph.subjects(DCAT.servesDataset, node), key=str):
        yield from service_resources(graph, service, languages)


def resource(graph: Graph, node: Node, url: str, languages: Sequence[str]) -> Told:
    return {
        "url": url,
        "id": str(node) if isinstance(node, URIRef) else "",
        "title": text(graph, node, (DCTERMS.title, RDFS.label), languages),
        "format": next((word(graph, form, languages) for form in graph.objects(node, DCTERMS["format"])), ""),
        "media_type": next((word(graph, form, languages) for form in graph.objects(node, DCAT.mediaType)), ""),
    }


def service_resources(graph: Graph, service: Node, languages: Sequence[str]) -> Iterator[Told]:
    url = next(iter(addresses(graph, service, (DCAT.endpointURL,))), "")
    if url:
        said = [label(graph, form, languages) for form in graph.objects(service, DCTERMS.conformsTo)]
        title = text(graph, service, (DCTERMS.title, RDFS.label), languages)
        form = " ".join([*sorted(said), title]).strip()
        yield resource(graph, service, url, languages) | {"title": title, "format": form[:TEXT_MAX]}


def licence_of(graph: Graph, node: Node, languages: Sequence[str]) -> tuple[str, str]:
    """The licence of a dataset in words and by address; that of its first distribution when it has none itself."""
    holders = [node, *sorted(graph.objects(node, DCAT.distribution), key=str)]
    for predicate in (DCTERMS.license, DCTERMS.rights):
        for holder in holders:
            for said in graph.objects(holder, predicate):
                words = label(graph, said, languages)
                return words, next((one for one in (str(said), words) if is_web(one)), "")
    return "", ""


def label(graph: Graph, node: Node, languages: Sequence[str]) -> str:
    """The words for a node: its own when it is text, its label where it has one, else its IRI."""
    if isinstance(node, Literal):
        return str(node).strip()[:TEXT_MAX]
    return text(graph, node, NAMES, languages) or ("" if isinstance(node, BNode) else str(node)[:TEXT_MAX])


def word(graph: Graph, node: Node, languages: Sequence[str]) -> str:
    """A format in words: of `.../file-type/CSV` the end, of `.../media-types/text/csv` the last two."""
    said = label(graph, node, languages)
    if not is_web(said):
        return said
    parts = urlsplit(said).path.rstrip("/").split("/")
    return "/".join(parts[-2:]) if len(parts) > 1 and parts[-2] in MEDIA_TYPES else parts[-1]


def text(graph: Graph, node: Node, predicates: Sequence[URIRef], languages: Sequence[str]) -> str:
    """The text of the first of these predicates that has one, in the first of the languages that it is in."""
    for predicate in predicates:
        found = [value for value in graph.objects(node, predicate) if isinstance(value, Literal | URIRef)]
        if found:
            return str(min(found, key=lambda value: (rank(value, languages), str(value)))).strip()[:TEXT_MAX]
    return ""


def rank(value: Node, languages: Sequence[str]) -> int:
    language = (getattr(value, "language", None) or "")[:2].lower()
    order = [*languages, ""]
    return order.index(language) if language in order else len(order)


def addresses(graph: Graph, node: Node, predicates: Sequence[URIRef]) -> list[str]:
    """The addresses that these predicates give, as IRIs or, as often, as text."""
    found = [sorted(graph.objects(node, predicate), key=str) for predicate in predicates]
    return [str(value).strip() for values in found for value in values if not isinstance(value, BNode) and str(value)]


def is_web(address: str) -> bool:
    return address.startswith(("http://", "https://"))


def next_page(graph: Graph, address: str) -> str:
    """The next page, which is said of a PartialCollectionView or a PagedCollection, as an IRI or as text."""
    said = sorted(
        (str(subject) != address, str(value).strip())
        for predicate in (HYDRA.next, HYDRA.nextPage)
        for subject, value in graph.subject_objects(predicate)
        if not isinstance(value, BNode)
    )
    return said[0][1] if said else ""


def total(graph: Graph) -> int | None:
    said = [str(value).strip() for value in graph.objects(None, HYDRA.totalItems)]
    counts = [int(value) for value in said if value.isascii() and value.isdigit() and len(value) < 10]
    return max(counts, default=None)
