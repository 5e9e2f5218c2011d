"""What a CSW answers, as plain data. Runs in the sandbox: a document type definition is refused, nothing is fetched."""

from collections.abc import Sequence
from typing import Any
from xml.etree.ElementTree import Element, ParseError, tostring

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import fromstring

from harvesters.catalogues.iso import FORMS, Told, first, local, record, said
from harvesters.catalogues.rdf import catalogue_page
from harvesters.clean.tidy import tidy
from harvesters.errors import PortalError

CSW = "http://www.opengis.net/cat/csw"


def parsed(body: bytes) -> Element:
    """Raises PortalError (unreadable)."""
    try:
        root: Element = fromstring(body, forbid_dtd=True)
    except DefusedXmlException as error:
        raise PortalError("unreadable", "It holds a document type definition, which is not read.") from error
    except (ParseError, ValueError, LookupError) as error:
        raise PortalError("unreadable", f"It is no XML that can be read ({error}).") from error
    if local(root) == "ExceptionReport":
        words = first(root, ".//{*}ExceptionText") or next((one.get("exceptionCode", "") for one in root), "")
        raise PortalError("portal-error", f"The catalogue refused: {words[:300] or 'it does not say why'}.")
    return root


def capabilities(body: bytes) -> Told:
    """What a service says of itself: `versions`, `title`, `schemas` (of GetRecords' answers). Raises PortalError."""
    root = parsed(body)
    if local(root) != "Capabilities" or not str(root.tag).startswith("{" + CSW):
        raise PortalError("portal-error", "It does not describe itself as a CSW does.")
    versions = {said(one) for one in root.iterfind("{*}ServiceIdentification/{*}ServiceTypeVersion")}
    schemas = [
        said(value)
        for operation in root.iterfind(".//{*}Operation")
        if operation.get("name") == "GetRecords"
        for parameter in operation.iterfind("{*}Parameter")
        if str(parameter.get("name")).lower() == "outputschema"
        for value in parameter.iterfind(".//{*}Value")
    ]
    title = first(root, "{*}ServiceIdentification/{*}Title")
    answer: Told = tidy(
        {"versions": sorted(versions | {root.get("version", "")} - {""}), "title": title, "schemas": schemas}
    )
    return answer


def records(body: bytes, address: str, languages: Sequence[str]) -> Told:
    """One page of records.

    Gives `datasets` (plain data of `entry.Entry`), `nameless` (records without identifier), `unknown` (records of a
    form that is not read), `count` (all of them), `matched` and `next` (None when not said). Raises PortalError.
    """
    root = parsed(body)
    results = root if local(root) == "GetRecordByIdResponse" else root.find("{*}SearchResults")
    if results is None:
        raise PortalError("portal-error", f"It answers with “{local(root)[:80]}”, not with records.")
    elements = list(results)
    graphs = [one for one in elements if local(one) in ("RDF", "Dataset")]
    known = [one for one in elements if local(one) in FORMS]
    told: list[Any] = [record(one) for one in known]
    page = of_graphs(graphs, address, languages)
    answer: Told = tidy(
        {
            "datasets": [one for one in told if one] + page["datasets"],
            "nameless": sum(one is None for one in told) + page["nameless"],
            "unknown": len(elements) - len(known) - len(graphs),
            "count": len(elements),
            "matched": number(results.get("numberOfRecordsMatched")),
            "next": number(results.get("nextRecord")),
        }
    )
    return answer


def of_graphs(graphs: Sequence[Element], address: str, languages: Sequence[str]) -> Told:
    """The datasets of records that are graphs of DCAT, which GeoNetwork 4 gives."""
    if not graphs:
        return {"datasets": [], "nameless": 0}
    return catalogue_page([tostring(wrapped(one)) for one in graphs], "xml", address, languages)


def wrapped(element: Element) -> Element:
    """A graph as a document of its own: a lone dcat:Dataset needs one around it."""
    if local(element) == "RDF":
        return element
    graph = Element("{http://www.w3.org/1999/02/22-rdf-syntax-ns#}RDF")
    graph.append(element)
    return graph


def number(text: str | None) -> int | None:
    text = (text or "").strip()
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None
