"""Made-up histories of a site: portals that change, harvests, removals, decisions, corrections. The same for a seed."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import partial
from random import Random
from typing import Any
from uuid import UUID

from django.contrib.gis.geos import MultiPoint, MultiPolygon, Point
from django.db import transaction
from time_machine import Traveller

from geo.models import Area
from portal import removal, same, search
from portal.models import Activity, Decision, Removal, Run, Source
from portal.models.activity import public_id
from portal.staging import Stage
from portal.vocabularies import AREAL, LOCATED, STATUSES, Kind, Precision, Theme
from tests.factories import make_area, make_source
from tests.oracle.vocabulary import VOCABULARY

START = datetime(2026, 10, 1, 4, tzinfo=UTC)
KINDS = (Kind.MISSION, Kind.MISSION, Kind.PROJECT, Kind.PROJECT, Kind.INITIATIVE)
TOWN = (3.95, 50.45)
MOST = 14
"""Records of one portal from which on nothing more comes."""

Content = dict[str, Any]
Portal = dict[str, Content]


@dataclass
class History:
    """Sources, what their portals list now, and what was done so far, in words."""

    dice: Random
    clock: Traveller
    told: list[str] = field(default_factory=list)
    known: set[UUID] = field(default_factory=set)
    """Every public id that there ever was."""

    def __post_init__(self) -> None:
        self.now = START
        self.sources = [make_source(kind=kind, removal_percent=self.dice.choice([10, 60])) for kind in KINDS]
        self.areas = [make_area(centre=self._point(), radius_m=1_000 * (n + 1)) for n in range(3)]
        self.portals: dict[int, Portal] = {source.pk: {} for source in self.sources}
        self.gone: dict[int, Portal] = {source.pk: {} for source in self.sources}
        self.count = 0

    def step(self) -> None:
        """One thing that happens."""
        chances = {
            self.harvest: 10, self.wait: 4, self.decide_removal: 3, self.decide_same: 3, self.undecide: 1,
            self.erase: 1, self.purge: 1, self.rename: 2, self.redraw: 2, self.refresh_texts: 1, self.compare: 2,
            self.compare_all: 1,
        }  # fmt: skip
        chosen = self.dice.choices(list(chances), list(chances.values()))[0]
        self.told.append(f"{self.now:%m-%d} {chosen.__name__} {chosen() or ''}")

    def harvest(self) -> str:
        """A run of one source: complete or not, with or without what follows it."""
        source = Source.objects.get(pk=self.dice.choice(self.sources).pk)
        self._change(source)
        complete, followed = self.dice.random() < 0.75, self.dice.random() < 0.8
        erased = removal.erased_ids(source) if self.dice.random() < 0.7 else set()
        listed = [one for one in self._listed(source) if one.source_record_id not in erased]
        if not complete:
            listed = listed[: len(listed) // 2]
        self.dice.shuffle(listed)
        self._run(source, listed, complete)
        if followed:
            removal.purge(source)
            search.refresh()
            same.update(source)
        return f"{source.slug}: {len(listed)} {'complete' if complete else 'partial'} {'followed' if followed else ''}"

    def _run(self, source: Source, listed: list[Activity], complete: bool) -> None:
        status = Run.Status.COMPLETE if complete else Run.Status.PARTIAL
        run = Run.objects.create(source=source, started=self.now, status=status)
        with Stage(source) as stage, transaction.atomic():
            stage.add(listed)
            removal.lock(source)
            difference = stage.apply(run.started)
            run.created, run.updated, run.unchanged = difference.created, difference.updated, difference.unchanged
            removal.restore(run, stage.relisted())
            run.created -= len(removal.respect_tombstones(source))
            run.read = run.created + run.updated + run.unchanged
            if complete:
                removal.mark(run, stage.missing())
                removal.conclude(run, doubtful=self.dice.random() < 0.1)
                Source.objects.filter(pk=source.pk).update(confirmed=run.started)
            run.save()
        self.known |= {public_id(source.uid, one.source_record_id) for one in listed}

    def _change(self, source: Source) -> None:
        """What the portal did since: some records came, changed, left or came back."""
        portal, gone = self.portals[source.pk], self.gone[source.pk]
        for _ in range(self.dice.randint(1, 5) if len(portal) < MOST else 0):
            self.count += 1
            portal[f"r{self.count}"] = self._twin(source) or self._content(source)
        for record_id in self._some(portal, 2):
            draws: list[Callable[[], Content]] = [self._texts, self._place, self._dates, partial(self._filed, source)]
            portal[record_id] = portal[record_id] | self.dice.choice(draws)()
        for record_id in self._some(portal, self.dice.choice([0, 1, 2, 9])):
            gone[record_id] = portal.pop(record_id)
        for record_id in self._some(gone, self.dice.choice([0, 0, 1, 3])):
            portal[record_id] = gone.pop(record_id)

    def _some(self, portal: Portal, most: int) -> list[str]:
        return self.dice.sample(sorted(portal), min(self.dice.randint(0, most), len(portal)))

    def _listed(self, source: Source) -> list[Activity]:
        fixed = {"source": source, "licence": source.licence, "source_url": "https://portal.example/x"}
        return [
            Activity(source_record_id=record_id, **fixed, **content)
            for record_id, content in self.portals[source.pk].items()
        ]

    def _twin(self, source: Source) -> Content | None:
        """Now and then what another portal of the same kind lists too."""
        theirs = [
            content
            for other in self.sources
            if other.pk != source.pk and other.kind == source.kind
            for content in self.portals[other.pk].values()
        ]
        return {**self.dice.choice(theirs), **self._dates()} if theirs and self.dice.random() < 0.4 else None

    def _content(self, source: Source) -> Content:
        return {"kind": source.kind, **self._texts(), **self._place(), **self._dates(), **self._filed(source)}

    def _texts(self) -> Content:
        lang = self.dice.choice(list(VOCABULARY))
        title, summary = (" ".join(self.dice.choices(VOCABULARY[lang], k=number)) for number in (5, 3))
        return {"title": title, "summary": summary, "lang": lang}

    def _filed(self, source: Source) -> Content:
        themes = [str(theme) for theme in self.dice.sample(list(Theme), self.dice.randint(0, 2))]
        return {"status": self.dice.choice(STATUSES[Kind(source.kind)]), "themes": themes}

    def _dates(self) -> Content:
        starts = START + timedelta(days=self.dice.randrange(60))
        return self.dice.choice(
            [{"starts": starts, "ends": starts + timedelta(days=3)}, {"starts": None, "ends": None}]
        )

    def _place(self) -> Content:
        precision = self.dice.choice([*LOCATED, *Precision])
        point, other = self._point(), self._point()
        shape = self.dice.choice([point, point, MultiPoint(point, other, srid=4326)])
        return {
            "precision": precision,
            "geometry": shape if precision in LOCATED else None,
            "area": self.dice.choice(self.areas) if precision in AREAL else None,
        }

    def _point(self) -> Point:
        return Point(TOWN[0] + self.dice.gauss(0, 0.05), TOWN[1] + self.dice.gauss(0, 0.03), srid=4326)

    def wait(self) -> str:
        """Days go by; now and then so many that what was withdrawn cannot come back."""
        days = self.dice.choice([1, 3, 7, 7, 8, 31])
        self.now += timedelta(days=days)
        self.clock.move_to(self.now, tick=False)
        return f"{days} days"

    def decide_removal(self) -> str:
        """A person decides on the latest removals, in time or too late."""
        for found in Removal.objects.all()[: self.dice.randint(1, 2)]:
            with suppress(removal.NotPossible):
                self.dice.choice([removal.accept, removal.accept, removal.undo, removal.dismiss])(found, "Ana")
        return ""

    def decide_same(self) -> str:
        """A person says of two records that they are one thing, or are not."""
        found = list(Activity.objects.order_by("public_id"))
        if len(found) < 2:
            return "nothing"
        left, right = self.dice.sample(found, 2)
        are_same = self.dice.random() < 0.7
        same.decide(left, right, same=are_same)
        return f"{left.public_id} {right.public_id} {are_same}"

    def undecide(self) -> str:
        """A person takes a word back."""
        for decision in Decision.objects.order_by("pk")[:1]:
            pair = list(Activity.objects.filter(public_id__in=(decision.left, decision.right)))
            if len(pair) == 2:
                same.withdraw_decision(*pair)
        return ""

    def erase(self) -> str:
        """Somebody asks that a record be gone for ever, wherever it stands."""
        if not self.known:
            return "nothing"
        chosen = self.dice.choice(sorted(self.known))
        removal.erase(chosen)
        return str(chosen)

    def purge(self) -> str:
        return str(sum(removal.purge(source) for source in Source.objects.all()))

    def rename(self) -> str:
        """An operator corrects what a source is called, and where its licence is."""
        source = Source.objects.get(pk=self.dice.choice(self.sources).pk)
        source.title = f"Source {self.dice.randrange(1_000)}"
        source.licence_url = f"https://licence.example/{self.dice.randrange(1_000)}"
        source.save()
        return source.slug

    def redraw(self) -> str:
        """An area gets another outline."""
        area = Area.objects.get(pk=self.dice.choice(self.areas).pk)
        area.outline = MultiPolygon(self._point().buffer(self.dice.uniform(0.005, 0.05)), srid=4326)
        area.shape = area.outline
        area.save()
        return area.code

    def refresh_texts(self) -> str:
        return str(search.refresh())

    def compare(self) -> str:
        return str(same.update())

    def compare_all(self) -> str:
        return str(same.rebuild())
