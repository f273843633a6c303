"""Which change was it: deploys of a real platform that were later taken back, and times at which nothing was."""

from __future__ import annotations

import csv
import itertools
import subprocess
import sys
import tempfile
from datetime import datetime, timedelta
from pathlib import Path

from benchmarks.figure import Figure, at_least, at_most
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
    sure = _quiet(events, frame, 10 if quick else 60)
    return [
        at_least(
            "deploys taken back as faults, AC@1",
            round(float(fault[3]), 2),
            0.86,
            peer="newest first .86",
            note=note,
        ),
        at_least("deploys taken back as faults, AC@3", float(fault[4]), 1.0, peer="newest first 1.0"),
        at_most(
            "times without a change that are called explained",
            sure,
            0.05,
            note="random times a day or more after the last deploy, no place known",
        ),
    ]


def _with_sha(events):  # type: ignore[no-untyped-def]
    table = events.table
    return events.fetch(table.select("evidence", "unit", "units", sha=table.attributes.get("sha")))


def _quiet(events, frame, number: int) -> float:  # type: ignore[no-untyped-def]
    """The share of moments far from any deploy at which a change is found all the same."""
    import random

    import investigator as inv

    times = sorted(frame["time"])
    gaps = [(a, b) for a, b in itertools.pairwise(times) if (b - a) > timedelta(hours=30)]
    dice = random.Random(7)
    sure = 0
    for _ in range(number):
        low, high = dice.choice(gaps)
        at = low + timedelta(hours=24) + (high - low - timedelta(hours=25)) * dice.random()
        finding = inv.find.candidate_triggers(events, onset=at.isoformat(), hours=HOURS)
        sure += finding.verdict == "found"
    return sure / number
