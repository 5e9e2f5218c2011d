"""GoGoCarto maps, Transiscope and Près de chez nous among them (its `APIController`, and GoGoCartoJs's `docs/`).

`address`: the map's site (`https://transiscope.gogocarto.fr`), or that of a list of elements. Options:

- `ontology`: `gogofull` (the default) or `gogocompact`, which has names, places and categories only;
- `categories`, `stamps`: only the elements of these ids; `bounds`: only those within `west,south,east,north`;
- `taxonomy`: the address of the tree of categories, unless it is the site's own (`/api/taxonomy.json`).

One row per element: its own names and values; compact elements by the `mapping` that the answer names. Columns of
ours: `_category_ids`, `_categories` (their names by the tree), `_main_categories` (of the branches they are in). The
place is `geoJSONFeature`, a line or an outline, where there is one. JSON-LD is read as well (`lat`, `long`,
`taxonomy`), its context never fetched. A map that wants a token answers with a sentence, which is told.
"""

from collections.abc import Iterator
from typing import Any
from urllib.parse import urljoin

from harvesters.dialects.gogocarto import Tree, category_ids
from harvesters.errors import PortalError
from harvesters.formats.encoding import decode
from harvesters.formats.features import MALFORMED, Geometry, moved
from harvesters.formats.json_records import Found, list_at_path
from harvesters.formats.json_text import NOWHERE, Items, Unreadable, end_of_brackets, members, skip_blank, value_at
from harvesters.http import Answer, Client, refuse_page, shown
from harvesters.http.session import check_address
from harvesters.portals import Dataset, Portal
from harvesters.portals.asking import tried
from harvesters.reading import Reading, Row
from portal.models import Source

ELEMENTS, TAXONOMY = "/api/elements.json", "/api/taxonomy.json"
PARAMETERS = ("ontology", "categories", "stamps", "bounds")
COMPACT = ("id", "name", "latitude", "longitude", "categories")
LISTS = ("data", "@graph")
LATITUDES, LONGITUDES = ("latitude", "lat"), ("longitude", "lng", "long", "lon")
DATASETS_MAX = 1_000


def read(source: Source, client: Client) -> Reading:
    return Reading(lambda reading: rows(source, client, reading))


def probe(address: str, client: Client) -> Portal | None:
    """A GoGoCarto names its ontology with every list of elements."""
    check_address(address)
    for site in dict.fromkeys((site_of(address), urljoin(address, "/").rstrip("/"))):
        answer = tried(lambda site=site: client.get_json(elements_address(site), {"limit": 1}))  # type: ignore[misc]
        if isinstance(answer, dict) and str(answer.get("ontology")).startswith("gogo"):
            return Portal("gogocarto", site, evidence=f"Its elements are of the ontology {answer['ontology']}.")
    return None


def datasets(address: str, client: Client) -> Iterator[Dataset]:
    """The whole map, then each of its main categories."""
    site = site_of(address)
    yield Dataset("all", "All elements", "gogocarto", site, page=site)
    tree = Tree(client.get_json(urljoin(site, TAXONOMY)))
    for number, name in list(tree.mains.items())[:DATASETS_MAX]:
        yield Dataset(f"category/{number}", name, "gogocarto", site, options={"categories": [number]}, page=site)


def site_of(address: str) -> str:
    return address.strip().partition("?")[0].partition("#")[0].removesuffix(ELEMENTS).rstrip("/")


def is_file(address: str) -> bool:
    return address.partition("?")[0].endswith((".json", ".jsonld", ".json.gz", ".jsonld.gz"))


def elements_address(address: str) -> str:
    return address if is_file(address) else address.rstrip("/") + ELEMENTS


def rows(source: Source, client: Client, reading: Reading) -> Iterator[Row]:
    asked = {name: parameter(source.options[name]) for name in PARAMETERS if source.options.get(name)}
    answer = client.get(
        elements_address(source.address.strip()), asked, validators=source.validators, keep_broken=True, is_bulk=True
    )
    # The names of categories come from another answer: "nothing changed" cannot be said of this one alone.
    yield from parsed(answer, tree_of(source, client, reading), reading)


def parameter(value: Any) -> str:
    return ",".join(map(str, value)) if isinstance(value, list) else str(value)


