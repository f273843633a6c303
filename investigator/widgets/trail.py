"""The trail: every scratch cell that ran, kept by itself with its code, one sentence of what it gave, and seconds."""

from __future__ import annotations

import ast
import sys
import time
from typing import TYPE_CHECKING, Any

from investigator.case.current import current
from investigator.case.record import mode, trail
from investigator.errors import KitError

if TYPE_CHECKING:
    from IPython.core.interactiveshell import InteractiveShell

CODE_AT_MOST = 4_000
LINE_AT_MOST = 200
HEARD_AT_MOST = 4_000
#: Magics of IPython that run something of somebody's own.
_RUNS = frozenset(
    (
        "bash",
        "sh",
        "script",
        "perl",
        "ruby",
        "python",
        "python3",
        "pypy",
        "js",
        "sx",
        "system",
        "run",
        "sql",
        "time",
        "timeit",
        "capture",
    )
)
#: Names that a cell may call without being a look of its own: the kit's, and what only shows or opens.
_KIT = frozenset(("case", "inv", "get_ipython", "display", "print", "len", "str"))


class Heard:
    """Standard output that remembers the first of what a cell prints; all of it goes where it went."""

    def __init__(self, real: Any) -> None:
        self.real, self.text = real, ""

    def write(self, text: str) -> int:
        """As the stream that it stands before."""
        if len(self.text) < HEARD_AT_MOST:
            self.text += str(text)[:HEARD_AT_MOST]
        written: int = self.real.write(text)
        return written

    def __getattr__(self, name: str) -> Any:
        return getattr(self.real, name)


class Trail:
    """What one kernel keeps of its cells."""

    def __init__(self, shell: Any) -> None:
        self.shell = shell
        self.started = 0.0
        self.written = 0
        self.failed = False  # whether the cell before this one failed

    def before(self, *_: Any) -> None:
        """A cell begins."""
        self.started, self.written = time.perf_counter(), mode.written()
        if not isinstance(sys.stdout, Heard):
            sys.stdout = Heard(sys.stdout)  # type: ignore[assignment]
        sys.stdout.text = ""  # type: ignore[attr-defined]

    def after(self, result: Any = None) -> None:
        """A cell has ended: keep it, where it was a look of somebody's own."""
        printed = ""
        if isinstance(sys.stdout, Heard):
            printed, sys.stdout = sys.stdout.text, sys.stdout.real
        if result is None or result.info is None or not result.info.store_history:
            return
        code = str(result.info.raw_cell or "").strip()
        failure = result.error_before_exec or result.error_in_exec
        self.failed = failure is not None
        if not code or mode.reporting() or mode.written() != self.written or not _a_look(self.shell, code):
            return
        seconds = time.perf_counter() - self.started
        try:
            case = current()
        except KitError:
            return
        text = said(failure) if failure else gave(result.result, printed)
        content: dict[str, Any] = {"text": text, "code": code[:CODE_AT_MOST], "seconds": round(seconds, 3)}
        if failure:
            content["failed"] = True
        trail.keep_cell(case.evidence.record, content)


def attach(shell: InteractiveShell) -> None:
    """Keep each cell of this kernel from now on."""
    if getattr(shell, "_investigator_trail", None) is None:
        kept = Trail(shell)
        shell._investigator_trail = kept  # type: ignore[attr-defined]
        shell.events.register("pre_run_cell", kept.before)
        shell.events.register("post_run_cell", kept.after)


def _a_look(shell: Any, code: str) -> bool:
    """Whether a cell looks at something by itself: not only imports, names, and what the kit shows."""
    try:
        tree = ast.parse(shell.transform_cell(code))
    except (SyntaxError, ValueError):
        return True  # it failed; the failure is worth a line
    made = [node for node in ast.walk(tree) if isinstance(node, ast.Call)]
    if any(_runs(call) or _prints(call) for call in made):
        return True
    calls = [_root(call.func) for call in made]
    if any(name not in _KIT for name in calls):
        return True
    if calls:
        return False
    return any(isinstance(node, ast.Subscript | ast.BinOp | ast.Compare) for node in ast.walk(tree))


def _runs(call: ast.Call) -> bool:
    """Whether it is a shell's line, or a magic that runs something."""
    name = call.func.attr if isinstance(call.func, ast.Attribute) else ""
    if _root(call.func) != "get_ipython":
        return False
    magic = call.args[0].value if call.args and isinstance(call.args[0], ast.Constant) else ""
    return name in ("system", "getoutput") or (name.startswith("run_") and str(magic) in _RUNS)


def _prints(call: ast.Call) -> bool:
    """Whether it prints a value of somebody's own, not what the kit shows."""
    names = {node.id for part in call.args for node in ast.walk(part) if isinstance(node, ast.Name)}
    return isinstance(call.func, ast.Name) and call.func.id == "print" and bool(names - _KIT)


def _root(node: ast.AST) -> str:
    while isinstance(node, ast.Attribute | ast.Call | ast.Subscript):
        node = node.func if isinstance(node, ast.Call) else node.value
    return node.id if isinstance(node, ast.Name) else ""


def gave(value: Any, printed: str = "") -> str:
    """One line of what a cell gave: the shape of a table, else the first line of its text, or of what it printed."""
    if value is None:
        lines = [line for line in printed.splitlines() if line.strip()]
        more = f" and {len(lines) - 1} more lines" if len(lines) > 1 else ""
        return f"{lines[0].strip()[:LINE_AT_MOST]}{more}" if lines else "gave nothing to show"
    shape = getattr(value, "shape", None)
    columns = getattr(value, "columns", None)
    if isinstance(shape, tuple) and len(shape) == 2 and columns is not None:
        names = ", ".join(map(str, list(columns)[:8]))
        return f"{shape[0]:,} rows of {names}"[:LINE_AT_MOST]
    try:
        lines = str(value).strip().splitlines()
    except Exception:  # somebody else's __str__ may raise anything, and the trail must not stop the cell
        lines = []
    return (lines[0] if lines else type(value).__name__)[:LINE_AT_MOST]


def said(failure: BaseException) -> str:
    """One line of why a cell failed."""
    lines = str(failure).strip().splitlines()
    return f"failed: {type(failure).__name__}{': ' + lines[0] if lines else ''}"[:LINE_AT_MOST]
