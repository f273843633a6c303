"""What a company's files say of a change, in thirty ways: whether the one to blame is named, and the service at fault."""

from __future__ import annotations

import sys
import tempfile
from collections import Counter
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from benchmarks.figure import Figure, at_least, at_most

_TESTS = Path(__file__).parents[1] / "tests"
BAR = 0.9


def run(*, quick: bool = False) -> list[Figure]:
    """Both halves; mended on `making` alone. `quick` takes every third example."""
    sys.path.insert(0, str(_TESTS))
    try:
        import made
    finally:
        sys.path.remove(str(_TESTS))
    out = []
    for half in ("making", "measuring"):
        own = [one for one in made.changes() if made.half(one["name"]) == half][:: 3 if quick else 1]
        said = [answered(one) for one in own]
        for place, name in enumerate(("change", "service")):
            counts = Counter(one[place] for one in said)
            note = ", ".join(f"{number} {what}" for what, number in sorted(counts.items()))
            share = round(counts["right"] / len(own), 3)
            out.append(at_least(f"the {name} to blame is named: {half}", share, BAR, note=note))
            out.append(at_most(f"a wrong {name} is named: {half}", counts["wrong"], 0))
    return out


def answered(example: dict[str, Any]) -> tuple[str, str]:
    """What was said of the change (right, proposed, wrong or silent), and of the service."""
    from investigator.case import Case

    with tempfile.TemporaryDirectory(prefix="investigator-changed-") as folder:
        for name, text in example["files"].items():
            path = Path(folder) / "files" / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
        case = Case.new("INC-1", about=[example["asked"]], root=Path(folder) / "cases")
        case.add(Path(folder) / "files")
        onset = case.onset()
        began = onset.isoformat() if onset else None
        found = case.find.candidate_triggers(onset=began, like=example["asked"])
        service = case.find.which_service(onset=began, like=example["asked"])
    first = next(iter(found.value["changes"]), None)
    near = bool(first and example["change"]) and abs(
        datetime.fromisoformat(first["time"]) - example["change"]
    ) <= timedelta(minutes=1)
    firm, none = found.verdict == "found", example["change"] is None
    told = (
        "right"
        if (firm and near) or (none and not firm)
        else "wrong"
        if firm
        else "proposed"
        if near
        else "silent"
    )
    top = service.table.iloc[0]["service"] if service.table is not None and len(service.table) else ""
    named = "silent" if service.verdict != "found" else "right" if top == example["service"] else "wrong"
    return told, named
