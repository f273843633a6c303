"""Whether tests can fail: one small fault at a time in the rooms of trust, each against the tests of its room alone.

`make mutate` runs all; `python -m benchmarks.mutation ROOM` one, and lists what no test noticed. Faults are made by rule from
the syntax tree and drawn by a hash of what they are, so that a run can be repeated. What an error says, docstrings and
annotations are left alone; a line that no test of the room reaches counts as a fault that nobody noticed.
"""

from __future__ import annotations

import argparse
import ast
import contextlib
import hashlib
import importlib
import multiprocessing
import os
import re
import resource
import signal
import sys
import tempfile
import time
import types
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from benchmarks.figure import Figure, at_least

ROOT = Path(__file__).parents[1]
FORK = multiprocessing.get_context("fork")
#: How many faults are drawn for a room; how many run at once; how much processor time one may take, in times of the run
#: without a fault, and how long by the clock, for what waits for ever: a busy machine must not look like a noticed fault.
DRAWN, AT_ONCE, PATIENCE, BY_CLOCK = 80, 2, 4, 40


@dataclass(frozen=True)
class Room:
    """Files under `investigator/`, the tests that hold them, and the score that is asked of these."""

    files: tuple[str, ...]
    tests: tuple[str, ...]
    bar: float = 0.85
    only: str = ""  # of a file only functions and constants whose names match


@dataclass(frozen=True)
class Fault:
    file: str
    line: int
    end: int
    what: str
    place: tuple[int, int]
    within: bool = True  # in a function; else in what is made when the file is imported

    def __str__(self) -> str:
        return f"investigator/{self.file}:{self.line}: {self.what}"


ROOMS = {
    "guard": Room(("case/customer/guard.py",), ("case/test_guard.py",)),
    "receipt": Room(("case/customer/receipt.py",), ("case/test_receipt.py",)),
    "erase": Room(("case/evidence/erase.py", "case/evidence/holding.py"), ("case/test_erase.py",)),
    "recovery": Room(
        (
            "case/recovery/recovery.py",
            "case/recovery/standing.py",
            "case/recovery/restored.py",
            "case/recovery/measured.py",
            "case/recovery/phase.py",
        ),
        ("case/test_standing.py", "case/test_recovery.py"),
    ),
    "statements": Room(("case/reasoning/statements.py",), ("case/test_statements.py",)),
    "whereabouts": Room(
        ("analyses/whereabouts.py", "facts/statements.py"), ("analyses/test_whereabouts.py",)
    ),
    "twice": Room(
        ("load/times.py", "load/finishing.py", "zones.py", "moment.py"),
        ("load/test_twice.py",),
        only=r"^(?:_offsets_of|folds|twice|at_place|local)$",
    ),
    "secrets": Room(("secrets.py",), ("case/test_secret_shapes.py",)),
    "ledger": Room(
        ("ledger/entry.py", "ledger/fold.py", "ledger/verify.py", "ledger/kinds.py"),
        (
            "ledger/test_verify_sentences.py",
            "ledger/test_ledger.py",
            "ledger/test_fold.py",
            "ledger/test_kinds.py",
        ),
        0.9,
    ),
    "page": Room(
        ("report/page.py", "report/manifest.py"),
        ("report/test_page_parts.py", "report/test_page.py", "report/test_manifest.py"),
        0.9,
    ),
}

_SWAPS: dict[type, type] = {
    ast.Eq: ast.NotEq, ast.NotEq: ast.Eq, ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE, ast.GtE: ast.Gt,
    ast.In: ast.NotIn, ast.NotIn: ast.In, ast.Is: ast.IsNot, ast.IsNot: ast.Is, ast.And: ast.Or, ast.Or: ast.And,
    ast.Add: ast.Sub, ast.Sub: ast.Add, ast.Mult: ast.Add, ast.FloorDiv: ast.Mult, ast.Mod: ast.Mult,
    ast.BitOr: ast.BitAnd, ast.BitAnd: ast.BitOr,
}  # fmt: skip
_NAMES = {"any": "all", "all": "any", "min": "max", "max": "min", "True": "False", "False": "True"}


def run(*, quick: bool = False) -> list[Figure]:
    """The share of faults that the tests of each room notice."""
    out = []
    for name, room in ROOMS.items():
        noticed, lived, total = tried(name, 8 if quick else DRAWN)
        note = f"{noticed} of {noticed + len(lived)} drawn from {total}"
        out.append(
            at_least(f"faults noticed: {name}", noticed / max(1, noticed + len(lived)), room.bar, note=note)
        )
    return out


