"""The tree of a filter as SQL. Every value is a parameter: what people write is never part of a statement."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, cast

from django.conf import settings
from django.utils.translation import gettext as _
from lark import Token, Tree

from portal.cql import literals
from portal.cql.columns import AREAL_ITEM, GEOMETRY, QUERYABLES, Term, Type
from portal.cql.literals import BadFilter

Node = Tree[Token]
FROM = (
    "portal_activity a JOIN portal_source s ON s.id = a.source_id LEFT JOIN geo_area r ON r.id = a.area_id"
)  # fmt: skip
"""What the aliases of a condition stand for."""

CASTS = {
    Type.TEXT: "text",
    Type.NUMBER: "numeric",
    Type.BOOLEAN: "boolean",
    Type.DATE: "date",
    Type.MOMENT: "timestamptz",
    Type.GEOMETRY: "geometry",
}
# Areas that no item names are not looked at: the gazetteer has 80,000 outlines.
NAMED = "EXISTS (SELECT 1 FROM portal_activity u WHERE u.area_id = g.id)"


@dataclass(frozen=True)
class Condition:
    """A condition over `FROM`, its values as named parameters."""

    sql: str
    params: dict[str, Any]

    def ids(self) -> tuple[str, list[Any]]:
        """The ids of the Activities that meet it, as SQL with parameters by position: what Django's ORM takes."""
        values: list[Any] = []

        def positional(found: re.Match[str]) -> str:
            values.append(self.params[found[1]])
            return "%s"

        return re.sub(r"%\((\w+)\)s", positional, f"SELECT a.id FROM {FROM} WHERE {self.sql}"), values


@dataclass
class Translation:
    """One filter on its way to SQL: the values met so far."""

    params: dict[str, Any] = field(default_factory=dict)

    def condition(self, tree: Node) -> Condition:
        return Condition(self._said(tree, negated=False), self.params)

    def _said(self, node: Node, *, negated: bool) -> str:
        parts = [child for child in node.children if isinstance(child, Tree)]
        match node.data:
            case "disjunction":
                return "(" + " OR ".join(self._said(part, negated=negated) for part in parts) + ")"
            case "conjunction":
                return "(" + " AND ".join(self._said(part, negated=negated) for part in parts) + ")"
            case "negation":
                return f"(NOT {self._said(parts[0], negated=not negated)})"
            case "truth":
                return self._value(str(node.children[0]).lower() == "true", Type.BOOLEAN).sql
            case "spatial":
                return self._spatial(node, negated=negated)
        return self._predicate(str(node.data), node, parts)

    def _predicate(self, name: str, node: Node, parts: list[Node]) -> str:
        terms = [self._term(part) for part in parts]
        positive = name.removeprefix("not_")
        match positive:
            case "comparison":
                return compared(terms[0], str(node.children[1]), terms[1])
            case "null":
                said = f"({terms[0].sql} IS NULL)"
            case "like":
                said = like(terms[0], self._pattern(parts[1], terms[1]))
            case "between":
                said = f"({compared(terms[0], '>=', terms[1])} AND {compared(terms[0], '<=', terms[2])})"
            case _:
                said = "(" + " OR ".join(compared(terms[0], "=", term) for term in terms[1:]) + ")"
        return f"(NOT {said})" if positive != name else said

    def _term(self, node: Node) -> Term:
        if node.data in ("casei", "accenti"):
            return self._folded(node)
        token = str(node.children[0])
        if node.data == "name":
            return named(token)
        read, type_ = LITERALS[str(node.data)]
        return self._value(read(token), type_)

    def _folded(self, node: Node) -> Term:
        inner = self._term(cast(Node, node.children[0]))
        if inner.type != Type.TEXT:
            raise BadFilter(_("« filter » : CASEI et ACCENTI ne vont qu’avec des textes."))
        return Term(f"{'lower' if node.data == 'casei' else 'unaccent'}({inner.sql})", Type.TEXT)

    def _value(self, value: object, type_: Type) -> Term:
        name = f"cql{len(self.params)}"
        self.params[name] = value
        return Term(f"%({name})s::{CASTS[type_]}", type_)

    def _pattern(self, node: Node, term: Term) -> Term:
        """A pattern that ends in its own escape character is an error for the database."""
        while node.data in ("casei", "accenti"):
            node = cast(Node, node.children[0])
        text = literals.string(str(node.children[0])) if node.data == "string" else ""
        if node.data != "string" or (len(text) - len(text.rstrip("\\"))) % 2:
            raise BadFilter(_("« filter » : LIKE demande un modèle entre apostrophes."))
        return term

    def _spatial(self, node: Node, *, negated: bool) -> str:
        function = "ST_" + str(node.children[0])[2:].capitalize()
        left, right = [self._shape(cast(Node, child)) for child in node.children[1:]]
        if GEOMETRY not in (left, right) or left == right:
            return f"{function}({left.sql}, {right.sql})"

        def met(geometry: str) -> str:
            return f"{function}({', '.join(geometry if one == GEOMETRY else one.sql for one in (left, right))})"

        # An array, not IN: with it the indexes of place and area are used together.
        areas = f"a.area_id = ANY(ARRAY(SELECT g.id FROM geo_area g WHERE {NAMED} AND {met('g.shape')}))"
        if negated:  # what has no place is neither in nor out
            return f"(CASE WHEN {AREAL_ITEM} THEN {areas} ELSE {met('a.geometry')} END)"
        return f"({met('a.geometry')} OR ({AREAL_ITEM} AND {areas}))"

    def _shape(self, node: Node) -> Term:
        if node.data == "wkt":
            return self._value(literals.shape(str(node.children[0])), Type.GEOMETRY)
        if node.data == "bbox":
            return self._value(literals.box([str(token) for token in node.children]), Type.GEOMETRY)
        term = named(str(node.children[0]))
        if term.type != Type.GEOMETRY:
            raise BadFilter(_("« filter » : « %s » n’est pas une géométrie.") % node.children[0])
        return term


