"""Which of 5,000 made sessions are abnormal, and how long 13,087 real applications take: what a learned course tells."""

from __future__ import annotations

import gzip
import json
import random
import time
from collections import Counter
from typing import TYPE_CHECKING
from xml.etree import ElementTree

from benchmarks.figure import Figure, at_least, at_most
from benchmarks.incidents import DATA

if TYPE_CHECKING:
    import pandas

    from investigator.finding import Finding

SEED, SESSIONS, ABNORMAL = 20260611, 5_000, 0.03
KINDS = ("extra", "missing", "repeated", "reordered")
#: In three trades: what comes always, in this order; after which step what may come so often; what never should.
COURSES = {
    "library loans": (
        ["card read", "loan opened", "book scanned", "due date set", "gate opened", "book returned", "shelf assigned"],
        {2: ("second copy scanned", 0.4, 1), 3: ("due date extended", 0.3, 3)},
        ["gate alarm", "card refused by reader"],
    ),
    "blood donations": (
        ["donor admitted", "form signed", "haemoglobin measured", "bag connected", "bag sealed", "bag labelled",
         "bag stored"],
        {3: ("needle adjusted", 0.25, 2), 4: ("sample drawn", 0.6, 1)},
        ["flow stopped unexpectedly", "label printer offline"],
    ),
    "car washes": (
        ["ticket taken", "programme chosen", "gate closed", "foam applied", "rinsed", "dried", "gate opened"],
        {3: ("brushes lowered", 0.8, 1), 5: ("wax applied", 0.35, 1)},
        ["emergency stop pressed", "sensor blinded"],
    ),
}  # fmt: skip


def run(*, quick: bool = False) -> list[Figure]:
    out = []
    for trade in COURSES:
        out += _made(trade, 800 if quick else SESSIONS)
    return [*out, *_applications()]


def made(trade: str, number: int, seed: int = SEED) -> tuple[pandas.DataFrame, dict[str, str]]:
    """The log of so many sessions, and of each what was done to it, or nothing."""
    import pandas as pd

    always, sometimes, never = COURSES[trade]
    dice = random.Random(f"{seed} {trade}")
    rows, truth = [], {}
    begin = pd.Timestamp("2026-06-11 06:00", tz="UTC")
    for one in range(number):
        session = f"SES-{one:05d}"
        told = []
        for place, step in enumerate(always):
            told.append(step)
            if place in sometimes and dice.random() < sometimes[place][1]:
                told += [sometimes[place][0]] * dice.randint(1, sometimes[place][2])
        truth[session] = kind = dice.choice(KINDS) if dice.random() < ABNORMAL else ""
        place = dice.choice([place for place, step in enumerate(told) if step in always])
        if kind == "extra":
            told.insert(place, dice.choice(never))
        elif kind == "missing":
            told.pop(place)
        elif kind == "repeated":
            told.insert(place, told[place])
        elif kind == "reordered":
            first, second = sorted(dice.sample([p for p, step in enumerate(told) if step in always], 2))
            told[first], told[second] = told[second], told[first]
        at = begin + pd.Timedelta(seconds=one * 5 + dice.random())
        for step in told:
            rows.append((at, f"session {session}: {step}"))
            at += pd.Timedelta(seconds=1 + dice.expovariate(0.2))
    frame = pd.DataFrame(rows, columns=["time", "body"]).sort_values("time", kind="stable", ignore_index=True)
    return frame.assign(source="sessions.log", service="sessions"), truth


def _made(trade: str, number: int) -> list[Figure]:
    import investigator as inv
    from investigator.events.events import Events

    frame, truth = made(trade, number)
    events = Events.from_frame(frame)
    out = []
    for asked, kinds in (("a healthy one", {""}), ("an abnormal one", set(KINDS))):
        like = next(session for session, kind in truth.items() if kind in kinds)
        finding = inv.find.lifecycle(events, like=like)
        share = auc(finding, truth)
        whole = sum(not kind for kind in truth.values())
        note = f"{finding.value['whole']:,} called whole, {whole:,} are; seed {SEED}"
        out.append(at_least(f"{trade}: AUC of what is abnormal, asked about {asked}", share, 0.99, note=note))
    return out


def auc(finding: Finding, truth: dict[str, str]) -> float:
    """How likely an abnormal session is called more unusual than a healthy one (Mann and Whitney 1947)."""
    import pandas as pd

    told = {one["id"]: one["score"] for one in finding.value["unusual"]}
    ranks = pd.Series({session: told.get(session, 0.0) for session in truth}).rank()
    bad = [session for session, kind in truth.items() if kind]
    return float(ranks[bad].sum() - len(bad) * (len(bad) + 1) / 2) / (len(bad) * (len(truth) - len(bad)))


def _applications() -> list[Figure]:
    """The course of real applications for loans, from a log of processes."""
    import pandas as pd

    import investigator as inv
    from investigator.events.events import Events

    rows = []
    with gzip.open(DATA / "process_xes" / "bpic2012.xes.gz") as stream:
        for _, node in ElementTree.iterparse(stream):
            if node.tag.rpartition("}")[2] == "trace":
                cells = {cell.get("key"): cell.get("value") for cell in node}
                case = f"APP-{cells['concept:name']}"
                for event in node:
                    told = {cell.get("key"): cell.get("value") for cell in event}
                    if "concept:name" in told:
                        rows.append((told["time:timestamp"], case, told["concept:name"]))
                node.clear()
    frame = pd.DataFrame(rows, columns=["time", "case", "activity"])
    truth = json.loads((DATA / "process_xes" / "truth.json").read_text())["files"]["bpic2012.xes.gz"]
    variants = Counter(tuple(part) for part in frame.groupby("case", sort=False)["activity"].agg(list))
    frame = frame.assign(
        time=pd.to_datetime(frame["time"], utc=True, format="ISO8601"),
        source="loans.xes",
        service="loans",
        body=frame["activity"] + " of " + frame["case"],
    )
    events = Events.from_frame(frame.drop(columns=["case", "activity"]))
    started = time.process_time()
    finding = inv.find.lifecycle(events, like="APP-183130")
    took = time.process_time() - started
    same = finding.value["ids"] == truth["cases"] and len(variants) == truth["variants"]
    return [
        Figure(
            "applications and variants as counted",
            str(bool(same)),
            "",
            "True",
            bool(same),
            f"{len(rows):,} events",
        ),
        at_most("lifecycle over 13,087 applications, seconds of processor time", took, 3.0),
    ]
