"""The stairs: imports go down, rooms on one floor don't know each other, and only the terminal prints."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1] / "investigator"
FLOORS = {
    7: ("cli", "__init__", "testing"),
    6: ("report", "widgets", "library"),
    5: ("case",),
    4: ("load", "connect", "views", "profile"),
    3: ("sources", "analyses", "ledger", "samples"),
    2: ("facts", "secrets"),
    1: ("events", "finding", "check", "performing", "claims", "written", "re2"),
    0: (
        "errors",
        "catalogue",
        "moment",
        "natural_times",
        "plain",
        "zones",
        "headings",
        "look",
        "version",
        "asked",
        "months",
    ),
}
FLOOR = {room: floor for floor, rooms in FLOORS.items() for room in rooms}
APART = ("sources", "analyses", "views")
#: A heavy library and the rooms that may import it.
OWNERS = {
    "ibis": {"events", "facts", "analyses", "views"},
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
FORBIDDEN = ("pickle", "cloudpickle", "jsonpickle", "dill", "joblib", "marshal", "shelve")
SPEAKS = ("print", "sys.exit", "exit", "quit", "os._exit")
#: Stands for the name of a module that is put together while the code runs.
BY_NAME = "<by name>"


def room_of(path, root):
    parts = path.relative_to(root).parts
    return parts[0].removesuffix(".py")


def is_type_checking(test):
    return isinstance(test, ast.Name | ast.Attribute) and ast.unparse(test) in (
        "TYPE_CHECKING",
        "typing.TYPE_CHECKING",
    )


def imports(tree, package):
    """Every import that runs, also inside functions: what it is called here, what that stands for, what is imported.

    What is only for a type checker may look up; the `else` beside it runs, so it may not.
    """
    hidden = {
        id(child)
        for node in ast.walk(tree)
        if isinstance(node, ast.If) and is_type_checking(node.test)
        for statement in node.body
        for child in ast.walk(statement)
    }
    for node in ast.walk(tree):
        if id(node) in hidden:
            continue
        if isinstance(node, ast.Import):
            for one in node.names:
                first = one.name.split(".")[0]  # `import a.b` binds a alone
                yield one.asname or first, one.name if one.asname else first, one.name
        elif isinstance(node, ast.ImportFrom):
            base = package[: len(package) - node.level + 1] if node.level else ()
            module = ".".join((*base, *([node.module] if node.module else ())))
            for one in node.names:
                name = f"{module}.{one.name}"
                yield one.asname or one.name, name, name
        elif isinstance(node, ast.Call) and ast.unparse(node.func).endswith("import_module"):
            yield "", "", beginning(node.args[0])


def beginning(argument):
    """What the name of a module imported by name starts with, where the code itself says so."""
    if isinstance(argument, ast.JoinedStr):
        argument = argument.values[0]
    return str(argument.value) if isinstance(argument, ast.Constant) else BY_NAME


def mistake_of_import(room, name):
    """What is wrong when that room imports that name; empty where nothing is."""
    top, _, rest = name.partition(".")
    if name == BY_NAME:
        return "" if room == "catalogue" else "imports by name; catalogue alone may."
    if top == "investigator":
        other = rest.split(".")[0]
        if other == room or FLOOR[room] == max(FLOORS):
            return ""
        if other not in FLOOR:
            return "imports the front door (investigator itself), which is upstairs."
        if FLOOR[other] > FLOOR[room]:
            return f"imports {other}, which is upstairs."
        if room in APART and other in APART:
            return f"imports {other}: {', '.join(APART)} don't know each other."
        return ""
    if top in FORBIDDEN:
        return f"imports {top}, which runs code from data."
    if top in OWNERS and room not in OWNERS[top]:
        return f"imports {top}, which lives in {', '.join(sorted(OWNERS[top]))}."
    if FLOOR[room] == 0 and top not in sys.stdlib_module_names:
        return f"imports {top}; floor 0 stands on the standard library alone."
    return ""


def mistake_of_call(room, called, node):
    """What is wrong when that room makes that call; `called` is its full name, whatever it is called here."""
    if called.removeprefix("builtins.") in ("eval", "exec", "__import__") or called in (
        "yaml.load",
        "os.system",
    ):
        return f"calls {called}."
    if called.endswith("_pickle") or any(k.arg == "allow_pickle" for k in node.keywords):
        return "pickles, which runs code from data."
    if any(k.arg == "shell" and getattr(k.value, "value", True) for k in node.keywords):
        return "runs a shell."
    if room != "cli" and called.removeprefix("builtins.") in SPEAKS:
        return f"calls {called}; only cli prints and exits."
    return ""


def mistakes(root):
    """One sentence for each place where the house's rules are broken."""
    found = []
    for path in sorted(root.rglob("*.py")):
        room = room_of(path, root)
        where = path.relative_to(root)
        tree = ast.parse(path.read_text(encoding="utf-8"))
        names = {}
        for local, bound, name in imports(tree, ("investigator", *where.parts[:-1])):
            names[local] = bound
            found.append((where, mistake_of_import(room, name)))
        for node in ast.walk(tree):
            line = f"{where}:{getattr(node, 'lineno', 0)}"
            if isinstance(node, ast.Call):
                first, dot, rest = ast.unparse(node.func).partition(".")
                found.append((line, mistake_of_call(room, names.get(first, first) + dot + rest, node)))
            elif isinstance(node, ast.Raise) and node.exc is not None and room != "cli":
                if ast.unparse(node.exc).partition("(")[0] in ("SystemExit", "typer.Exit"):
                    found.append((line, "raises SystemExit; only cli prints and exits."))
    return sorted({f"{where} {mistake}" for where, mistake in found if mistake})


