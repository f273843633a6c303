"""Which change was it: deploys of a real platform that were later taken back. (Where none was: see worlds.)"""

from __future__ import annotations

import csv
import subprocess
import sys
import tempfile
from datetime import datetime, timedelta
from pathlib import Path

from benchmarks.figure import Figure, at_least
from benchmarks.incidents import DATA

SET = DATA / "changes_mybinder"
HOURS = 72


def run(*, quick: bool = False) -> list[Figure]:
    import pandas as pd

    import investigator as inv
    from investigator.events import Events

    deploys = pd.read_csv(SET / "deploys.csv", dtype=str).fillna("")
    frame = pd.DataFrame(
        {
            "time": pd.to_datetime(deploys["committed_at"], utc=True),
            "kind": "deploy",
            "body": deploys["title"],
            "sha": deploys["sha"],
        }
    )
    events = Events.from_frame(frame, source="deploys")
    sha = {row.origin: row.sha for row in _with_sha(events).itertuples(index=False)}
    cases = list(csv.DictReader((SET / "cases.csv").open()))[: 5 if quick else None]
    with tempfile.TemporaryDirectory() as place:
        told = Path(place) / "told.csv"
        with told.open("w", newline="") as stream:
            writer = csv.writer(stream)
            writer.writerow(("case", "rank", "suspect"))
            for case in cases:
                at = (datetime.fromisoformat(case["at"]) - timedelta(seconds=1)).isoformat()
                value = inv.find.candidate_triggers(events, onset=at, hours=HOURS).value
                writer.writerows((case["case"], c["rank"], sha[c["origin"]]) for c in value["changes"])
        scorer = DATA / "scorers" / "score_rca.py"
        said = subprocess.run(
            [sys.executable, str(scorer), str(SET / "cases.csv"), str(told), "--by", "kind"],
            capture_output=True, text=True, check=True,
        ).stdout  # fmt: skip
    rows = {line.split()[0]: line.split() for line in said.splitlines()[1:] if line.split()}
    fault = rows["fault"]
    note = "; ".join(f"{name} AC@1 {row[3]} AC@3 {row[4]}" for name, row in rows.items() if name != "fault")
    return [
        at_least(
            "deploys taken back as faults, AC@1",
            round(float(fault[3]), 2),
            0.86,
            peer="newest first .86",
            note=note,
        ),
        at_least("deploys taken back as faults, AC@3", float(fault[4]), 1.0, peer="newest first 1.0"),
    ]


def _with_sha(events):  # type: ignore[no-untyped-def]
    table = events.table
    return events.fetch(table.select("evidence", "unit", "units", sha=table.attributes.get("sha")))
