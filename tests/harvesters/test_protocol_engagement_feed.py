"""Partners' XML feeds of missions: hardened, streamed, several addresses."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from harvesters.errors import PortalError
from harvesters.http import Answer
from harvesters.protocols.engagement_feed import parsed, probe
from harvesters.reading import Reading
from tests.harvesters.emulator import client_of, emulated, fixed, read_all
from tests.harvesters.real_files import DATA, needs_real_files
from tests.harvesters.test_formats_hostile import storable

ADDRESS = "<address><city><![CDATA[{}]]></city><location><lat>{}</lat><lon>{}</lon></location></address>"
MISSION = (
    "<mission><clientId>{}</clientId><title><![CDATA[Lire & écrire <b>ensemble</b>]]></title>"
    f"<addresses>{ADDRESS.format('Mons', 50.45, 3.95)}{ADDRESS.format('Namur', 50.46, 4.86)}</addresses></mission>"
)
FEED = f"<?xml version='1.0'?><source><publisher>P</publisher>{MISSION.format(1)}{MISSION.format(2)}</source>"
BOMB = "<!DOCTYPE s [<!ENTITY a 'aa'><!ENTITY b '&a;&a;'>]><source><mission><clientId>&b;</clientId></mission></source>"
OUTSIDE = "<!DOCTYPE s SYSTEM 'file:///etc/passwd'><source><mission><clientId>1</clientId></mission></source>"
DEEP = "<source><mission><clientId>1</clientId>" + "<a>" * 5000 + "</a>" * 5000 + "</mission></source>"
WIDE = "<source><mission><clientId>1</clientId>" + "<a/>" * 6000 + "</mission></source>"


def read_feed(body: str | bytes) -> tuple[list[str], Reading]:
    """The ids of the missions of a feed; what cannot be read in angle brackets."""
    data = body.encode() if isinstance(body, str) else body
    reading = Reading(lambda reading: parsed(Answer("https://example.org/feed.xml", data), reading))
    return [row.problem or str(row.data.get("clientId")) for row in reading], reading


def test_a_feed_is_read() -> None:
    with emulated(fixed({"/feed": FEED.encode()}, "text/xml")) as portal:
        rows, reading = read_all("engagement_feed", portal, "/feed")
    assert [(row.data["clientId"], row.data["title"]) for row in rows] == [
        ("1", "Lire & écrire <b>ensemble</b>"),
        ("2", "Lire & écrire <b>ensemble</b>"),
    ]
    assert rows[0].geometry == {"type": "MultiPoint", "coordinates": [[3.95, 50.45], [4.86, 50.46]]}
    assert reading.complete


@pytest.mark.parametrize(("body", "code"), [(BOMB, "bad-answer"), (OUTSIDE, "bad-answer"), ("{}", "not-xml")])
def test_bombs_and_others_are_refused(body: str, code: str) -> None:
    with pytest.raises(PortalError) as error:
        read_feed(body)
    assert error.value.code == code


@pytest.mark.parametrize("body", [DEEP, WIDE])
def test_a_record_that_is_too_large_costs_itself(body: str) -> None:
    ids, _ = read_feed(body.replace("</source>", MISSION.format(2) + "</source>"))
    assert (len(ids), ids[1], "larger than any record" in ids[0]) == (2, "2", True)


def test_a_feed_that_breaks_off_gives_what_was_whole() -> None:
    ids, reading = read_feed(FEED[:-40])
    assert (ids, reading.complete, "breaks off after 1" in reading.why_not) == (["1"], False, True)


def test_a_declared_encoding_is_read() -> None:
    body = "<?xml version='1.0' encoding='iso-8859-1'?><source><mission><clientId>é</clientId></mission></source>"
    assert read_feed(body.encode("latin-1"))[0] == ["é"]


def test_a_feed_tells_its_protocol() -> None:
    routes = {"/feed": FEED.encode(), "/rss": b"<rss><channel/></rss>"}
    with emulated(fixed(routes, "text/xml")) as portal, client_of(portal) as client:
        assert [probe(portal.url + path, client) is not None for path in ("/feed", "/rss", "/no")] == [
            True, False, False,
        ]  # fmt: skip


@given(st.lists(st.sampled_from(["<source>", "<mission>", "</mission>", "<a b='", "x", "&lt;", "&x;", "\x00", "]]>"])))
@example(["<mission/>"])
def test_nothing_but_rows_or_words(parts: list[str]) -> None:
    half = len(FEED) // 2
    body = (FEED[:half] + "".join(parts) + FEED[half:]).encode()
    reading = Reading(lambda reading: parsed(Answer("https://example.org/feed.xml", body), reading))
    try:
        assert storable([row.data for row in reading])
    except PortalError as error:
        assert str(error)
    else:
        assert reading.complete or reading.why_not


@needs_real_files
@pytest.mark.parametrize(("name", "places"), [("correct", "MultiPoint"), ("missing-logo", "Point")])
def test_real_feeds(name: str, places: str) -> None:
    body = (DATA / "missions" / f"partner-feed-format-{name}-feed.xml").read_bytes()
    reading = Reading(lambda reading: parsed(Answer("https://example.org/feed.xml", body), reading))
    (row,) = reading
    assert (row.data["clientId"], row.geometry and row.geometry["type"]) == ("32132143", places)
    assert reading.complete