LITERALS: dict[str, tuple[Callable[[str], object], Type]] = {
    "string": (literals.string, Type.TEXT),
    "number": (literals.number, Type.NUMBER),
    "boolean": (lambda token: token.lower() == "true", Type.BOOLEAN),
    "date": (literals.day, Type.DATE),
    "timestamp": (literals.moment, Type.MOMENT),
}


def named(token: str) -> Term:
    """The property of that name."""
    name = token.strip('"')
    if name not in QUERYABLES:
        detail = _("« filter » ne connaît pas la propriété « %(name)s » ; connaît : %(known)s.")
        raise BadFilter(detail % {"name": name[: literals.SHOWN], "known": ", ".join(QUERYABLES)})
    return QUERYABLES[name]


def compared(left: Term, operator: str, right: Term) -> str:
    """Of a list, `=` says that it holds the value. Days and moments are compared as days, in the site's zone."""
    if Type.LIST in (left.type, right.type):
        return _held(left, operator, right)
    if {left.type, right.type} == {Type.DATE, Type.MOMENT}:
        left, right = _as_day(left), _as_day(right)
    ordered = left.type not in (Type.BOOLEAN, Type.GEOMETRY) or operator in ("=", "<>")
    if left.type != right.type or left.type == Type.GEOMETRY or not ordered:
        detail = _("« filter » : « %(operator)s » ne compare pas %(left)s avec %(right)s.")
        raise BadFilter(detail % {"operator": operator, "left": word(left), "right": word(right)})
    return f"({left.sql} {operator} {right.sql})"


def _held(left: Term, operator: str, right: Term) -> str:
    if right.type == Type.LIST:
        left, right = right, left
    if right.type != Type.TEXT or operator not in ("=", "<>"):
        raise BadFilter(_("« filter » : une liste se compare par = ou <> avec un texte."))
    held = f"({right.sql} = ANY({left.sql}))"
    return held if operator == "=" else f"(NOT {held})"


def _as_day(term: Term) -> Term:
    if term.type == Type.DATE:
        return term
    return Term(f"({term.sql} AT TIME ZONE '{settings.TIME_ZONE}')::date", Type.DATE)


def like(left: Term, pattern: Term) -> str:
    if left.type != Type.TEXT:
        raise BadFilter(_("« filter » : LIKE ne va qu’avec des textes."))
    return f"({left.sql} LIKE {pattern.sql})"


def word(term: Term) -> str:
    """What a term is, in a sentence."""
    return {
        Type.TEXT: _("un texte"),
        Type.NUMBER: _("un nombre"),
        Type.BOOLEAN: _("vrai ou faux"),
        Type.DATE: _("une date"),
        Type.MOMENT: _("un instant"),
        Type.LIST: _("une liste"),
        Type.GEOMETRY: _("une géométrie"),
    }[term.type]
