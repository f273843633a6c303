"""Where cases lie, and which names a case may have."""

from __future__ import annotations

import contextlib
import difflib
import os
import re
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from investigator.case.record import location
from investigator.errors import CaseError

_ID = re.compile(r"^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$")


def check_id(given: object) -> str:
    """The id as text, `0012` as it is; refused where it could name another folder."""
    text = str(given).strip()
    if not _ID.match(text) or ".." in text:
        raise CaseError(
            f"'{text}' can't be the id of a case.",
            "An id has letters, digits, '.', '-' and '_', starts with a letter or digit, and names no folder.",
            "Use one such as INC-2031.",
        )
    return text


def root(given: Path | str | None = None) -> Path:
    """The folder of all cases: as given, else INVESTIGATOR_CASES, else ./cases."""
    return Path(given or os.environ.get("INVESTIGATOR_CASES") or "cases")


def listing(folder: Path | str | None = None) -> list[Path]:
    """The case folders in it, sorted by name."""
    place = root(folder)
    if not place.is_dir():
        return []
    return sorted(path for path in place.iterdir() if location.is_case(path))


Made = TypeVar("Made")
PARTS = ("evidence", "events", "inbox", "notebooks", "reports")


def made(path: Path, begin: Callable[[], Made]) -> Made:
    """What `begin` gives, in the folders of a case; where it raises, folders that were not there are gone again."""
    fresh = [p for p in (path, *(path / part for part in PARTS)) if not p.exists()]
    for part in PARTS:
        (path / part).mkdir(parents=True, exist_ok=True)
    if path in fresh:
        path.chmod(0o700)  # what a customer said and sent is for who works on it
    try:
        return begin()
    except BaseException:
        for place in reversed(fresh):
            with contextlib.suppress(OSError):
                place.rmdir()
        raise


def _at_hand(id: str, folder: Path | str | None) -> list[Path]:
    """The case of that id that `inv lab` was started for, or in whose folder we stand: a notebook names it by its id."""
    if folder is not None:
        return []
    here = Path.cwd()
    near = [Path(os.environ.get("INVESTIGATOR_CASE") or "."), here, here.parent]
    return [place for place in near if place.name == id]


def find(which: Path | str, folder: Path | str | None = None) -> Path:
    """The folder of a case, by its path or its id; raises CaseError with what there is."""
    path = Path(which)
    if location.is_case(path):
        return path
    if len(path.parts) == 1:
        for place in (*_at_hand(check_id(which), folder), root(folder) / str(which)):
            if location.is_case(place):
                return place
    known = [item.name for item in listing(folder)]
    near = difflib.get_close_matches(str(which), known, n=1)
    raise CaseError(
        f"There is no case '{which}'.",
        f"In {root(folder)} there are: {', '.join(known) or 'none'}.",
        f"Did you mean {near[0]}?" if near else f'Make it with: inv new {path.name or "INC-1"} --title "..."',
    )
