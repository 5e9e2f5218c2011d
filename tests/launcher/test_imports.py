import ast
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import portal.launcher

FILES = sorted(Path(portal.launcher.__file__).parent.glob("*.py"))


def imported(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (name.name for name in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield node.module or "."


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)
def test_the_launcher_needs_nothing_installed(file: Path) -> None:
    names = set(imported(ast.parse(file.read_text())))
    foreign = {name for name in names if name.split(".")[0] not in sys.stdlib_module_names}
    assert {name for name in foreign if name.split(".")[:2] != ["portal", "launcher"]} == set()
