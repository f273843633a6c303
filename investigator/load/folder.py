"""The files of a folder, in order, and what in it is none: hidden, a link that leads out, a pipe, what can't be opened."""

from __future__ import annotations

import os
import stat
from pathlib import Path

from investigator.errors import DataError
from investigator.look import harmless, shown_name
from investigator.sources._container import Names

#: The file that makes a folder a case.
CASE = "case.db"
_NAMED = 3  # of those left out, by name


def files(path: Path) -> tuple[list[tuple[Path, str]], tuple[str, ...]]:
    """Each file with the name that it is shown by; and a sentence for each kind of thing that was left out."""
    if not path.exists():
        near = sorted(item.name for item in path.parent.iterdir())[:8] if path.parent.is_dir() else []
        raise DataError(
            harmless(f"There is no {path}."),
            harmless(f"Beside it there are: {', '.join(near) or 'no files'}."),
            "Correct the path.",
        )
    if path.is_file():
        return [(path, shown_name(path.name))], ()
    if not path.is_dir():
        raise DataError(
            harmless(f"{path} is {_kind(path)}, no file."),
            "Reading it may never end.",
            "Write what it gives into a file, and add that: cat ... > export.log",
        )
    found, left = _walked(path)
    if not found:
        said = f" Left out: {'; '.join(_said(left))}." if left else ""
        raise DataError(
            harmless(f"{path} holds no files.{said}"), "", "Name a folder with exports in it, or a file."
        )
    names = Names()
    return [(file, names.own(shown_name(inside))[0]) for file, inside in found], _said(left)


def size(file: Path) -> int:
    """How large a file is; 0 where it is gone by now."""
    try:
        return file.stat().st_size
    except OSError:
        return 0


def _walked(path: Path) -> tuple[list[tuple[Path, str]], dict[str, list[str]]]:
    root = path.resolve()
    found: list[tuple[Path, str]] = []
    left: dict[str, list[str]] = {}

    def leave(why: str, file: Path) -> None:
        left.setdefault(why, []).append("/".join(file.relative_to(path).parts))

    def closed(error: OSError) -> None:
        leave("that can't be opened", Path(error.filename))

    for folder, folders, inside in os.walk(path, onerror=closed):
        here = Path(folder)
        for name in [name for name in folders if name.startswith(".")]:
            leave("hidden", here / name)
            folders.remove(name)
        for name in [name for name in folders if (here / name / CASE).is_file()]:
            leave("a case: what it holds was read already", here / name)
            folders.remove(name)
        for name in folders:
            if (here / name).is_symlink():
                leave("a link to a folder", here / name)
        for name in inside:
            file = here / name
            if name.startswith("."):
                leave("hidden", file)
            elif file.is_symlink() and not file.exists():
                leave("a link to nothing", file)
            elif file.is_symlink() and not file.resolve().is_relative_to(root):
                leave("a link that leads out of the folder", file)
            elif not file.is_file():
                leave(f"{_kind(file)}, no file", file)
            else:
                found.append((file, "/".join(file.relative_to(path).parts)))
    return sorted(found, key=lambda item: Path(item[1]).parts), left


def _kind(file: Path) -> str:
    try:
        mode = file.stat().st_mode
    except OSError:
        return "not to be opened"
    if stat.S_ISFIFO(mode):
        return "a pipe"
    if stat.S_ISSOCK(mode):
        return "a socket"
    return "a device"


def _said(left: dict[str, list[str]]) -> tuple[str, ...]:
    out = []
    for why, names in left.items():
        shown = ", ".join(shown_name(name) for name in sorted(names)[:_NAMED])
        more = f" and {len(names) - _NAMED:,} more" if len(names) > _NAMED else ""
        out.append(f"{len(names):,} {why} ({shown}{more})")
    return tuple(out)