def tried(name: str, drawn: int = DRAWN, seed: int = 0) -> tuple[int, list[Fault], int]:
    """How many faults the tests of a room noticed, those that they did not, and how many could be made.

    Each seed draws other faults: who mends the tests by those of one measures them by those of another.
    """
    room = ROOMS[name]
    everything = [fault for file in room.files for fault in faults(file, room.only)]
    before = f"{seed} " if seed else ""
    chosen = sorted(
        everything, key=lambda f: hashlib.sha256(f"{before}{f.file} {f.what} {f.place}".encode()).digest()
    )[:drawn]
    with tempfile.TemporaryDirectory(prefix="mutation-") as place:
        hear, say = FORK.Pipe(duplex=False)
        child = FORK.Process(target=_room, args=(room, chosen, place, say))
        child.start()
        say.close()
        try:
            lived = hear.recv()
        except EOFError:
            lived = None
        child.join()
    if lived is None:
        raise RuntimeError(f"The tests fail without any fault: {', '.join(room.tests)}")
    return len(chosen) - len(lived), sorted(lived, key=lambda f: (f.file, f.line)), len(everything)


# -- a run with one fault --------------------------------------------------------------------------------------


def _room(room: Room, chosen: list[Fault], place: str, say: Any) -> None:
    os.environ["TMPDIR"] = tempfile.tempdir = place
    os.chdir(ROOT)
    if not os.environ.get("MUTATION_SHOW"):
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, 1)
        os.dup2(nowhere, 2)
    for file in room.files:  # before the tests are collected: nothing of it is imported with a fault
        importlib.import_module(_module(file))
    tests = [f"tests/{name}" for name in room.tests]
    pytest.main(
        ["-q", "-p", "no:cacheprovider", "-p", "no:xdist", *tests], plugins=[_Loop(room, chosen, say)]
    )
    os._exit(0)


class _Loop:
    """Runs the collected tests again and again, each time in a fork with another fault in it."""

    def __init__(self, room: Room, chosen: list[Fault], say: Any) -> None:
        self.room, self.chosen, self.say = room, chosen, say
        self.reached: dict[int, set[tuple[str, int]]] = {}
        self.shared: set[tuple[str, int]] = set()
        self.lines = self.shared
        self.work = 0.0

    def pytest_runtestloop(self, session: Any) -> bool:
        hear, say = FORK.Pipe(duplex=False)
        started = time.monotonic()
        child = FORK.Process(target=self._traced, args=(session, say))
        child.start()
        say.close()
        failed, self.reached, self.shared, self.work = hear.recv()
        child.join()
        if failed:
            self.say.close()
            return True
        patience = BY_CLOCK * (time.monotonic() - started) + 10
        lived: list[Fault] = []
        waiting = list(self.chosen)
        running: dict[Any, tuple[Fault, float]] = {}
        while waiting or running:
            while waiting and len(running) < AT_ONCE:
                fault = waiting.pop(0)
                tests = self._tests_of(fault, len(session.items))
                if not tests:
                    lived.append(fault)
                    continue
                child = FORK.Process(target=self._with, args=(session, fault, tests))
                child.start()
                running[child] = (fault, time.monotonic())
            for child, (fault, since) in list(running.items()):
                slow = time.monotonic() - since > patience
                if child.exitcode is None and not slow:
                    continue
                if child.exitcode is None:
                    with contextlib.suppress(ProcessLookupError):
                        os.killpg(child.pid, signal.SIGKILL)
                child.join()
                del running[child]
                if child.exitcode == 0:
                    lived.append(fault)
            time.sleep(0.02)
        self.say.send(lived)
        self.say.close()
        return True

    def _tests_of(self, fault: Fault, count: int) -> list[int]:
        """The tests that reach a fault; all, where it is a constant or what a fixture of many tests reaches."""
        lines = {(fault.file, line) for line in range(fault.line, fault.end + 1)}
        if not fault.within or lines & self.shared:
            return list(range(count))
        return [number for number, reached in self.reached.items() if lines & reached]

    def _traced(self, session: Any, say: Any) -> None:
        import threading

        wanted = {str(ROOT / "investigator" / file): file for file in self.room.files}

        def inner(frame: Any, event: str, argument: Any) -> Any:
            if event == "line":
                self.lines.add((wanted[frame.f_code.co_filename], frame.f_lineno))
            return inner

        def outer(frame: Any, event: str, argument: Any) -> Any:
            return inner if frame.f_code.co_filename in wanted else None

        threading.settrace(outer)
        sys.settrace(outer)
        for number, item in enumerate(session.items):
            self.lines = self.reached[number] = set()
            _run(session, item, number + 1)
        sys.settrace(None)
        say.send((session.testsfailed, self.reached, self.shared, time.process_time()))
        say.close()
        os._exit(0)

    @pytest.hookimpl(wrapper=True)
    def pytest_fixture_setup(self, fixturedef: Any) -> Any:
        before = self.lines
        if fixturedef.scope != "function":
            self.lines = self.shared
        try:
            return (yield)
        finally:
            self.lines = before

    def _with(self, session: Any, fault: Fault, tests: list[int]) -> None:
        os.setpgid(0, 0)
        at_most = int(PATIENCE * self.work + 10)
        resource.setrlimit(resource.RLIMIT_CPU, (at_most, at_most))
        try:
            _put_in(fault, self.room.only)
        except Exception:
            os._exit(1)
        for place, number in enumerate(tests):
            _run(session, session.items[number], tests[place + 1] if place + 1 < len(tests) else None)
            if session.testsfailed:
                os._exit(1)
        os._exit(0)


