"""A Proposal out of some rows: what they mean, where they are, what a person said against it, what is to be asked."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import unquote, urlsplit

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from geo.models import Area
from harvesters.discovery import corrections as said
from harvesters.discovery import position, territory
from harvesters.discovery.choices import TRANSLATED, translated, words_to_translate
from harvesters.discovery.columns import Column, columns_of
from harvesters.discovery.corrections import ACCEPTED, PLACE
from harvesters.discovery.drafting import Draft, Meaning
from harvesters.discovery.ground import Ground, ground_of
from harvesters.discovery.kinds import SURE_FROM as KIND_SURE_FROM
from harvesters.discovery.kinds import kind_of
from harvesters.discovery.labels import in_words
from harvesters.discovery.land import zone_of
from harvesters.discovery.languages import language_of
from harvesters.discovery.meaning import SURE_FROM, choose, guesses
from harvesters.discovery.proposal import Finding, Proposal, Question
from harvesters.discovery.sample import Sample
from harvesters.discovery.systems import Position
from harvesters.discovery.telling import joined
from harvesters.discovery.trying import try_out
from harvesters.mapping.checks import check_filter, check_mapping
from harvesters.portals import Dataset, Portal
from portal.models import Source
from portal.vocabularies import Kind

TOWNS_FROM = 0.35
NEEDED = {
    "title": gettext_lazy("Comment s’appelle cette source ?"),
    "licence": gettext_lazy("Sous quelle licence est-ce publié ?"),
    "publisher": gettext_lazy("Qui le publie ?"),
    "mapping.id": gettext_lazy("Quelle colonne identifie une fiche, ou lesquelles ensemble ?"),
    "mapping.title": gettext_lazy("Quelle colonne est le titre ?"),
}
VALUES_SHOWN = 5
PUBLISHER = 0.7
VALUE_LENGTH = 80


@dataclass
class Making:
    """A proposal in the making: `proposal()` gives it. told: what a person said, its values read."""

    source: Source
    portal: Portal
    entry: Dataset | None
    sample: Sample
    told: dict[str, Any]
    findings: list[Finding] = field(default_factory=list)
    questions: list[Question] = field(default_factory=list)

    def proposal(self) -> Proposal:
        rows = self.sample.rows
        columns = columns_of(rows)
        meaning = choose(columns)
        ground = self._ground(columns, meaning)
        found = position.find(rows, columns, ground)
        self._say_form()
        points = list(found.best.points.values()) if found.best else []
        country = self._territory(points, ground)
        self._language(columns, meaning)
        kind = self._kind(meaning, columns)
        used = {
            name
            for key in ("lat", "lon", "point")
            for name in _names(found.best.mapping.get(key) if found.best else None)
        }
        draft = Draft([column for column in columns if column.name not in used], meaning, kind, country)
        self._position(found, draft)
        draft.identify()
        draft.entitle()
        draft.fill()
        self.source.mapping = draft.mapping
        self.findings += draft.findings
        self.questions += draft.questions
        self._licence()
        self._title()
        self._correct(columns)
        return self._finished(columns)

    def _ground(self, columns: Sequence[Column], meaning: Meaning) -> Ground:
        """What the rows say of where they are; columns whose name says nothing may still name towns."""
        towns = [guess.column for guess in guesses("commune", columns) if guess.confidence >= TOWNS_FROM][:2]
        towns += [guess.column for guess in meaning.get("area", ())[:1]]
        codes = [guess.column for guess in meaning.get("postal_code", ())[:1]]
        addresses = [guess.column for guess in meaning.get("address", ())[:1]]
        ground = ground_of(towns, codes, addresses, self.source.address)
        for code in self.source.territory:
            ground.countries[code[:2].upper()] += 1
        return ground

    def _say_form(self) -> None:
        way = self.portal
        evidence = way.evidence or _("le portail le dit")
        is_raw = bool(way.evidence) and way.protocol != "file" and "protocol" not in self.told
        self.findings.append(Finding("protocol", self.source.protocol, way.confidence, evidence, is_raw=is_raw))
        for name, value in self.sample.form.items():
            note = next((note for note in self.sample.notes if name.split("_")[0] in note), "")
            evidence = note or _("d’après le fichier lui-même")
            self.findings.append(Finding(f"options.{name}", value, 0.95, evidence, is_raw=bool(note)))

    def _territory(self, points: Sequence[Position], ground: Ground) -> str:
        """Set the territory and the time zone; gives the country's ISO code, or ""."""
        if not self.source.territory:
            found = territory.find(self.source, points, ground)
            self.source.territory = found.codes
            self.findings.append(Finding("territory", found.codes, found.confidence, found.evidence))
            if not found.is_sure and ground.is_known:
                text = _("Quel territoire ces fiches concernent-elles ? (%(evidence)s)") % {"evidence": found.evidence}
                self.questions.append(Question("territory", text, found.codes))
        area = Area.objects.filter(code__in=self.source.territory).first()
        country = area.country if area else next(iter(ground.likely), "")
        zone, sure = zone_of(country)
        if zone and "timezone" not in self.told:
            self.source.timezone = zone
            self.findings.append(
                Finding("timezone", zone, sure, _("l’heure de ce pays : %(country)s") % {"country": country})
            )
        return country

    def _language(self, columns: Sequence[Column], meaning: Meaning) -> None:
        if "lang" in self.told:
            return
        texts = [
            text for name in ("description", "title") for one in meaning.get(name, ())[:1] for text in one.column.texts
        ]
        texts = texts or [text for column in columns for text in column.texts[:20]]
        lang, sure = language_of(texts)
        if lang:
            self.source.lang = lang
            self.findings.append(Finding("lang", lang, sure, _("par les petits mots les plus courants de ses textes")))

    def _kind(self, meaning: Meaning, columns: Sequence[Column]) -> Kind:
        keywords = " ".join([*self.entry.keywords, self.entry.description[:500]]) if self.entry else ""
        words = f"{self.source.title} {keywords} {unquote(urlsplit(self.source.address).path)}"
        kind, sure, evidence = kind_of(words, meaning, columns)
        self.findings.append(
            Finding("kind", kind.value, sure, evidence, tuple(one.value for one in Kind if one != kind))
        )
        if "kind" in self.told and self.told["kind"] != ACCEPTED:
            return Kind(self.source.kind)
        self.source.kind = kind.value
        if sure < KIND_SURE_FROM:
            text = _("Ces fiches sont-elles de la nature « %(kind)s » ? (%(evidence)s)")
            text %= {"kind": kind.label, "evidence": evidence}
            self.questions.append(Question("kind", text, kind.value, tuple(one.value for one in Kind if one != kind)))
        return kind

    def _position(self, found: position.Positions, draft: Draft) -> None:
        best = found.best
        if best is None:
            if any("geometr" in column.name.lower() for column in draft.columns) or found.remarks:
                text = _("Il semble y avoir des coordonnées, que nous n’avons pas comprises : dites où elles sont.")
                draft.ask("mapping.position", text)
            self.findings.append(Finding("mapping.position", None, 0.0, _("aucune colonne ne contient de coordonnées")))
            return
        others = tuple(one.words for one in found.others[:3])
        self.findings.append(Finding("mapping.position", best.words, best.confidence, best.evidence, others))
        for name, spec in best.mapping.items():
            draft.mapping[name] = spec
        if best.form.kind == "geometry" and best.epsg != 4326:
            self.source.options["crs"] = f"EPSG:{best.epsg}"
        unusable = best.form.kind == "geometry" and best.is_swapped
        if best.confidence < SURE_FROM or unusable:
            words = _("les géométries ne peuvent pas être retournées") if unusable else ""
            text = _("Le lieu est-il ici : %(position)s ? (%(evidence)s)")
            text %= {"position": best.words, "evidence": joined([best.evidence, words])}
            draft.ask("mapping.position", text, best.words, others)

    def _licence(self) -> None:
        """What the rows' own portal says of their dataset, else a person must type it."""
        first = self.sample.rows[0].data if self.sample.rows else {}
        self.source.licence = self.source.licence or str(first.get("_dataset_licence") or "")[:200]
        self.source.page = self.source.page or str(first.get("_dataset_url") or "")
        for name in ("licence", "publisher"):
            value = getattr(self.source, name)
            if value:
                if name not in self.told:
                    self.findings.append(Finding(name, value, 0.9, _("le portail le dit")))
            else:
                self.questions.append(Question(name, str(NEEDED[name])))

    def _title(self) -> None:
        """A name that nothing but the address gave is asked about."""
        if self.told.get("title"):
            return
        title = self.source.title
        said = self.entry.title if self.entry else self.portal.title
        if said and said not in unquote(self.source.address):
            self.findings.append(Finding("title", title, 0.9, _("le portail le dit")))
        else:
            text = _("Cette source s’appelle-t-elle « %(title)s » ? Ce nom vient de l’adresse.") % {"title": title}
            self.questions.append(Question("title", text, title))

    def _correct(self, columns: Sequence[Column]) -> None:
        """Put what a person said over what was found; whatever was said is no question any more."""
        mapping = self.source.mapping
        fields = said.of(self.told, "mapping")
        if any(fields.get(name, ACCEPTED) != ACCEPTED for name in PLACE):
            for name in PLACE:
                mapping.pop(name, None)
        for name, value in fields.items():
            if said.is_left_out(value):
                mapping.pop(name, None)
            elif value != ACCEPTED:
                mapping[name] = translated(name, value, columns, Kind(self.source.kind))
            self._answered(f"mapping.{name}", mapping.get(name))
        for name in filter(said.is_own, self.told):
            self._answered(name, getattr(self.source, name))
        self._ask_currency()

    def _ask_currency(self) -> None:
        """An amount without a currency means nothing, and neither does a currency without an amount."""
        mapping = self.source.mapping
        if "budget" not in mapping:
            mapping.pop("currency", None)
            self.questions = [one for one in self.questions if one.field != "mapping.currency"]
        elif "currency" not in mapping and "mapping.currency" not in {one.field for one in self.questions}:
            text = _("En quelle monnaie est « %(column)s » ? Trois lettres (EUR), ou laissez le montant de côté.")
            column = in_words(mapping["budget"])
            self.questions.append(Question("mapping.currency", text % {"column": column}))

    def _answered(self, name: str, value: Any) -> None:
        """No question any more, and as sure as a person is; but what a source cannot be without stays asked."""
        if name in NEEDED and not value:
            if name not in {one.field for one in self.questions}:
                self.questions.append(Question(name, str(NEEDED[name])))
            return
        place = name.removeprefix("mapping.") in PLACE
        self.questions = [
            one for one in self.questions if not (one.field == name or (place and "position" in one.field))
        ]
        found = next((one for one in self.findings if one.field == name), None)
        self.findings = [one for one in self.findings if one.field != name]
        if value is None and found is not None:
            value = found.value
        others = found.alternatives if found else ()
        self.findings.append(Finding(name, value, 1.0, _("dit par vous"), others, is_said=True))

    def _finished(self, columns: Sequence[Column]) -> Proposal:
        source = self.source
        source.enabled = not self.questions and source.enabled
        check_filter(source.filter)
        if {"id", "title"} <= set(source.mapping) and not any("currency" in one.field for one in self.questions):
            check_mapping(source.mapping, Kind(source.kind))
        result = Proposal(source, self.findings, self.questions)
        result.rows = self.sample.rows[:10]
        result.columns = {column.name: _shown(column) for column in columns}
        result.words = {name: words_to_translate(source.mapping.get(name), columns) for name in TRANSLATED}
        result.remarks = [*self.sample.notes]
        try_out(result, self.sample)
        return result


def _names(spec: Any) -> list[str]:
    column = spec.get("column") if isinstance(spec, dict) else spec
    return [column] if isinstance(column, str) else []


def _shown(column: Column) -> list[str]:
    return [text[:VALUE_LENGTH] for text in column.counts][:VALUES_SHOWN]