ROOMS = sorted({room_of(path, ROOT) for path in ROOT.rglob("*.py")})


@pytest.fixture(scope="module")
def found():
    return mistakes(ROOT)


@pytest.mark.parametrize("room", ROOMS)
def test_imports_go_down_and_only_the_terminal_prints(room, found):
    assert [one for one in found if one.startswith((f"{room}/", f"{room}.py"))] == []


def test_every_room_has_a_floor():
    rooms = set(ROOMS)
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
        ("events/a.py", "from investigator import Case", "imports the front door"),
        ("events/a.py", "import investigator", "imports the front door"),
        ("views/a.py", "from ..analyses import x", "views/a.py imports analyses"),
        ("errors.py", "import pandas", "floor 0 stands on the standard library"),
        ("case/a.py", "raise SystemExit(1)", "only cli prints and exits"),
        ("case/a.py", "import sys as s\ns.exit()", "calls sys.exit"),
        ("case/a.py", "from sys import exit as leave\nleave(1)", "calls sys.exit"),
        ("load/a.py", "from yaml import load\nload('')", "calls yaml.load"),
        ("load/a.py", "import builtins\nbuiltins.eval('1')", "calls builtins.eval"),
        ("load/a.py", "import pandas as pd\npd.read_pickle('x')", "pickles"),
        ("case/a.py", "if not TYPE_CHECKING:\n    import plotly", "imports plotly"),
        ("case/a.py", "if TYPE_CHECKING:\n    pass\nelse:\n    import plotly", "imports plotly"),
        ("load/a.py", "import_module('investigator.cli')", "imports cli, which is upstairs"),
        ("load/a.py", "import_module(name)", "imports by name"),
    ],
)
def test_a_mistake_is_seen(tmp_path, file, code, mistake):
    path = tmp_path / file
    path.parent.mkdir(exist_ok=True)
    path.write_text(code)
    assert any(mistake in found for found in mistakes(tmp_path))


def test_what_is_only_for_a_type_checker_may_look_up(tmp_path):
    (tmp_path / "check.py").write_text("if TYPE_CHECKING:\n    from investigator.case import Case\n")
    assert mistakes(tmp_path) == []


def test_what_the_rules_allow_is_no_mistake(tmp_path):
    (tmp_path / "load").mkdir()
    (tmp_path / "load" / "a.py").write_text(
        "import pandas\nimport duckdb\nimport investigator.errors\nfrom . import b\n"
        "from investigator import moment\n"
        "from investigator.sources import x\nimport_module(f'investigator.load.{name}')\nrun('x', shell=False)\n"
    )
    (tmp_path / "cli.py").write_text("import sys, typer\nimport investigator\nprint(1)\nsys.exit(2)\n")
    assert mistakes(tmp_path) == []


def test_import_does_nothing_but_import():
    heavy = "pandas ibis duckdb sqlalchemy plotly papermill nbconvert IPython numpy pyarrow".split()
    code = f"import sys, investigator; print([name for name in {heavy} if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