def _run(session: Any, item: Any, following: int | None) -> None:
    after = session.items[following] if following is not None and following < len(session.items) else None
    item.config.hook.pytest_runtest_protocol(item=item, nextitem=after)


def _module(file: str) -> str:
    return f"investigator.{file.removesuffix('.py').replace('/', '.')}".removesuffix(".__init__")


def _put_in(fault: Fault, only: str) -> None:
    """Put a fault into a module that is there already: the code of its functions, and its constants wherever they went."""
    there = sys.modules[_module(fault.file)]
    made: dict[str, Any] = {k: there.__dict__[k] for k in ("__name__", "__file__", "__package__", "__spec__")}
    exec(compile(with_fault(fault, only), there.__file__ or "", "exec"), made)
    for name, new in made.items():
        old = there.__dict__.get(name)
        if name.startswith("__") or new is old:
            continue
        if isinstance(new, type):
            for key, part in vars(new).items():
                if key in vars(old):
                    _moved(vars(old)[key], part)
        elif not _moved(old, new):
            for module in [m for n, m in sys.modules.items() if n.startswith("investigator")]:
                if module.__dict__.get(name) is old:
                    module.__dict__[name] = new


def _moved(old: Any, new: Any) -> bool:
    """Whether a function's code was put into the one that everybody holds."""
    if isinstance(old, property):
        return all(
            _moved(getattr(old, one), getattr(new, one))
            for one in ("fget", "fset", "fdel")
            if getattr(old, one)
        )
    old, new = (getattr(one, "__wrapped__", getattr(one, "__func__", one)) for one in (old, new))
    if not isinstance(old, types.FunctionType) or not isinstance(new, types.FunctionType):
        return False
    old.__code__, old.__defaults__, old.__kwdefaults__ = new.__code__, new.__defaults__, new.__kwdefaults__
    return True


# -- making faults ---------------------------------------------------------------------------------------------


def faults(file: str, only: str = "") -> list[Fault]:
    """Every fault that can be made in a file."""
    tree = _tree(file)
    functions = [f for f in ast.walk(tree) if isinstance(f, ast.FunctionDef)]
    inside = [(f.body[0].lineno, f.end_lineno or 0) for f in functions]
    return [
        Fault(
            file,
            node.lineno,
            node.end_lineno,
            what,
            (number, which),
            any(a <= node.lineno <= b for a, b in inside),
        )
        for number, node in enumerate(_places(tree, only))
        for which, (what, _) in enumerate(_changes(node))
    ]


def with_fault(fault: Fault, only: str = "") -> ast.Module:
    """The tree of the file with this fault in it."""
    tree = _tree(fault.file)
    number, which = fault.place
    node = list(_places(tree, only))[number]
    list(_changes(node))[which][1](node)
    return ast.fix_missing_locations(tree)


def _tree(file: str) -> ast.Module:
    return ast.parse((ROOT / "investigator" / file).read_text(encoding="utf-8"))


def _places(tree: ast.Module, only: str) -> Iterator[Any]:
    """The nodes where a fault may be: not in what an error says, docstrings, annotations and imports."""

    def walk(node: ast.AST) -> Iterator[Any]:
        if isinstance(node, ast.Raise | ast.Import | ast.ImportFrom):
            return
        if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test):
            return
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            return
        if hasattr(node, "lineno"):
            yield node
        skipped = {"annotation", "returns", "decorator_list", "format_spec"}
        for name, value in ast.iter_fields(node):
            if name not in skipped:
                for child in value if isinstance(value, list) else [value]:
                    if isinstance(child, ast.AST):
                        yield from walk(child)

    for top in tree.body:
        targets = [*getattr(top, "targets", []), getattr(top, "target", None)]
        named = getattr(top, "name", "") or " ".join(t.id for t in targets if isinstance(t, ast.Name))
        if not only or re.search(only, named):
            yield from walk(top)


