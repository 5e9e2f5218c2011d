"""Decidim's GraphQL (decidim/decidim, `docs/.../api`): proposals, projects and meetings, with their places.

`address`: the platform's (`https://www.decidim.barcelona`). Options:

- `what`: `proposals` (the default), `projects` (of budgets) or `meetings`;
- `space`: the slug of a process or assembly, or several; `component`: the id of a component, or several.

Pages of 50 by cursor, which is the most there is; 100 requests a minute, then 429 and a pause. Fields differ from
version to version: what a platform does not know is left out and told (`dialects/decidim.py`). Columns have the names
of the CSV export (`title/fr`, `body/fr`, `scope/name/fr`, `latitude`), `url` is made where it is not given; `_space`
and `_component` are the ids of where a record is. Bodies are HTML that nobody has cleaned yet.
"""

from collections.abc import Iterator
from typing import Any

from harvesters.dialects.decidim import KINDS, Kind, Platform, Question, columns, texts
from harvesters.errors import PortalError
from harvesters.http import Client
from harvesters.portals import DATASETS_MAX, Dataset, Portal
from harvesters.portals.asking import tried
from harvesters.protocols.decidim import point_of, site_of
from harvesters.reading import Reading, Row
from portal.models import Source

PAGES_MAX = 2_000
Space = dict[str, Any]
Component = tuple[Space, dict[str, Any]]


def read(source: Source, client: Client) -> Reading:
    return Reading(lambda reading: rows(source, client, reading))


def probe(address: str, client: Client) -> Portal | None:
    site = site_of(address)
    answer = tried(lambda: Platform(site, client).ask("{ decidim { version applicationName } }"))
    found = answer[0].get("decidim") if answer else None
    if not isinstance(found, dict):
        return None
    version = found.get("version") or "of a version it hides"
    return Portal(
        "decidim_graphql", site, title=str(found.get("applicationName") or ""), evidence=f"Decidim {version}."
    )


def datasets(address: str, client: Client) -> Iterator[Dataset]:
    """The components of a platform that hold proposals, projects or meetings."""
    site = site_of(address)
    count = 0
    for what, kind in KINDS.items():
        for space, component in components(Platform(site, client), kind, {}):
            number = str(component.get("id"))
            title = ": ".join(filter(None, (any_text(space.get("title")), any_text(component.get("name")))))
            count += 1
            if count <= DATASETS_MAX:
                yield Dataset(
                    id=f"component/{number}",
                    title=title,
                    protocol="decidim_graphql",
                    address=site,
                    options={"what": what, "component": number},
                    page=f"{page_of(site, space)}/f/{number}/",
                )


def any_text(value: Any) -> str:
    return next((str(text) for text in texts("", value).values() if text), "")


def rows(source: Source, client: Client, reading: Reading) -> Iterator[Row]:
    site, what = site_of(source.address), str(source.options.get("what") or "proposals")
    if what not in KINDS:
        raise PortalError("bad-option", f"The option `what` is one of: {', '.join(KINDS)}.")
    platform, question = Platform(site, client), Question(KINDS[what])
    found = components(platform, KINDS[what], source.options)
    if not found:
        raise PortalError("no-dataset", f"{site} has no component with {what} that fits the options.")
    position = 0
    for space, component in found:
        try:
            for record in records(platform, question, str(component["id"]), reading):
                position += 1
                yield row_of(position, record, site, space, component, KINDS[what])
        except PortalError as error:
            if error.code == "busy" or len(found) == 1:
                raise
            reading.note(error.what)
            reading.stop(str(error))


def components(platform: Platform, kind: Kind, options: dict[str, Any]) -> list[Component]:
    """The components that hold such records, with their space. Raises PortalError."""
    spaces, numbers = wanted(options.get("space")), wanted(options.get("component"))
    return [
        (space, component)
        for space in platform.spaces()
        for component in space.get("components") or []
        if isinstance(component, dict)
        and component.get("__typename") == kind.component
        and (not spaces or str(space.get("slug")) in spaces)
        and (not numbers or str(component.get("id")) in numbers)
    ]


def wanted(option: Any) -> set[str]:
    return set(map(str, option if isinstance(option, list) else [option])) if option else set()


def records(platform: Platform, question: Question, component: str, reading: Reading) -> Iterator[Any]:
    """The records of one component, page by page. Raises PortalError (portal-error, repeated-page)."""
    after, cursors, seen = None, set(), set[str]()
    for _ in range(PAGES_MAX):
        page = question.ask(platform, component, after, reading)
        for record in spread(page["nodes"], question.kind):
            number = str(record.get("id")) if isinstance(record, dict) else ""
            if not number or number not in seen:
                yield record
            seen.add(number)
        info = page.get("pageInfo")
        if not isinstance(info, dict) or not info.get("hasNextPage"):
            return
        after = str(info.get("endCursor"))
        if after in cursors:
            raise PortalError("repeated-page", f"Component {component} gave the same page twice.")
        cursors.add(after)
    reading.stop(f"More than {PAGES_MAX} pages of component {component} were not asked for.")


def spread(nodes: list[Any], kind: Kind) -> Iterator[Any]:
    """The records of a page; of budgets, their projects, with the budget's id as `_budget`."""
    for node in nodes:
        if not kind.is_budget or not isinstance(node, dict):
            yield node
            continue
        projects = node.get("projects")
        for project in projects if isinstance(projects, list) else []:
            yield project | {"_budget": node.get("id")} if isinstance(project, dict) else project


def row_of(position: int, record: Any, site: str, space: Space, component: dict[str, Any], kind: Kind) -> Row:
    if not isinstance(record, dict):
        return Row(position, {}, problem="The platform gave nothing where a record should be.")
    budget = record.get("_budget")
    data = columns({name: value for name, value in record.items() if not name.startswith("_")})
    page = kind.page.format(id=record.get("id"), budget=budget)
    ours = {
        "url": data.get("url") or f"{page_of(site, space)}/f/{component['id']}/{page}",
        "budget/id": budget,
        "_space": space.get("slug"),
        "_component": str(component["id"]),
    }
    return Row(position, data | ours, point_of(data))


def page_of(site: str, space: Space) -> str:
    return f"{site}/{space['_path']}/{space.get('slug')}"
