"""Records of metadata in XML, as plain data: ISO 19139 and 19115-3, and Dublin Core as CSW gives it.

Elements are found by their local names: the two ISO forms differ in little else. Runs in the sandbox.
"""

import re
from collections.abc import Iterator
from typing import Any
from xml.etree.ElementTree import Element

Told = dict[str, Any]
TEXT_MAX = 5_000
KEYWORDS_MAX = 50
LINKS_MAX = 500
IDENTIFICATION = "{*}identificationInfo/*"
# Words of a constraint that is a licence, and no warning about the scale of a map.
LICENCE = re.compile(
    r"licen[cs]|ouverte|open.?data|odbl|creative.?commons|cc.?by|cc.?0|libre de|domaine public", re.IGNORECASE
)
# Links of which the protocol says that they show or explain the data; GeoNetwork's and the INSPIRE lists of protocols.
SHOWS = re.compile(
    r"wms|wmts|wmc|csw|kml-map|link|related|metadata|glossar|rss|atom|thumbnail|mailto|map.?viewer", re.IGNORECASE
)
SHOWS_BY_ADDRESS = re.compile(r"request=GetRecord|service=(csw|wms)|catalog\.search|#/metadata/", re.IGNORECASE)
EXPLAINS = re.compile(r"link|metadata", re.IGNORECASE)
DOWNLOADS = re.compile(r"download|http--?file|^https?$|^www$|^file", re.IGNORECASE)
SERVES = re.compile(r"\bwfs\b|service=wfs", re.IGNORECASE)
LAYER = re.compile(r"[\w.:-]{1,200}")


def local(element: Element) -> str:
    """The name of an element without its namespace."""
    return str(element.tag).rpartition("}")[2]


def said(element: Element | None) -> str:
    """The first text in an element (a CharacterString, an Anchor, a URL), or the value of its code."""
    if element is None:
        return ""
    for part in element.iter():
        text = " ".join((part.text or "").split()) or part.get("codeListValue", "")
        if text:
            return text[:TEXT_MAX]
    return ""


def first(element: Element, *paths: str) -> str:
    """The text at the first of these paths that has one."""
    return next(filter(None, (said(found) for path in paths for found in element.iterfind(path))), "")


def record(element: Element) -> Told | None:
    """The dataset that a record describes; None when it has no identifier. Raises KeyError for an unknown form."""
    return FORMS[local(element)](element)


def iso(element: Element) -> Told | None:
    identity = first(element, "{*}fileIdentifier", "{*}metadataIdentifier//{*}code")
    licence, licence_url = licence_of(element)
    keywords = dict.fromkeys(
        said(word) for word in element.iterfind(f"{IDENTIFICATION}//{{*}}MD_Keywords/{{*}}keyword")
    )
    return {
        "id": identity,
        "title": first(element, f"{IDENTIFICATION}/{{*}}citation//{{*}}title"),
        "name": "",
        "description": first(element, f"{IDENTIFICATION}/{{*}}abstract"),
        "keywords": [word for word in keywords if word][:KEYWORDS_MAX],
        "publisher": publisher_of(element),
        "licence": licence,
        "licence_url": licence_url,
        "page": page_of(element),
        "modified": first(element, "{*}dateStamp", "{*}dateInfo//{*}DateTime", "{*}dateInfo//{*}Date"),
        "resources": list(links(element)),
    } if identity else None  # fmt: skip


def publisher_of(element: Element) -> str:
    return first(
        element,
        f"{IDENTIFICATION}/{{*}}pointOfContact//{{*}}organisationName",
        f"{IDENTIFICATION}/{{*}}pointOfContact//{{*}}CI_Organisation/{{*}}name",
        "{*}contact//{*}organisationName",
        "{*}contact//{*}CI_Organisation/{*}name",
    )


def page_of(element: Element) -> str:
    """Where people read of the dataset: its own address, else a link that explains it."""
    own = first(element, "{*}dataSetURI", "{*}metadataLinkage//{*}linkage")
    explains = (
        address for address, protocol, _ in online(element) if re.search(r"link|metadata", protocol, re.IGNORECASE)
    )
    return next((one for one in (own, *explains) if one.startswith(("http://", "https://"))), "")


