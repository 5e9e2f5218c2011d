"""WFS 2.0, 1.1 and 1.0 (GeoServer, MapServer, QGIS Server, deegree, ArcGIS).

`address`: the service's, with whatever it needs in its query (`?map=…`). Options:

- `layer`: the name of a feature type (`ville:projets`); needed unless the address or the service has only one;
- `sort`: the column to sort by; else one whose name says that it tells records apart;
- `limit`: only the first so many, to have a look;
- `page_size`: how many to ask for at once (1,000 unless said);
- `crs`: the coordinate system of answers in GeoJSON that do not name theirs.

GeoJSON is taken where the service has it, else GML, which GDAL reads in the sandbox. Quirks, each from the projects'
own trackers or seen: GeoServer refuses to page a layer without a key unless it is sorted; `CountDefault` cuts pages
silently (GDAL issue 13515), so a short page is not the end (GDAL issue 8653); `numberMatched` may be "unknown", or
MapServer's own limit (then it is read on until nothing comes); servers without paging give the first page again
(then everything is asked for at once); errors come with status 200; latitude may come first: the extent tells.
"""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any
from urllib.parse import quote

from harvesters.dialects import wfs_capabilities as service
from harvesters.dialects.wfs_capabilities import Box, Capabilities, Layer
from harvesters.errors import PortalError
from harvesters.formats import read_answer
from harvesters.formats.features import Features
from harvesters.formats.json_records import row_of
from harvesters.http import Answer, Client, json_of
from harvesters.portals import Dataset, Portal
from harvesters.portals.asking import answer_if_any, split_query
from harvesters.portals.paging import Pages, first_of, whole_option
from harvesters.reading import Reading, Row
from portal.models import Source

PAGE = 1_000
AT_ONCE_MAX = 100_000
MARGIN_DEGREES = 0.05
VERSIONS = ("2.0.0", "1.1.0", "1.0.0")
REFUSALS = {"http-status", "portal-error", "not-json", "html-instead", "unreadable", "empty"}
# Of an address, what belongs to one question and not to the service (a MapServer's `map` does).
OF_A_QUESTION = {
    "service", "version", "acceptversions", "request", "typename", "typenames", "outputformat", "srsname", "count",
    "maxfeatures", "startindex", "sortby", "bbox", "resulttype", "propertyname", "cql_filter", "filter",
}  # fmt: skip
Json = dict[str, Any]


def read(source: Source, client: Client) -> Reading:
    return Reading(lambda reading: rows(source, client, reading))


def rows(source: Source, client: Client, reading: Reading) -> Iterator[Row]:
    limit = whole_option(source.options, "limit", 0)
    size = whole_option(source.options, "page_size", PAGE)
    walk = Walk(Service(source.address, client), source.options, min(limit or size, size), reading)
    yield from first_of(walk.rows(), limit, reading)


class Service:
    """One service: where it is, what every question to it must hold, which layer its address names."""

    def __init__(self, address: str, client: Client) -> None:
        self.address, parameters = split_query(address)
        by_name = {name.lower(): value for name, value in parameters.items()}
        self.named = by_name.get("typenames") or by_name.get("typename") or ""
        self.kept = {name: value for name, value in parameters.items() if name.lower() not in OF_A_QUESTION}
        self.client = client

    def ask(self, request: str, version: str, is_bulk: bool = False, **parameters: Any) -> Answer:
        """An answer that is no error. Raises PortalError."""
        common = {"service": "WFS", "version": version, "request": request}
        answer = self.client.get(self.address, self.kept | common | parameters, is_bulk=is_bulk)
        service.refuse_error(answer)
        return answer

    def capabilities(self) -> Capabilities:
        """By the newest version that it answers in. Raises PortalError."""
        try:
            return service.capabilities(self.ask("GetCapabilities", VERSIONS[0]))
        except PortalError as error:
            if error.code not in ("portal-error", "http-status"):
                raise
        return service.capabilities(self.ask("GetCapabilities", VERSIONS[1]))

    @property
    def whole_address(self) -> str:
        query = "&".join(f"{quote(name)}={quote(value, safe='/:')}" for name, value in self.kept.items())
        return f"{self.address}?{query}" if query else self.address


def chosen_layer(about: Capabilities, name: str) -> Layer:
    """The layer of this name, with or without its prefix, or the only one. Raises PortalError (bad-option)."""
    layers = [layer for layer in about.layers if name in ("", layer.name, layer.name.rpartition(":")[2])]
    exact = [layer for layer in layers if layer.name == name]
    if len(exact or layers) != 1:
        names = ", ".join(layer.name for layer in about.layers[:20]) or "none at all"
        raise PortalError("bad-option", f"The option `layer` is to name one of: {names}.")
    return (exact or layers)[0]