def tree_of(source: Source, client: Client, reading: Reading) -> Tree:
    """The categories by their ids; an empty tree, told in words, when they cannot be had."""
    address = str(source.options.get("taxonomy") or "")
    if not address and is_file(source.address) and not source.address.partition("?")[0].endswith(ELEMENTS):
        return Tree(None)
    try:
        return Tree(client.get_json(urljoin(source.address, address or site_of(source.address) + TAXONOMY)))
    except PortalError as error:
        reading.note(f"Categories have no names: {error.what}")
        return Tree(None)


def parsed(answer: Answer, tree: Tree, reading: Reading) -> Iterator[Row]:
    """The elements of a fetched list. Raises PortalError (html-instead, empty, portal-error)."""
    refuse_page(answer)
    if answer.broken:
        reading.stop(answer.broken)
    text = decode(answer.body, answer.charset, "", reading)
    found = list_of_elements(text, answer)
    names = mapping_of(text) if found.level else COMPACT
    elements = Items(text, found.at)
    for position, element in enumerate(elements, start=1):
        yield row_of(position, element, names, tree)
    if elements.end == NOWHERE or (found.level and end_of_brackets(text, elements.end, found.level) == NOWHERE):
        reading.stop("The list of elements breaks off.")


def list_of_elements(text: str, answer: Answer) -> Found:
    start = skip_blank(text, 0)
    if text[start : start + 1] == "[":
        return Found(start, 0)
    there = {name for name, _ in members(text, start)} if text[start : start + 1] == "{" else set()
    name = next((name for name in LISTS if name in there), None)
    if name is None:
        said = shown(" ".join(text[:200].split()))
        raise PortalError("portal-error", f"{shown(answer.url)} gave no list of elements but “{said}”.")
    return list_at_path(text, start, name)


def mapping_of(text: str) -> tuple[Any, ...]:
    """What the places of a compact element hold: names, and in lists the names of what is nested there."""
    places = dict(members(text, skip_blank(text, 0)))
    named = value_at(text, places["mapping"])[0] if "mapping" in places else None
    return tuple(named) if isinstance(named, list) else COMPACT


def row_of(position: int, element: Any, names: tuple[Any, ...], tree: Tree) -> Row:
    if isinstance(element, Unreadable):
        return Row(position, {}, problem=element.reason)
    data = spread(element, names) if isinstance(element, list) else element
    if not isinstance(data, dict):
        return Row(position, {}, problem="It is neither an element nor a compact one.")
    ids = category_ids(data)
    ours = {
        "_category_ids": ids,
        "_categories": [tree.names.get(number, number) for number in ids if number in tree.names or is_word(number)],
        "_main_categories": list(dict.fromkeys(tree.main(number) for number in ids if tree.main(number))),
    }
    return Row(position, data | ours, geometry_of(data))


def is_word(identifier: str) -> bool:
    """Whether an id says something to people, as those of a thesaurus do; a number says nothing."""
    return not identifier.isdigit()


def spread(element: list[Any], names: tuple[Any, ...]) -> dict[str, Any]:
    """A compact element as names and values; a list where no name for one stands is that of its categories."""
    data: dict[str, Any] = {}
    for number, value in enumerate(element):
        name = names[number] if number < len(names) else ""
        if isinstance(name, list):
            data |= dict(zip(map(str, name), value if isinstance(value, list) else [value], strict=False))
        elif isinstance(value, list):
            data["categories"] = value
        elif name:
            data[str(name)] = value
    return data


def geometry_of(data: dict[str, Any]) -> Geometry | None:
    """The line or outline of an element, else its point; None where neither makes sense."""
    feature = data.get("geoJSONFeature") or data.get("geoJSON")
    shape = feature.get("geometry") if isinstance(feature, dict) and feature.get("type") == "Feature" else feature
    for geometry in (shape, point_of(data)):
        try:
            if isinstance(geometry, dict) and (found := moved(geometry, None)):
                return found
        except MALFORMED:
            continue
    return None


def point_of(data: dict[str, Any]) -> Geometry | None:
    places = data["geo"] if isinstance(data.get("geo"), dict) else data
    lat, lon = (next((places[name] for name in group if name in places), None) for group in (LATITUDES, LONGITUDES))
    try:
        return {"type": "Point", "coordinates": [float(str(lon)), float(str(lat))]}
    except ValueError:
        return None
