"""The notebooks that make reports: where they lie, and what they ask for."""

from __future__ import annotations

import ast
import difflib
import io
import json
import tokenize
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from investigator.errors import CatalogueError, ReportError

REQUIRED = object()


@dataclass(frozen=True)
class Parameter:
    """One line of a template's parameters cell: `name: type = default  # help`."""

    name: str
    type: str
    default: Any = REQUIRED
    help: str = ""

    @property
    def required(self) -> bool:
        """Whether the template can't run without it."""
        return self.default is REQUIRED


def folder() -> Path:
    """Where the templates lie: in the installed package, else in the checkout."""
    package = Path(__file__).resolve().parents[1]
    installed = package / "_templates"
    # A forced include is absent from an editable install, so the checkout's own folder is the second place.
    return installed if installed.is_dir() else package.parent / "templates"


def names() -> list[str]:
    """The names of the templates, sorted."""
    return sorted(path.stem for path in folder().glob("*.ipynb") if not path.stem.startswith("."))


def find(name: str) -> Path:
    """The notebook of that template."""
    known = names()
    if name in known:
        return folder() / f"{name}.ipynb"
    near = difflib.get_close_matches(name, known, n=1)
    raise CatalogueError(
        f"There is no template named '{name}'.",
        f"There are: {', '.join(known) or 'none'}.",
        (f"Did you mean {near[0]}? " if near else "") + f"To add it, write templates/{name}.ipynb.",
    )


def read(path: Path) -> dict[str, Any]:
    """The notebook as plain JSON, without running or importing anything."""
    try:
        notebook = json.loads(Path(path).read_text(encoding="utf-8"))
        cells = notebook["cells"]
        if not isinstance(cells, list):
            raise TypeError("its cells are no list")
    except FileNotFoundError:
        raise ReportError(
            f"There is no notebook {path}.",
            f"The templates are: {', '.join(names()) or 'none'}.",
            "Name one of them.",
        ) from None
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise ReportError(
            f"{Path(path).name} is no notebook that can be read: {error}.",
            "A template is a Jupyter notebook, format 4.",
            "Restore it from version control, or save it again in JupyterLab.",
        ) from None
    return notebook


def parameters(path: Path) -> list[Parameter]:
    """What the cell tagged `parameters` asks for, read from its text; the cell is never executed."""
    for cell in read(path)["cells"]:
        if "parameters" in cell.get("metadata", {}).get("tags", []):
            source = cell.get("source", "")
            return _declared("".join(source) if isinstance(source, list) else source, Path(path).name)
    return []


def _declared(source: str, where: str) -> list[Parameter]:
    try:
        tree = ast.parse(source)
    except SyntaxError as error:
        raise ReportError(
            f"The parameters cell of {where} is no Python: {error.msg} in line {error.lineno}.",
            "Each line reads name: type = default  # help.",
            "Mend that line of the template.",
        ) from None
    comments = _comments(source)
    found = []
    for node in tree.body:
        if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
            name, kind, value = node.target.id, ast.unparse(node.annotation), node.value
        elif (
            isinstance(node, ast.Assign) and len(node.targets) == 1 and isinstance(node.targets[0], ast.Name)
        ):
            name, kind, value = node.targets[0].id, "", node.value
        elif isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            continue
        else:
            raise ReportError(
                f"Line {node.lineno} of the parameters cell of {where} is no parameter: "
                f"'{ast.unparse(node)}'.",
                "Each line reads name: type = default  # help, with a plain value as default.",
                "Move it to the next cell.",
            )
        default = REQUIRED if value is None else _plain(value, name, where)
        found.append(
            Parameter(
                name,
                kind or type(default).__name__,
                default,
                comments.get(node.end_lineno or node.lineno, ""),
            )
        )
    return found


def _plain(value: ast.expr, name: str, where: str) -> Any:
    try:
        return ast.literal_eval(value)
    except ValueError:
        raise ReportError(
            f"The default of '{name}' in {where} is no plain value: '{ast.unparse(value)}'.",
            "A default is a text, a number, True, False or None.",
            "Write the value itself, and compute in a later cell.",
        ) from None


def _comments(source: str) -> dict[int, str]:
    """The comment behind each line, by line number."""
    return {
        token.start[0]: token.string.lstrip("# ").strip()
        for token in tokenize.generate_tokens(io.StringIO(source).readline)
        if token.type == tokenize.COMMENT
    }