class Walk:
    """The features of one layer, page after page."""

    def __init__(self, at: Service, options: Json, size: int, reading: Reading) -> None:
        self.service, self.options, self.size, self.reading = at, options, size, reading
        self.about = at.capabilities()
        self.version = self.about.version if self.about.version in VERSIONS else VERSIONS[0]
        self.is_new = self.version.startswith("2")
        self.layer = chosen_layer(self.about, str(options.get("layer") or at.named))
        self.json = service.json_format(self.layer.formats or self.about.formats)
        self.pages = Pages(reading)
        self.way: Json = {}
        self.first: list[Row] = []
        self.is_turned: bool | None = None
        self.is_count_believed = True

    def rows(self) -> Iterator[Row]:
        """Every feature. Raises PortalError."""
        self.reading.announced = self.count()
        about = {"_dataset_id": self.layer.name, "_dataset_title": self.layer.title}
        for position, row in enumerate(self.all_rows(), start=1):
            yield replace(row, position=position, data=row.data | about)

    def all_rows(self) -> Iterator[Row]:
        try:
            yield from self.paged()
        except PortalError as error:
            if error.code != "repeated-page" or self.pages.came != 2 * len(self.first):
                raise
            yield from self.at_once(error)

    def paged(self) -> Iterator[Row]:
        """Page by page, advancing by what came. Raises PortalError (repeated-page...)."""
        self.first = page = self.first_page()
        while page:
            yield from self.pages.fresh(page, [row.data.get("_id") for row in page])
            if self.is_the_end():
                return
            page = self.page(self.pages.came, self.size)

    def is_the_end(self) -> bool:
        """Whether all that was announced came. A service may announce no more than it gives at once."""
        number = self.reading.announced
        if number is None or self.pages.missing:
            return False
        if number != self.about.count_default:
            return True
        beyond = self.page(self.pages.came, 1)
        if beyond and not self.pages.is_news(beyond, [row.data.get("_id") for row in beyond]):
            self.reading.stop(f"The portal announces {number} records, its own limit, and cannot show what is behind.")
        if not beyond or self.reading.why_not:
            return True
        self.reading.announced, self.is_count_believed = None, False
        self.reading.note(f"The portal announces {number} records, its own limit; it was read on to its end.")
        return False

    def at_once(self, error: PortalError) -> Iterator[Row]:
        """What is behind the first page, of a server that cannot skip: all of it in one answer."""
        number = self.reading.announced
        if number is None and len(self.first) < min(self.size, self.about.count_default or self.size):
            return  # fewer than asked for, and the same again: that was all
        everything = self.page(0, min(number or AT_ONCE_MAX, AT_ONCE_MAX), is_bulk=True)
        if len(everything) <= len(self.first) or everything[: len(self.first)] != self.first:
            raise error
        self.reading.note("The portal cannot skip records: all were asked for at once.")
        if number is None and len(everything) in (self.about.count_default, AT_ONCE_MAX):
            self.reading.stop(f"The portal gave {len(everything)} records, which may be its limit.")
        yield from everything[len(self.first) :]

    def count(self) -> int | None:
        """How many there are; None where the service does not say, or says “unknown”."""
        if self.version == VERSIONS[-1]:
            return None
        try:
            answer = self.service.ask("GetFeature", self.version, **self.of_layer(), resultType="hits")
            return service.announced(answer, is_count=True)
        except PortalError as error:
            if error.code not in REFUSALS:
                raise
            return None

    def first_page(self) -> list[Row]:
        """The first page, in whichever way the service consents to give it. Raises PortalError."""
        refusal: PortalError | None = None
        for way in self.ways():
            self.way = way
            try:
                return self.page(0, self.size)
            except PortalError as error:
                if error.code not in REFUSALS:
                    raise
                refusal = refusal or error
        raise refusal or PortalError("portal-error", "The portal gives no features.")

    def ways(self) -> Iterator[Json]:
        """Further parameters, the best first: sorted and in degrees, then what older servers can do."""
        columns = self.columns()
        key = str(self.options.get("sort") or "") or service.sort_column(columns)
        degrees = {"srsName": "EPSG:4326" if self.json else "urn:ogc:def:crs:EPSG::4326"}
        by_key, by_any = [{"sortBy": name} if name else {} for name in (key, key or next(iter(columns), ""))]
        tried: list[Json] = []
        for way in (degrees | by_key, degrees, degrees | by_any, by_key, {}):
            if way not in tried:
                tried.append(way)
                yield way

    def columns(self) -> list[str]:
        try:
            answer = self.service.ask("DescribeFeatureType", self.version, **self.of_layer())
            return service.columns(service.document(answer))
        except PortalError as error:
            if error.code not in REFUSALS:
                raise
            return []

    def of_layer(self) -> Json:
        return {"typeNames" if self.is_new else "typeName": self.layer.name}

    def page(self, start: int, size: int, is_bulk: bool = False) -> list[Row]:
        """Features from `start` on. Raises PortalError."""
        window: Json = {"count" if self.is_new else "maxFeatures": size} | ({"startIndex": start} if start else {})
        output = {"outputFormat": self.json} if self.json else {}
        parameters = self.of_layer() | window | output | self.way
        answer = self.service.ask("GetFeature", self.version, is_bulk, **parameters)
        if self.reading.announced is None and self.is_count_believed:
            self.reading.announced = service.announced(answer)
        return self.turned([replace(row, position=0) for row in self.rows_of(answer)])

    def rows_of(self, answer: Answer) -> list[Row]:
        if service.is_xml(answer):
            return gml_rows(answer, self.reading)
        page = json_of(answer)
        features = page.get("features") if isinstance(page, dict) else None
        if not isinstance(features, list):
            raise PortalError("portal-error", "The portal gives a page without a list of features.")
        of_page = Features(page.get("crs"), self.options, self.reading)
        return [row_of(0, feature, of_page) for feature in features]

    def turned(self, rows: list[Row]) -> list[Row]:
        """The rows with longitude first, should the service write latitude first: the layer's extent tells."""
        places = [first_position(row.geometry) for row in rows if row.geometry]
        if self.is_turned is None and places and self.layer.box:
            box = self.layer.box
            self.is_turned = 2 * sum(is_turned(place, box) for place in places) > len(places)
            if self.is_turned:
                self.reading.note("The portal writes latitude first: its positions were turned round.")
        if not self.is_turned:
            return rows
        return [replace(row, geometry=turned(row.geometry)) if row.geometry else row for row in rows]


