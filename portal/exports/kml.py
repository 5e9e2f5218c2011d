"""KML 2.2: one Placemark a record, drawn as what it is; all its properties in ExtendedData.

What has no place is a Placemark without a geometry: the count is the same in every format.
"""

from collections.abc import Iterator
from typing import Any

from portal.exports.answer import Answer, Feature
from portal.exports.columns import COLUMNS, joined, parts
from portal.exports.markup import DECLARATION, as_html, element, start, told_of
from portal.exports.streams import gathered

MEDIA_TYPE = "application/vnd.google-earth.kml+xml"
SUFFIX = ".kml"
SPACES = {"xmlns": "http://www.opengis.net/kml/2.2", "xmlns:atom": "http://www.w3.org/2005/Atom"}
SINGLE = {"MultiPoint": "Point", "MultiLineString": "LineString", "MultiPolygon": "Polygon"}
DATA = {name: start("Data", name=name) for name in COLUMNS}

Position = list[float]


def write(answer: Answer) -> Iterator[bytes]:
    return gathered(text.encode() for text in _texts(answer))


def _texts(answer: Answer) -> Iterator[str]:
    yield DECLARATION + start("kml", **SPACES) + "<Document>"
    yield element("name", answer.title) + start("atom:link", rel="self", href=answer.url) + "</atom:link>"
    yield element("description", as_html(credit.line for credit in answer.credits))
    for feature in answer.features():
        yield _placemark(feature)
    yield "\n</Document></kml>\n"


def _placemark(feature: Feature) -> str:
    properties = feature["properties"]
    return "".join([
        # An XML id may not begin with a digit.
        "\n", start("Placemark", id=f"id-{feature['id']}"), element("name", properties["title"]),
        start("atom:link", href=properties["url"]), "</atom:link>",
        element("address", properties["address"]) if properties["address"] else "",
        element("description", as_html(told_of(properties))), _time(properties), _data(feature),
        _geometry(feature["geometry"]) if feature["geometry"] else "", "</Placemark>",
    ])  # fmt: skip


def _time(properties: dict[str, Any]) -> str:
    ends = (("begin", properties["starts"]), ("end", properties["ends"]))
    known = [element(name, value) for name, value in ends if value]
    return f"<TimeSpan>{''.join(known)}</TimeSpan>" if known else ""


def _data(feature: Feature) -> str:
    values = {**feature["properties"], "id": feature["id"]}
    told = ((name, values.get(name)) for name in COLUMNS)
    data = (
        f"{DATA[name]}{element('value', _text(value))}</Data>" for name, value in told if value not in (None, "", [])
    )
    return f"<ExtendedData>{''.join(data)}</ExtendedData>"


def _text(value: Any) -> str:
    if isinstance(value, list):
        return joined(parts(value))
    return str(value).lower() if isinstance(value, bool) else str(value)


def _geometry(geometry: dict[str, Any]) -> str:
    kind = geometry["type"]
    if kind == "GeometryCollection":
        return _many(_geometry(one) for one in geometry["geometries"])
    if kind in SINGLE:
        return _many(_single(SINGLE[kind], one) for one in geometry["coordinates"])
    return _single(kind, geometry["coordinates"])


def _many(drawn: Iterator[str]) -> str:
    return f"<MultiGeometry>{''.join(drawn)}</MultiGeometry>"


def _single(kind: str, coordinates: Any) -> str:
    if not coordinates:
        return ""
    if kind == "Point":
        return f"<Point>{_line([coordinates])}</Point>"
    if kind == "LineString":
        return f"<LineString>{_line(coordinates)}</LineString>"
    outer, *inner = (f"<LinearRing>{_line(ring)}</LinearRing>" for ring in coordinates)
    holes = "".join(f"<innerBoundaryIs>{ring}</innerBoundaryIs>" for ring in inner)
    return f"<Polygon><outerBoundaryIs>{outer}</outerBoundaryIs>{holes}</Polygon>"


def _line(positions: list[Position]) -> str:
    return f"<coordinates>{' '.join(f'{_degrees(x)},{_degrees(y)}' for x, y, *_z in positions)}</coordinates>"


def _degrees(value: float) -> str:
    """Without an exponent, which not every reader knows."""
    text = repr(value)
    return f"{value:.12f}" if "e" in text else text
