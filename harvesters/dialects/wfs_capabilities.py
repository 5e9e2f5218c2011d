"""What a Web Feature Service says of itself: its capabilities, a layer's columns, its errors.

By OGC 09-025r2 (WFS 2.0), 04-094 (1.1) and 02-058 (1.0). XML with a DOCTYPE or entities is refused unread.
"""

import re
from dataclasses import dataclass
from typing import Any
from xml.etree.ElementTree import Element, ParseError

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import fromstring

from harvesters.errors import PortalError
from harvesters.http import Answer, json_of, refuse_page, shown
from harvesters.portals.paging import number_of
from harvesters.portals.words import DESCRIPTION_MAX, words

ERRORS = {"ExceptionReport", "ServiceExceptionReport"}
MATCHED = re.compile(rb"\bnumberMatched\s*=\s*[\"'](\d{1,10})[\"']")
COUNTED = re.compile(rb"\bnumber(?:Matched|OfFeatures)\s*=\s*[\"'](\d{1,10})[\"']")
HEAD_BYTES = 5_000
COLUMN = re.compile(r"[^\W\d][\w.-]{0,100}")
# Names of columns that may tell records apart: `id`, `gid`, `projet_id`, `identifiant`, `recordId`.
ID_NAME = re.compile(r"(?i:^|.*_)(?i:id|fid|gid|uid|uuid|objectid|ogc_fid|identifiant|identifier)$|.*[a-z]Id$")
Box = tuple[float, float, float, float]


@dataclass(frozen=True, slots=True)
class Layer:
    """A feature type. `box`: west, south, east, north in degrees; None when it is not said."""

    name: str
    title: str
    description: str
    keywords: tuple[str, ...]
    formats: tuple[str, ...]
    box: Box | None


@dataclass(frozen=True, slots=True)
class Capabilities:
    """`count_default`: how many features an answer holds at most, as far as the service says so."""

    version: str
    title: str
    publisher: str
    licence: str
    formats: tuple[str, ...]
    count_default: int | None
    layers: tuple[Layer, ...]


def document(answer: Answer) -> Element:
    """The root of an XML answer that is no error. Raises PortalError (portal-error, html-instead...)."""
    refuse_page(answer)
    try:
        root: Element = fromstring(answer.body, forbid_dtd=True)
    except (ParseError, DefusedXmlException, ValueError, LookupError) as error:
        raise PortalError("portal-error", f"{shown(answer.url)} did not answer with proper XML.") from error
    if local(root) in ERRORS:
        raise PortalError("portal-error", f"{shown(answer.url)} refused: {words(text_of(root)) or 'no reason given'}.")
    return root


def refuse_error(answer: Answer) -> None:
    """Raise PortalError when an error came with status 200, whatever was asked for."""
    if is_xml(answer) and b"ExceptionReport" in answer.body[:HEAD_BYTES]:
        document(answer)


def local(element: Element) -> str:
    return str(element.tag).rpartition("}")[2]


def text_of(element: Element | None) -> str:
    return "" if element is None else " ".join(" ".join(element.itertext()).split())


def found(element: Element, path: str) -> str:
    """The text at a path of plain names, wherever their namespaces are; "" without one."""
    return text_of(element.find("/".join(f"{{*}}{name}" for name in path.split("/"))))


def capabilities(answer: Answer) -> Capabilities:
    """Raises PortalError (portal-error) for what is no service of features."""
    root = document(answer)
    if local(root) != "WFS_Capabilities":
        raise PortalError("portal-error", f"{shown(answer.url)} does not describe a Web Feature Service.")
    about = next((part for part in root if local(part) in ("ServiceIdentification", "Service")), root)
    return Capabilities(
        version=root.get("version") or "1.1.0",
        title=words(found(about, "Title")),
        publisher=words(found(root, "ServiceProvider/ProviderName")),
        licence=words(found(about, "AccessConstraints")),
        formats=formats_of(root),
        count_default=count_default(root),
        layers=tuple(layer_of(layer) for layer in root.iterfind("{*}FeatureTypeList/{*}FeatureType")),
    )


