"""A template fitted to a case: its cells tagged `turn` once for each turn of the record; those tagged `thing` only where
something can be followed, those tagged `service` only where nothing can."""

from __future__ import annotations

import copy
import json
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from investigator.case import Case

TAG = "turn"
_SHAPES = {"thing": True, "service": False}


def fits(notebook: dict[str, Any]) -> bool:
    """Whether a template is the same for every case."""
    return not any(
        {TAG, *_SHAPES} & set(cell.get("metadata", {}).get("tags", [])) for cell in notebook["cells"]
    )


def fitted(notebook: dict[str, Any], case: Case) -> dict[str, Any]:
    """The notebook as this case needs it: the turns of its record, and the shape of an incident with or without an id."""
    followed = bool(case.about)
    cells = [
        cell
        for cell in notebook["cells"]
        if all(_SHAPES.get(tag, followed) == followed for tag in cell.get("metadata", {}).get("tags", []))
    ]
    out = {**notebook, "cells": cells}
    return expanded(out, case) if has_turns(out) else out


def has_turns(notebook: dict[str, Any]) -> bool:
    """Whether a template has cells that stand for every turn."""
    return any(TAG in cell.get("metadata", {}).get("tags", []) for cell in notebook["cells"])


def expanded(notebook: dict[str, Any], case: Case) -> dict[str, Any]:
    """The notebook with its turn cells repeated: `{number}` and `{heading}` filled in, each cell with its own id."""
    from investigator.case.reasoning.turns import heading, turns

    snapshot = case.snapshot()
    out = {key: value for key, value in notebook.items() if key != "cells"}
    marked = [cell for cell in notebook["cells"] if TAG in cell.get("metadata", {}).get("tags", [])]
    cells: list[dict[str, Any]] = []
    for cell in notebook["cells"]:
        if cell not in marked:
            cells.append(cell)
        elif cell is marked[0]:
            for turn in turns(snapshot):
                cells += [_filled(one, turn.number, heading(snapshot, turn)) for one in marked]
    out["cells"] = cells
    return out


def _filled(cell: dict[str, Any], number: int, heading: str) -> dict[str, Any]:
    found = copy.deepcopy(cell)
    text = "".join(found["source"]) if isinstance(found["source"], list) else found["source"]
    # The template stands for the first turn, so that it runs as it is.
    found["source"] = text.replace("case.brief.turn(1)", f"case.brief.turn({number})").replace(
        "Turn 1", heading
    )
    found["id"] = f"{found.get('id', 'turn')}-{number}"
    return found


def as_bytes(notebook: dict[str, Any]) -> bytes:
    """A notebook as it lies on disk."""
    return (json.dumps(notebook, indent=1, ensure_ascii=False) + "\n").encode()
