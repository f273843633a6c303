"""The stairs: imports go down, rooms on one floor don't know each other, and only the terminal prints."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1] / "investigator"
FLOORS = {
    6: ("cli", "__init__", "testing"),
    5: ("report", "widgets", "library"),
    4: ("case",),
    3: ("load", "connect", "views"),
    2: ("sources", "analyses", "ledger", "samples"),
    1: ("events", "finding", "check"),
    0: ("errors", "catalogue", "moment"),
}
FLOOR = {room: floor for floor, rooms in FLOORS.items() for room in rooms}
APART = ("sources", "analyses", "views")
#: A heavy library and the rooms that may import it.
OWNERS = {
    "ibis": {"events", "analyses", "views"},
    "duckdb": {"events", "load"},
    "sqlalchemy": {"ledger", "connect"},
    "plotly": {"views", "report", "testing"},
    "papermill": {"report"},
    "nbclient": {"report"},
    "nbformat": {"report"},
    "nbconvert": {"report"},
    "typer": {"cli"},
    "rich": {"cli"},
    "ruptures": {"analyses"},
    "scipy": {"analyses"},
    "IPython": {"report", "widgets"},
}
FORBIDDEN = ("pickle", "jsonpickle", "dill", "marshal", "shelve")


def room_of(path, root):
    parts = path.relative_to(root).parts
    return parts[0].removesuffix(".py")


def imports(tree):
    """Every import that runs, also inside functions; what is only for a type checker may look up."""
    hidden = {
        id(child)
        for node in ast.walk(tree)
        if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.dump(node.test)
        for child in ast.walk(node)
    }
    for node in ast.walk(tree):
        if id(node) in hidden:
            continue
        if isinstance(node, ast.Import):
            for name in node.names:
                yield name.name
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
            for name in node.names:
                yield f"{node.module}.{name.name}"


def mistakes(root):
    found = []
    for path in sorted(root.rglob("*.py")):
        room = room_of(path, root)
        tree = ast.parse(path.read_text(encoding="utf-8"))
        where = path.relative_to(root)
        for name in imports(tree):
            top, _, rest = name.partition(".")
            if top == "investigator" and rest:
                other = rest.split(".")[0]
                if other not in FLOOR or other == room:
                    continue
                if FLOOR[other] > FLOOR[room]:
                    found.append(f"{where} imports {other}, which is upstairs.")
                if room in APART and other in APART:
                    found.append(f"{where} imports {other}: {', '.join(APART)} don't know each other.")
            elif top in OWNERS and room not in OWNERS[top]:
                found.append(f"{where} imports {top}, which lives in {', '.join(sorted(OWNERS[top]))}.")
            elif top in FORBIDDEN:
                found.append(f"{where} imports {top}, which runs code from data.")
        for node in ast.walk(tree):
            if not isinstance(node, ast.Call):
                continue
            called = ast.unparse(node.func)
            if called in ("eval", "exec", "yaml.load", "os.system"):
                found.append(f"{where}:{node.lineno} calls {called}.")
            if any(k.arg == "shell" and getattr(k.value, "value", False) for k in node.keywords):
                found.append(f"{where}:{node.lineno} runs a shell.")
            if called in ("print", "sys.exit", "exit", "quit", "os._exit") and room != "cli":
                found.append(f"{where}:{node.lineno} calls {called}; only cli prints and exits.")
    return sorted(set(found))


def test_imports_go_down_and_only_the_terminal_prints():
    assert mistakes(ROOT) == []


def test_every_room_has_a_floor():
    rooms = {room_of(path, ROOT) for path in ROOT.rglob("*.py")}
    assert rooms <= set(FLOOR), f"no floor for {sorted(rooms - set(FLOOR))}"


@pytest.mark.parametrize(
    ("file", "code", "mistake"),
    [
        ("events/a.py", "from investigator.case import Case", "events/a.py imports case, which is upstairs."),
        ("views/a.py", "import investigator.analyses.x", "views/a.py imports analyses"),
        ("case/a.py", "def f():\n    import plotly", "case/a.py imports plotly"),
        ("load/a.py", "import pickle", "runs code from data"),
        ("report/a.py", "print(1)", "only cli prints"),
        ("load/a.py", "eval('1')", "calls eval"),
        ("load/a.py", "run('x', shell=True)", "runs a shell"),
    ],
)
def test_a_mistake_is_seen(tmp_path, file, code, mistake):
    path = tmp_path / file
    path.parent.mkdir()
    path.write_text(code)
    assert any(mistake in found for found in mistakes(tmp_path))


def test_what_is_only_for_a_type_checker_may_look_up(tmp_path):
    (tmp_path / "check.py").write_text("if TYPE_CHECKING:\n    from investigator.case import Case\n")
    assert mistakes(tmp_path) == []


def test_import_does_nothing_but_import():
    heavy = "pandas ibis duckdb sqlalchemy plotly papermill nbconvert IPython numpy pyarrow".split()
    code = f"import sys, investigator; print([name for name in {heavy} if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
