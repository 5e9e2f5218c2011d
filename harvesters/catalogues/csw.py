"""A CSW, asked: what it can, its records page by page, one record by its id."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from harvesters import sandbox
from harvesters.catalogues import csw_answers
from harvesters.catalogues.documents import say_nameless
from harvesters.catalogues.entry import Entry, entry_from
from harvesters.errors import PortalError
from harvesters.http import Answer, Client, refuse_page
from harvesters.http.session import check_address, shown
from harvesters.portals import DATASETS_MAX
from harvesters.portals.asking import split_query, with_query
from harvesters.reading import Reading

PAGE = 100
PAGES_MAX = 5_000
# Of answers, the fullest first: ISO 19139, ISO 19115-3, Dublin Core of either version.
SCHEMAS = (
    "http://www.isotc211.org/2005/gmd",
    "http://standards.iso.org/iso/19115/-3/mdb/2.0",
    "http://www.opengis.net/cat/csw/2.0.2",
    "http://www.opengis.net/cat/csw/3.0",
)
VERSIONS = {"2.0.2": "csw:Record", "3.0.0": "csw30:Record"}
# Of an address, what belongs to one question and not to the service.
OF_A_QUESTION = {
    "service", "version", "acceptversions", "request", "id", "elementsetname", "outputschema", "outputformat",
    "typenames", "resulttype", "startposition", "maxrecords", "constraint", "constraintlanguage", "sortby", "q",
    "constraint_language_version", "namespace", "sections",
}  # fmt: skip
Told = dict[str, Any]
SAVED = b"GetRecordsResponse"
HEAD_BYTES = 4_096


def service_of(address: str) -> tuple[str, str]:
    """The address of the service, and the record that the question in it asks for ("" for none)."""
    check_address(address.strip())
    base, asked = split_query(address)
    lowered = {name.lower(): value for name, value in asked.items()}
    kept = {name: value for name, value in asked.items() if name.lower() not in OF_A_QUESTION}
    return with_query(base, kept), lowered.get("id", "")


class Csw:
    """One service. `options` are those of the source: version, schema, query, constraint."""

    def __init__(self, address: str, client: Client, options: Mapping[str, Any], languages: Sequence[str]) -> None:
        self.address, _ = service_of(address)
        self.client = client
        self.options = options
        self.languages = list(languages)
        self.is_sorted = True
        self.version = str(options.get("version") or "")
        self.schema = str(options.get("schema") or "")
        self.saved: Told | None = None

    def capabilities(self) -> Told:
        """What the service can; nothing, and `saved`, where a page of answers lies as a file. Raises PortalError."""
        answer = self.asked(request="GetCapabilities", version=self.version or "2.0.2")
        if is_saved(answer):
            self.saved = self.records(answer)
            return {"title": "", "versions": [], "schemas": []}
        if b"/cat/csw" not in answer.body and b"Exception" not in answer.body:
            raise PortalError("portal-error", f"{shown(self.address)} does not describe itself as a CSW does.")
        return sandbox.run(csw_answers.capabilities, answer.body)

    def settle(self) -> None:
        """Find out the version to speak and the form of records to ask for."""
        if self.version and self.schema:
            return
        can = self.capabilities()
        known = [version for version in VERSIONS if version in can["versions"]]
        self.version = self.version or (known[0] if known else "2.0.2")
        self.schema = self.schema or next((schema for schema in SCHEMAS if schema in can["schemas"]), SCHEMAS[2])

    def asked(self, **parameters: Any) -> Answer:
        answer = self.client.get(self.address, {"service": "CSW"} | parameters)
        refuse_page(answer)
        return answer

    def one(self, name: str) -> Entry:
        """One record by its id. Raises PortalError."""
        self.settle()
        if self.saved is not None:
            return self.saved_one(self.saved, name)
        answer = self.asked(
            request="GetRecordById", version=self.version, id=name, elementSetName="full", outputSchema=self.schema
        )
        told = self.records(answer)
        if not told["datasets"]:
            raise PortalError("no-dataset", f"{shown(self.address)} has no record {shown(name)} that can be read.")
        return entry_from(told["datasets"][0])

    def saved_one(self, told: Told, name: str) -> Entry:
        found = next((entry for entry in map(entry_from, told["datasets"]) if entry.id == name), None)
        if found is None:
            raise PortalError("no-dataset", f"{shown(self.address)} has no record {shown(name)} that can be read.")
        return found

    def entries(self, reading: Reading) -> Iterator[Entry]:
        """All records that match, each once. Raises PortalError."""
        self.settle()
        seen: set[str] = set()
        start, matched, nameless, unknown = 1, 0, 0, 0
        for _ in range(PAGES_MAX):
            page = self.page(start, reading)
            matched = max(matched, page["matched"] or 0)
            fresh = [entry for entry in map(entry_from, page["datasets"]) if entry.id not in seen]
            if page["datasets"] and not fresh:
                raise PortalError(
                    "repeated-page", f"{shown(self.address)} gave the same records twice, from {start} on."
                )
            seen.update(entry.id for entry in fresh)
            nameless, unknown = nameless + page["nameless"], unknown + page["unknown"]
            yield from fresh
            following = next_record(page, start)
            if following is None or len(seen) >= DATASETS_MAX:
                break
            start = following
        self.say(reading, matched, len(seen), nameless, unknown)

    def say(self, reading: Reading, matched: int, came: int, nameless: int, unknown: int) -> None:
        say_nameless(nameless, reading)
        if unknown:
            reading.note(f"{unknown} records of the catalogue are of a form that is not read.")
        if came + nameless + unknown < matched:
            reading.stop(f"The catalogue announced {matched} records and {came + nameless + unknown} came.")

    def page(self, start: int, reading: Reading) -> Told:
        """One page, sorted where the service consents: unsorted pages lose and double records."""
        if self.saved is not None:
            return self.saved | {"next": 0}  # a file has no second page
        try:
            return self.records(self.asked(**self.question(start)))
        except PortalError as error:
            if not self.is_sorted or start > 1 or error.code not in ("portal-error", "http-status"):
                raise
            self.is_sorted = False
            told = self.records(self.asked(**self.question(start)))
            reading.note("The catalogue refuses to sort its records: a page may repeat or miss some.")
            return told

    def question(self, start: int) -> Told:
        prefix = VERSIONS.get(self.version, "csw:Record")
        asked: Told = {
            "request": "GetRecords", "version": self.version, "typeNames": prefix, "resultType": "results",
            "elementSetName": "full", "outputSchema": self.schema, "startPosition": start, "maxRecords": PAGE,
        }  # fmt: skip
        if self.is_sorted:
            asked["sortBy"] = "dc:identifier:A"
        if constraint := self.constraint():
            asked |= {
                "constraint": constraint,
                "constraintLanguage": "CQL_TEXT",
                "constraint_language_version": "1.1.0",
            }
        return asked

    def constraint(self) -> str:
        """The filter of the source in CQL: as it stands, or made of the words of `query`."""
        words = str(self.options.get("query") or "").replace("'", "''").replace("%", "")
        return str(self.options.get("constraint") or (f"csw:AnyText like '%{words}%'" if words else ""))

    def records(self, answer: Answer) -> Told:
        return sandbox.run(csw_answers.records, answer.body, self.address, self.languages)


def is_saved(answer: Answer) -> bool:
    """Whether it is a page of records, whatever was asked: a file that somebody saved."""
    return SAVED in answer.body[:HEAD_BYTES]


def next_record(page: Told, start: int) -> int | None:
    """Where the next page begins; None at the end. Raises PortalError for a server that goes back."""
    following, matched = page["next"], page["matched"]
    end = start + int(page["count"])
    if not page["count"] or following == 0 or (matched is not None and max(end, following or 0) > matched):
        return None
    if following is not None and following <= start:
        raise PortalError("repeated-page", f"The catalogue's next page begins at {following}, before this one's end.")
    return following or end