def formats_of(root: Element) -> tuple[str, ...]:
    """The output formats of GetFeature."""
    by_name = [item for item in root.iter() if local(item) == "Operation" and item.get("name") == "GetFeature"]
    listed = [
        text_of(value)
        for operation in by_name
        for parameter in operation.iterfind("{*}Parameter")
        if str(parameter.get("name")).lower() == "outputformat"
        for value in parameter.iter()
        if local(value) == "Value"
    ]
    of_old = root.find("{*}Capability/{*}Request/{*}GetFeature/{*}ResultFormat")
    return tuple(filter(None, listed)) or tuple(local(item) for item in ([] if of_old is None else of_old))


def count_default(root: Element) -> int | None:
    limits = (
        number_of(text_of(value))
        for item in root.iter()
        if local(item) == "Constraint" and item.get("name") in ("CountDefault", "DefaultMaxFeatures")
        for value in item.iter()
        if local(value) in ("DefaultValue", "Value")
    )
    return next(filter(None, limits), None)


def layer_of(layer: Element) -> Layer:
    name = found(layer, "Name")
    listed = [*layer.iterfind("{*}Keywords/{*}Keyword"), *layer.iterfind("{*}OutputFormats/{*}Format")]
    return Layer(
        name=name,
        title=words(found(layer, "Title")) or name,
        description=words(found(layer, "Abstract"), DESCRIPTION_MAX),
        keywords=tuple(words(text_of(item)) for item in listed if local(item) == "Keyword"),
        formats=tuple(text_of(item) for item in listed if local(item) == "Format"),
        box=box_of(layer),
    )


def box_of(layer: Element) -> Box | None:
    corners = [found(layer, f"WGS84BoundingBox/{corner}").split() for corner in ("LowerCorner", "UpperCorner")]
    try:
        (west, south), (east, north) = [[float(number) for number in corner] for corner in corners]
    except ValueError:
        return None
    return (west, south, east, north) if west < east and south < north else None


def columns(root: Element) -> list[str]:
    """The columns of a DescribeFeatureType's answer, those with geometries left aside."""
    elements = (item for kind in root.iter("{http://www.w3.org/2001/XMLSchema}sequence") for item in kind)
    named = [(str(item.get("name")), str(item.get("type"))) for item in elements if item.get("name")]
    return [name for name, kind in named if COLUMN.fullmatch(name) and not kind.startswith("gml:")]


def sort_column(names: list[str]) -> str:
    """The column that most likely tells records apart; "" when none looks so."""
    return next((name for name in names if ID_NAME.match(name)), "")


def announced(answer: Answer, is_count: bool = False) -> int | None:
    """How many features there are in all; None when the answer does not say.

    is_count: it answers `resultType=hits`. Else `numberOfFeatures` is only how many are in the answer (WFS 1.1).
    """
    if not is_xml(answer):
        page = json_of(answer)
        stated = page if isinstance(page, dict) else {}
        return number_of(stated.get("numberMatched", stated.get("totalFeatures")))
    head = answer.body[:HEAD_BYTES]
    root = head[: head.find(b">", max(0, head.find(b"FeatureCollection")))]
    match = (COUNTED if is_count else MATCHED).search(root)
    return number_of(match[1].decode()) if match else None


def is_xml(answer: Answer) -> bool:
    return answer.body.lstrip(b"\xef\xbb\xbf \r\n\t")[:1] == b"<"


def json_format(formats: tuple[str, ...]) -> str:
    """The service's own name of GeoJSON among its formats; "" when it has none."""
    likely: Any = ("application/geo+json", "geojson", "application/json", "json")
    plain = {name.lower(): name for name in formats}
    by_name = next((plain[name] for name in likely if name in plain), "")
    return by_name or next((name for low, name in plain.items() if "json" in low and "jsonp" not in low), "")