def gml_rows(answer: Answer, reading: Reading) -> list[Row]:
    """The features of an answer in GML; none for a collection without members."""
    if b"ember" not in answer.body and b"FeatureCollection" in answer.body[: service.HEAD_BYTES]:
        return []
    return list(read_answer(answer, {}, reading))


def first_position(geometry: Json) -> list[float]:
    inner: Any = geometry["geometries"][0] if "geometries" in geometry else geometry
    inner = inner["coordinates"] if isinstance(inner, dict) and "coordinates" in inner else []
    while inner and isinstance(inner[0], list):
        inner = inner[0]
    return inner if isinstance(inner, list) else []


def is_turned(place: list[float], box: Box) -> bool:
    """Whether a position lies in its layer's extent only with its axes exchanged."""
    return len(place) == 2 and not is_within(place[0], place[1], box) and is_within(place[1], place[0], box)


def is_within(lon: float, lat: float, box: Box) -> bool:
    west, south, east, north = box
    in_width = west - MARGIN_DEGREES <= lon <= east + MARGIN_DEGREES
    return in_width and south - MARGIN_DEGREES <= lat <= north + MARGIN_DEGREES


def turned(geometry: Json) -> Json:
    if "geometries" in geometry:
        return geometry | {"geometries": [turned(inner) for inner in geometry["geometries"]]}
    return geometry | {"coordinates": exchanged(geometry["coordinates"])}


def exchanged(coordinates: Any) -> Any:
    if isinstance(coordinates[0], list):
        return [exchanged(inner) for inner in coordinates]
    return [coordinates[1], coordinates[0]]


def probe(address: str, client: Client) -> Portal | None:
    """The service at an address, its layer chosen when the address names one."""
    at = Service(address, client)
    asked = at.kept | {"service": "WFS", "request": "GetCapabilities"}
    answer = answer_if_any(client, at.address, asked)
    if answer is None or b"WFS_Capabilities" not in answer.body[: service.HEAD_BYTES]:
        return None
    try:
        about = service.capabilities(answer)
    except PortalError:
        return None
    options = {"layer": at.named} if at.named else {}
    return Portal("wfs", at.whole_address, options, about.title, 1.0, f"it gives capabilities of WFS {about.version}")


def datasets(address: str, client: Client) -> Iterator[Dataset]:
    """The layers of a service, each once, in its own order."""
    at = Service(address, client)
    about = at.capabilities()
    for layer in {layer.name: layer for layer in about.layers if layer.name}.values():
        yield Dataset(
            id=layer.name,
            title=layer.title,
            protocol="wfs",
            address=at.whole_address,
            options={"layer": layer.name},
            description=layer.description,
            keywords=layer.keywords,
            publisher=about.publisher,
            licence=about.licence,
            formats=("geojson",) if service.json_format(layer.formats or about.formats) else ("gml",),
        )
