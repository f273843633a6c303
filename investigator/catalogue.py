"""What the kit can read, find and show: one function a file.

A room (sources, analyses, views) is a folder; its catalogue is the folder's listing. A file is imported when
it is first asked for, so a broken one fails loudly, by name, and hurts no other; where all are asked (`working`), it
is skipped and listed. This is the only module that imports by name, and it imports from inside the package alone: a
case folder never brings code.
"""

from __future__ import annotations

import ast
import difflib
import html
import importlib
import importlib.util
from collections.abc import Callable, Iterator, Sequence
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any

from investigator.errors import CatalogueError


@cache
def folder(package: str) -> Path:
    """Where a room's files lie, found without importing them."""
    spec = importlib.util.find_spec(package)
    if spec is None or not spec.submodule_search_locations:
        raise CatalogueError(
            f"There is no room named '{package}'.", "", "Reinstall the kit: a folder is missing."
        )
    return Path(next(iter(spec.submodule_search_locations)))


def names(package: str) -> list[str]:
    """The names a room offers, sorted: its files that don't start with an underscore."""
    return sorted(path.stem for path in folder(package).glob("*.py") if not path.stem.startswith("_"))


@cache
def first_line(package: str, name: str) -> str:
    """The first docstring line of what a file offers, read without importing it; why, where it can't be read."""
    try:
        tree = ast.parse((folder(package) / f"{name}.py").read_text(encoding="utf-8"))
    except (SyntaxError, ValueError, OSError) as error:
        return f"This file is broken: {_reason(error)}."
    for node in tree.body:
        if isinstance(node, ast.FunctionDef) and node.name == name:
            text = ast.get_docstring(node)
            if text:
                return text.splitlines()[0]
    return (ast.get_docstring(tree) or "").split("\n", 1)[0]


def load(package: str, name: str, *, noun: str = "file") -> ModuleType:
    """The module behind a name of a room."""
    known = names(package)
    if name not in known:
        near = difflib.get_close_matches(name, known, n=1)
        room = package.replace(".", "/")
        raise CatalogueError(
            f"There is no {noun} named '{name}'.",
            f"There are: {', '.join(known)}.",
            (f"Did you mean {near[0]}? " if near else "")
            + f"To add it, write {room}/{name}.py with a function {name}().",
        )
    return _imported(package, name, noun)


def _imported(package: str, name: str, noun: str) -> ModuleType:
    """The module behind a name that is there."""
    try:
        return importlib.import_module(f"{package}.{name}")
    except (Exception, SystemExit) as error:
        raise CatalogueError(
            f"The {noun} '{name}' could not be loaded: {_reason(error)}.",
            "The others work.",
            f"Mend {package.replace('.', '/')}/{name}.py.",
        ) from error


def working(
    package: str, *, noun: str = "file", needs: Sequence[str] = ()
) -> tuple[dict[str, ModuleType], dict[str, str]]:
    """Every file of a room that works, by its name; and of each that does not, why.

    One works that can be imported and has what its room `needs` of it.
    """
    there: dict[str, ModuleType] = {}
    broken: dict[str, str] = {}
    for name in names(package):
        try:
            module = _imported(package, name, noun)
        except CatalogueError as error:
            broken[name] = _reason(error.__cause__ or error)
            continue
        missing = [part for part in needs if not hasattr(module, part)]
        if missing:
            broken[name] = f"it has no {' and no '.join(missing)}"
        else:
            there[name] = module
    return there, broken


def _reason(error: BaseException) -> str:
    """Why a file is broken, in one line."""
    said = " ".join(str(error).split())
    return f"{type(error).__name__}: {said}".rstrip(": .")


class Shelf:
    """A room as people use it: `shelf.name(...)`, with completion, and a page of help when shown on its own.

    `wrap(name, module, function)` may put something around each function (a check that remembers itself, a bound
    window); without it the function of the file comes back as it is.
    """

    def __init__(
        self, package: str, noun: str, wrap: Callable[[str, ModuleType, Callable], Callable] | None = None
    ) -> None:
        self._package, self._noun, self._wrap = package, noun, wrap
        self._kept: dict[str, Callable] = {}

    def __getattr__(self, name: str) -> Callable[..., Any]:
        if name.startswith("_"):
            raise AttributeError(name)
        if name not in self._kept:
            module = load(self._package, name, noun=self._noun)
            function = getattr(module, name, None)
            if function is None:
                raise CatalogueError(
                    f"The {self._noun} file '{name}' has no function {name}().",
                    "A file holds one function of its own name.",
                    f"Add def {name}(...) to {self._package.replace('.', '/')}/{name}.py.",
                )
            self._kept[name] = self._wrap(name, module, function) if self._wrap else function
        return self._kept[name]

    def __dir__(self) -> list[str]:
        return names(self._package)

    def __iter__(self) -> Iterator[str]:
        return iter(names(self._package))

    def __len__(self) -> int:
        return len(names(self._package))

    def __contains__(self, name: object) -> bool:
        return name in names(self._package)

    def __repr__(self) -> str:
        found = names(self._package)
        wide = max((len(name) for name in found), default=0)
        return "\n".join(f"{name:<{wide}}  {first_line(self._package, name)}" for name in found)

    def _repr_html_(self) -> str:
        rows = "".join(
            f"<tr><td><code>{html.escape(name)}</code></td>"
            f"<td>{html.escape(first_line(self._package, name))}</td></tr>"
            for name in names(self._package)
        )
        return f"<table class='shelf'><tbody>{rows}</tbody></table>"
