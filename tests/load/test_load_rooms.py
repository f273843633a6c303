"""How the room of loading is built: no circle, no file that grew too long, and no format named outside its own file."""

import ast
from pathlib import Path

import pytest

from investigator import catalogue
from investigator.load.formats import SOURCES

ROOM = Path(__file__).parents[2] / "investigator" / "load"
FILES = sorted(ROOM.rglob("*.py"))
LINES_AT_MOST = 450
#: Words that are formats' names and other words of the field too, and where they are those.
WORDS = {"normalise.py": {"image"}, "roles.py": {"image"}}


def module_of(path):
    parts = ("investigator", "load", *path.relative_to(ROOM).with_suffix("").parts)
    return ".".join(part for part in parts if part != "__init__")


def imported(path):
    """Every module of this room that a file imports, also for a type checker alone, also inside a function."""
    known = {module_of(file) for file in FILES}
    found = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            found |= {one.name for one in node.names} & known
        elif isinstance(node, ast.ImportFrom) and node.module:
            inside = {f"{node.module}.{one.name}" for one in node.names} & known
            found |= inside or ({node.module} & known)
    return found - {module_of(path)}


def circles(graph):
    """The modules from which a way leads back to themselves."""
    out = []
    for start in graph:
        seen, left = set(), list(graph[start])
        while left:
            module = left.pop()
            if module not in seen:
                seen.add(module)
                left += graph.get(module, ())
        if start in seen:
            out.append(start)
    return sorted(out)


def test_no_circle_of_imports_types_included():
    assert circles({module_of(path): imported(path) for path in FILES}) == []


def test_a_circle_is_seen():
    assert circles({"a": {"b"}, "b": {"c"}, "c": {"b"}}) == ["b", "c"]


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_no_file_is_too_long(path):
    assert len(path.read_text().splitlines()) <= LINES_AT_MOST


def named_in(path):
    names = set(catalogue.names(SOURCES))
    found = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Constant) and node.value in names:
            found.add(node.value)
        elif isinstance(node, ast.ImportFrom) and node.module == SOURCES:
            found |= {one.name for one in node.names} & names
        elif isinstance(node, ast.ImportFrom) and (node.module or "").startswith(f"{SOURCES}."):
            found |= {node.module.rpartition(".")[2]} & names
    return found - WORDS.get(path.name, set())


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_no_format_is_named_outside_its_own_file(path):
    assert named_in(path) == set()


def untyped(path):
    """The parameters by which a way of reading is told, where nothing says what they are."""
    told = {"options", "reader", "form", "content", "head"}
    return [
        f"{node.name}({one.arg})"
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.FunctionDef)
        for one in (*node.args.args, *node.args.kwonlyargs)
        if one.arg in told and one.annotation is not None and "Any" in ast.unparse(one.annotation)
    ]


@pytest.mark.parametrize(
    "path", [*FILES, *sorted((ROOM.parent / "sources").glob("*.py"))], ids=lambda path: path.name
)
def test_options_and_readers_have_types(path):
    assert untyped(path) == []
