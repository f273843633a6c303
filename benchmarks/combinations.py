"""Which combination of values real rises of a video service sit in: one table a case, asked once, with one setting."""

from __future__ import annotations

import csv
import hashlib
import json
import subprocess
import sys
import tempfile
from datetime import UTC, datetime
from pathlib import Path

from benchmarks.figure import Figure, at_least
from benchmarks.incidents import DATA

SET = DATA / "multidim_robustspot"


def run(*, quick: bool = False) -> list[Figure]:
    with (SET / "cases.csv").open(newline="") as stream:
        cases = list(csv.DictReader(stream))[: 4 if quick else None]
    told = {row["case"]: _told(row) for row in cases}
    out = []
    peer = "excess by sharpness .537 / .910, best single value .478"
    for half in ("making", "measuring", "both"):
        names = {name for name in told if half in (_half(name), "both")}
        first, five = _scored({name: told[name] for name in names})
        out += [
            at_least(
                f"the combination comes first, {half}", first, 0.75, peer=peer, note=f"{len(names)} cases"
            ),
            at_least(f"it is among the first five, {half}", five, 0.95, peer=peer),
        ]
    return out


def _told(row: dict[str, str]) -> list[dict[str, str]]:
    from investigator.case import Case

    with tempfile.TemporaryDirectory() as place:
        case = Case.new("SPOT-1", words="Playback stalls", root=place)
        case.add(SET / row["file"])
        onset = datetime.fromtimestamp(int(row["minute"]), UTC).isoformat()
        finding = case.find.what_changed(onset=onset)
    value = finding.value or {}
    return [one["values"] for one in value.get("combinations", [])]


def _half(name: str) -> str:
    digit = int(hashlib.md5(name.encode(), usedforsecurity=False).hexdigest()[0], 16)
    return "measuring" if digit % 2 else "making"


def _scored(told: dict[str, list[dict[str, str]]]) -> tuple[float, float]:
    """What the scorer says of these cases alone: exact at one, exact among five."""
    with tempfile.TemporaryDirectory() as place:
        truth, file = Path(place) / "truth.csv", Path(place) / "told.jsonl"
        with (SET / "truth.csv").open(newline="") as stream, truth.open("w", newline="") as out:
            rows = [row for row in csv.DictReader(stream) if row["case"] in told]
            writer = csv.DictWriter(out, list(rows[0]))
            writer.writeheader()
            writer.writerows(rows)
        file.write_text("".join(json.dumps({"case": k, "ranked": v}) + "\n" for k, v in told.items()))
        scorer = [sys.executable, str(DATA / "scorers" / "score_multidim.py"), str(truth), str(file)]
        said = subprocess.run(scorer, capture_output=True, text=True, check=True).stdout
    cells = next(line.split() for line in said.splitlines() if line.startswith("ALL"))
    return float(cells[3]), float(cells[4])
