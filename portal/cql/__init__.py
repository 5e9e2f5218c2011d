"""Filters in CQL2 text (OGC 21-065r2): a text becomes a condition in SQL, its values beside it, never in it.

Lark reads the text by our own grammar: pygeofilter 0.4 gives AND and OR the same rank, and knows neither `''` in a
string nor `NOT (a OR b)`.
"""

from functools import lru_cache
from pathlib import Path

from django.utils.translation import gettext as _
from lark import Lark, Token, Tree
from lark.exceptions import UnexpectedInput, UnexpectedToken

from portal.cql.conditions import FROM, Condition, Translation
from portal.cql.literals import BadFilter

__all__ = ["FROM", "BadFilter", "Condition", "parse"]

TEXT_MAX, DEPTH_MAX, TERMS_MAX = 2000, 20, 50
SHOWN = 40
CONDITIONS = ("comparison", "like", "not_like", "between", "not_between", "null", "not_null", "spatial", "truth")
Node = Tree[Token]

_parser = Lark((Path(__file__).parent / "grammar.lark").read_text("utf-8"), parser="lalr", maybe_placeholders=False)


@lru_cache(maxsize=256)
def parse(text: str) -> Condition:
    """The condition that a filter states. Raises BadFilter."""
    if len(text) > TEXT_MAX:
        raise BadFilter(_("« filter » dépasse %s caractères.") % TEXT_MAX)
    tree = _tree(text)
    _measure(tree)
    return Translation().condition(tree)


def _tree(text: str) -> Node:
    try:
        return _parser.parse(text)
    except UnexpectedInput as error:
        at_end = isinstance(error, UnexpectedToken) and error.token.type == "$END"
        rest = text[error.pos_in_stream or 0 :]
        if at_end or not rest:
            raise BadFilter(_("« filter » n’est pas complet ; par exemple : kind = 'project'.")) from None
        detail = _("« filter » n’est pas du CQL2 à partir de « %s ».")
        raise BadFilter(detail % rest[:SHOWN]) from None


def _measure(tree: Node) -> None:
    """What nests deep or holds much would be for the database to suffer."""
    level, terms = [tree], 0
    for _depth in range(DEPTH_MAX + 2):  # a comparison and its sides are no nesting
        terms += sum(_terms(node) for node in level)
        level = [child for node in level for child in node.children if isinstance(child, Tree)]
    if level:
        raise BadFilter(_("« filter » s’emboîte sur plus de %s niveaux.") % DEPTH_MAX)
    if terms > TERMS_MAX:
        raise BadFilter(_("« filter » a plus de %s conditions.") % TERMS_MAX)


def _terms(node: Node) -> int:
    """Each condition is one, each value of a list one too."""
    if node.data in ("in_", "not_in"):
        return len(node.children) - 1
    return 1 if node.data in CONDITIONS else 0
