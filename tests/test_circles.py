"""No circles: what a module imports, for its types and inside its functions too, never leads back to it."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1] / "investigator"


def modules(root):
    """The files of a package by their full names; a folder has the name of its `__init__`."""
    found = {}
    for path in sorted(root.rglob("*.py")):
        parts = (root.name, *path.relative_to(root).with_suffix("").parts)
        found[".".join(parts[:-1] if parts[-1] == "__init__" else parts)] = path
    return found


def uses(name, path, known):
    """The modules that a module imports, wherever in its text: also inside functions and only for a type checker."""
    package = name.split(".") if path.name == "__init__.py" else name.split(".")[:-1]
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (one.name for one in node.names if one.name in known)
        elif isinstance(node, ast.ImportFrom):
            base = package[: len(package) - node.level + 1] if node.level else []
            module = ".".join([*base, *([node.module] if node.module else [])])
            for one in node.names:
                whole = f"{module}.{one.name}"
                yield from (found for found in (whole if whole in known else module,) if found in known)


def circles(root):
    """The sets of modules that lead back to each other, each set sorted (Tarjan, 1972)."""
    known = modules(root)
    graph = {name: sorted({*uses(name, path, known)} - {name}) for name, path in known.items()}
    order, low, stack, out = {}, {}, [], []

    def visit(name):
        order[name] = low[name] = len(order)
        stack.append(name)
        for other in graph[name]:
            if other not in order:
                visit(other)
            if other in stack:
                low[name] = min(low[name], low[other])
        if low[name] == order[name]:
            place = stack.index(name)
            found = stack[place:]
            del stack[place:]
            if len(found) > 1:
                out.append(sorted(found))

    for name in graph:
        if name not in order:
            visit(name)
    return sorted(out)


def test_nothing_leads_back_to_itself():
    assert circles(ROOT) == []


@pytest.mark.parametrize(
    "code",
    [
        "from package import b",
        "def f():\n    from package.b import x",
        "if TYPE_CHECKING:\n    import package.b",
        "from . import b",
        "from .b import x",
    ],
)
def test_a_circle_is_seen(tmp_path, code):
    root = tmp_path / "package"
    root.mkdir()
    (root / "__init__.py").write_text("")
    (root / "a.py").write_text(code)
    (root / "b.py").write_text("from package.a import y")
    assert circles(root) == [["package.a", "package.b"]]


def test_a_way_down_is_no_circle(tmp_path):
    root = tmp_path / "package"
    root.mkdir()
    (root / "a.py").write_text("from package import b\nfrom package.c import x\nimport os")
    (root / "b.py").write_text("from package.c import x")
    (root / "c.py").write_text("import json")
    assert circles(root) == []


#: The stairs of `case/`: what stands above may know what stands below, and nothing else.
STAIRS = [
    ("case.shown", "case.say", "case.moved"),
    ("case.record",),
    ("case.evidence",),
    ("case.snapshot",),
    ("case.marks",),
    ("case.shelves", "case.watching", "case.reasoning"),
    ("case.recovery",),
    ("case.customer",),
    ("case.brief",),
    ("case.writing",),
    ("case.sample",),
    ("case.case", "case"),
    ("case.current",),
]


def step_of(name):
    """On which step of the stairs a module of `case/` stands."""
    short = name.removeprefix("investigator.")
    return next(
        place
        for place, rooms in enumerate(STAIRS)
        if any(short == r or (r != "case" and short.startswith(f"{r}.")) for r in rooms)
    )


def looking_up(root):
    """Each module of `case/` with one above it that it imports."""
    known = modules(root)
    ours = {name: path for name, path in known.items() if name.startswith("investigator.case")}
    return {
        f"{name} -> {other}".replace("investigator.case.", "")
        for name, path in ours.items()
        for other in uses(name, path, ours)
        if step_of(other) > step_of(name)
    }


def test_nobody_in_a_case_looks_up_the_stairs():
    assert looking_up(ROOT) == set()


def test_a_look_up_the_stairs_is_seen(tmp_path):
    root = tmp_path / "investigator"
    (root / "case" / "record").mkdir(parents=True)
    (root / "case" / "case.py").write_text("from investigator.case.record import state")
    (root / "case" / "record" / "state.py").write_text(
        "if TYPE_CHECKING:\n    from investigator.case.case import Case"
    )
    assert looking_up(root) == {"record.state -> case"}
