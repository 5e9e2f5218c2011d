"""Records of an XML document, one at a time: bounded, no entity or document type ever read, no address opened."""

from collections.abc import Collection, Iterator
from io import BytesIO
from typing import Any
from xml.etree.ElementTree import Element, ParseError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import iterparse

from harvesters.errors import PortalError
from harvesters.http import Answer, refuse_page, shown
from harvesters.reading import Reading, Row

DEPTH_MAX = 12
ELEMENTS_MAX = 5_000
NOT_XML = (ParseError, ValueError, LookupError)


def xml_rows(answer: Answer, names: Collection[str], reading: Reading) -> Iterator[Row]:
    """A row for each element of one of these names, wherever it stands.

    An element with others in it is a table of them by their names (without namespace), one that comes several times a
    list; attributes are left out. Raises PortalError (html-instead, empty, bad-answer, not-xml).
    """
    refuse_page(answer)
    if answer.broken:
        reading.stop(answer.broken)
    position = 0
    try:
        for position, value in enumerate(records(answer.body, names), start=1):
            problem = "" if isinstance(value, dict) else "The element is larger than any record is, or empty."
            yield Row(position, value if isinstance(value, dict) else {}, problem=problem)
    except DefusedXmlException as error:
        what = f"{shown(answer.url)} holds a document type or entities of its own, which are not read."
        raise PortalError("bad-answer", what) from error
    except NOT_XML as error:
        if not position:
            raise PortalError("not-xml", f"{shown(answer.url)} did not answer with XML ({error}).") from error
        reading.stop(f"The XML breaks off after {position} whole records ({error}).")


def records(body: bytes, names: Collection[str]) -> Iterator[Any]:
    """The plain value of each element of one of these names; None for one that is too large."""
    opened: list[Element] = []
    record: Element | None = None
    depth = count = 0
    for event, element in iterparse(BytesIO(body), events=("start", "end"), forbid_dtd=True):
        if event == "start":
            opened.append(element)
            if record is None and local(element) in names:
                record, depth, count = element, len(opened), 0
            count += record is not None
            if len(opened) - depth > DEPTH_MAX and record is not None:
                count = ELEMENTS_MAX + 1
            continue
        opened.pop()
        is_whole = count <= ELEMENTS_MAX
        if record is not None and element is record:
            yield plain(record) if is_whole else None
            record = None
        if opened and (record is None or not is_whole):
            opened[-1].remove(element)  # nothing is kept of what was read


def local(element: Element) -> str:
    return element.tag.rpartition("}")[2]


def plain(element: Element) -> Any:
    """The text of an element, or a table of what is in it."""
    if not len(element):
        return (element.text or "").strip()
    value: dict[str, Any] = {}
    for child in element:
        name, inner = local(child), plain(child)
        if name in value:
            earlier = value[name]
            value[name] = [*earlier, inner] if isinstance(earlier, list) else [earlier, inner]
        else:
            value[name] = inner
    return value