def _changes(node: Any) -> Iterator[tuple[str, Any]]:
    """What can be made wrong at a node: what it is called, and the change."""
    said = " ".join(ast.unparse(node).split())[:70] if not isinstance(node, ast.stmt) else ""
    if isinstance(node, ast.Compare):
        for place, op in enumerate(node.ops):
            if type(op) in _SWAPS:
                other = _SWAPS[type(op)]
                yield f"{type(op).__name__} to {other.__name__} in {said}", _op(place, other)
    elif isinstance(node, ast.BoolOp | ast.BinOp) and type(node.op) in _SWAPS:
        other = _SWAPS[type(node.op)]
        yield (
            f"{type(node.op).__name__} to {other.__name__} in {said}",
            lambda n, o=other: setattr(n, "op", o()),
        )
    elif isinstance(node, ast.AugAssign) and type(node.op) in _SWAPS:
        other = _SWAPS[type(node.op)]
        yield f"{type(node.op).__name__}= to {other.__name__}=", lambda n, o=other: setattr(n, "op", o())
    elif isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
        yield f"no more 'not' in {said}", _without_not
    elif isinstance(node, ast.If | ast.IfExp | ast.While):
        yield f"if always: {ast.unparse(node.test)[:60]}", lambda n: setattr(n, "test", ast.Constant(True))
        if not isinstance(node, ast.While):
            yield (
                f"if never: {ast.unparse(node.test)[:60]}",
                lambda n: setattr(n, "test", ast.Constant(False)),
            )
    elif isinstance(node, ast.Return) and node.value is not None and not isinstance(node.value, ast.Constant):
        yield (
            f"returns nothing for {ast.unparse(node.value)[:60]}",
            lambda n: setattr(n, "value", ast.Constant(None)),
        )
    elif isinstance(node, ast.Expr) and isinstance(node.value, ast.Call):
        yield f"left out: {ast.unparse(node)[:60]}", lambda n: setattr(n, "value", ast.Constant(None))
    elif isinstance(node, ast.Name) and node.id in _NAMES:
        yield f"{node.id} to {_NAMES[node.id]}", lambda n: setattr(n, "id", _NAMES[n.id])
    elif isinstance(node, ast.Constant):
        yield from _constant(node)


def _constant(node: ast.Constant) -> Iterator[tuple[str, Any]]:
    value = node.value
    if isinstance(value, bool):
        yield f"{value} to {not value}", lambda n: setattr(n, "value", not n.value)
    elif isinstance(value, int | float):
        yield f"{value} to {value + 1}", lambda n: setattr(n, "value", n.value + 1)
    elif isinstance(value, str) and value.strip():
        parts = _alternatives(value)
        for place, part in enumerate(parts):
            yield f"without '{part}' of a pattern", _without(place)
        if not parts:
            yield f"'{value[:40]}' to another text", lambda n: setattr(n, "value", f"{n.value}~x")


def _alternatives(value: str) -> list[str]:
    """The words of a pattern or a list of words, each to be left out; none where a text is neither."""
    parts = re.split(r"\|", value)
    return parts if len(parts) > 2 and all(_balanced(part) for part in parts[1:-1]) else []


def _balanced(part: str) -> bool:
    return part.count("(") == part.count(")") and part.count("[") == part.count("]")


def _without(place: int) -> Any:
    def change(node: ast.Constant) -> None:
        parts = str(node.value).split("|")
        if _balanced(parts[place]):
            del parts[place]
        else:  # the first and the last hold a bracket of the whole
            word = re.search(r"\w{3,}", parts[place])
            parts[place] = parts[place].replace(word[0], f"{word[0]}~") if word else parts[place] + "~"
        node.value = "|".join(parts)

    return change


def _op(place: int, other: type) -> Any:
    return lambda node: node.ops.__setitem__(place, other())


def _without_not(node: ast.UnaryOp) -> None:
    node.op, node.operand = ast.Not(), ast.UnaryOp(ast.Not(), node.operand)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("rooms", nargs="*", help=f"of {', '.join(ROOMS)}; all without")
    parser.add_argument(
        "--drawn", type=int, default=DRAWN, help="how many faults for each room; 0 for every one"
    )
    parser.add_argument("--seed", type=int, default=0, help="another seed draws other faults")
    given = parser.parse_args()
    for name in given.rooms or ROOMS:
        started = time.monotonic()
        noticed, lived, total = tried(name, given.drawn or 10**6, given.seed)
        tests = noticed + len(lived)
        share, seconds = noticed / max(1, tests), time.monotonic() - started
        print(
            f"{name}: {noticed} of {tests} noticed ({share:.2f}), of {total}; seed {given.seed}; {seconds:.0f} s",
            flush=True,
        )
        for fault in lived:
            print(f"  {fault}", flush=True)


if __name__ == "__main__":
    main()