def licence_of(element: Element) -> tuple[str, str]:
    """The constraint that is a licence, in its words and by its address; nothing when none says so."""
    for name in ("otherConstraints", "useLimitation", "useConstraints"):
        for constraint in element.iterfind(f"{IDENTIFICATION}/{{*}}resourceConstraints//{{*}}{name}"):
            links_to = [
                value for part in constraint.iter() for key, value in part.attrib.items() if key.endswith("href")
            ]
            words = said(constraint)
            if LICENCE.search(words) or any(LICENCE.search(link) for link in links_to):
                return words, next((link for link in (*links_to, words) if link.startswith("http")), "")
    return "", ""


def online(element: Element) -> Iterator[tuple[str, str, Element]]:
    """The links of a record: address, protocol, and the element."""
    found = element.iterfind(".//{*}distributionInfo//{*}CI_OnlineResource")
    for _, link in zip(range(LINKS_MAX), found, strict=False):
        address = first(link, "{*}linkage")
        if address.startswith(("http://", "https://")):
            yield address, first(link, "{*}protocol"), link


def links(element: Element) -> Iterator[Told]:
    forms = {said(form) for form in element.iterfind(".//{*}distributionInfo//{*}MD_Format/{*}name")} - {""}
    forms |= {
        said(form) for form in element.iterfind(".//{*}distributionFormat//{*}formatSpecificationCitation//{*}title")
    }
    only = next(iter(forms), "") if len(forms) == 1 else ""
    for address, protocol, link in online(element):
        yield link_resource(address, protocol, first(link, "{*}name"), first(link, "{*}description"), only)


def link_resource(address: str, protocol: str, name: str, description: str, form: str) -> Told:
    """A link as a resource: a WFS with its layer, a file with its format, or what shows or explains the data."""
    is_service = bool(SERVES.search(protocol) or SERVES.search(address))
    is_page = bool(SHOWS_BY_ADDRESS.search(address))
    is_download = not is_service and not is_page and (not protocol or bool(DOWNLOADS.search(protocol)))
    options = (("layer", name),) if is_service and LAYER.fullmatch(name) else ()
    return {
        "url": address,
        "title": name or description,
        "format": form if is_download else "wfs" if is_service else protocol,
        "options": options,
        "is_data": is_service or is_download or not (is_page or SHOWS.search(protocol)),
    }


def dublin_core(element: Element) -> Told | None:
    identity = first(element, "{*}identifier")
    rights = first(element, "{*}license", "{*}rights", "{*}accessRights")
    keywords = dict.fromkeys(said(word) for word in element.iterfind("{*}subject"))
    return {
        "id": identity,
        "title": first(element, "{*}title"),
        "name": "",
        "description": first(element, "{*}abstract", "{*}description"),
        "keywords": [word for word in keywords if word][:KEYWORDS_MAX],
        "publisher": first(element, "{*}publisher", "{*}creator", "{*}contributor"),
        "licence": rights if LICENCE.search(rights) else "",
        "licence_url": rights if rights.startswith("http") and LICENCE.search(rights) else "",
        "page": next((one for one in (first(element, "{*}source"),) if one.startswith("http")), ""),
        "modified": first(element, "{*}modified", "{*}date"),
        "resources": list(references(element)),
    } if identity else None  # fmt: skip


def references(element: Element) -> Iterator[Told]:
    """dct:references says its protocol as a scheme, dc:URI (GeoNetwork, pycsw) as a protocol."""
    form = first(element, "{*}format")
    for link in [*element.iterfind("{*}references"), *element.iterfind("{*}URI")][:LINKS_MAX]:
        address = said(link)
        if address.startswith(("http://", "https://")):
            protocol = link.get("protocol") or link.get("scheme") or ""
            yield link_resource(address, protocol, link.get("name", ""), link.get("description", ""), form)


FORMS = {
    "MD_Metadata": iso,
    "MI_Metadata": iso,
    "Record": dublin_core,
    "SummaryRecord": dublin_core,
    "BriefRecord": dublin_core,
}
