"""Seen before? Two hundred signatures on a new case of two million events: how many are left, and how long it takes."""

from __future__ import annotations

import re
import tempfile
import time
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Any

from benchmarks.figure import Figure, at_most

if TYPE_CHECKING:
    from collections.abc import Callable

    import pandas

    from investigator.library.signature import Signature

#: So many documents of a made system, and how often its events are there, each time with other ids.
DOCUMENTS, TIMES, SIGNATURES = 14_500, 10, 200
FATES = ("hidden", "stuck", "gone", "delayed", "duplicated", "wrong owner", "never received")
#: What signatures ask; every sixth asks something that no other does.
STEPS: tuple[tuple[str, dict[str, dict[str, Any]]], ...] = (
    ("whereabouts", {"entity": {"the": "about"}}),
    ("compare_entities", {"entity": {"the": "about"}}),
    ("who_else", {"like": {"the": "about"}}),
    ("new_messages", {"onset": {"the": "onset"}}),
    ("candidate_triggers", {"like": {"the": "about"}, "onset": {"the": "onset"}}),
    ("what_gets_worse", {}),
)


def run(*, quick: bool = False) -> list[Figure]:
    """A made system's events, and signatures of which a seventh has the fate of its incident."""
    from investigator.library import questions
    from investigator.library.recognising import recognise
    from investigator.library.repeating import Known
    from investigator.performing import perform
    from investigator.samples.world import world
    from investigator.testing import stored

    made = world(1, "skipped-schema", documents=2_000 if quick else DOCUMENTS)
    frame = _often(made.frame, 1 if quick else TIMES)
    rows, about, kinds = len(frame), made.truth["example"], made.kinds
    with tempfile.TemporaryDirectory() as place:
        events = stored(frame, Path(place), kinds=kinds)
        del made, frame
        onset = str(perform("who_else", events, {"like": about}).value.get("first"))
        ask, asked = questions.asking(events), Counter[str]()

        def counting(analysis: str, params: dict[str, Any], selection: dict[str, Any]) -> Any:
            asked[f"{analysis} {sorted(params.items())} {selection}"] += 1
            return ask(analysis, params, selection)

        events.memo.clear()  # as on a case that nobody asked anything yet
        started, busy = time.perf_counter(), time.process_time()
        found = recognise([_signature(n) for n in range(SIGNATURES)], Known(about, onset), counting)
        took, worked = time.perf_counter() - started, time.process_time() - busy
    said = f"over {rows:,} events, {len(asked)} distinct checks"
    return [
        at_most("intake: seconds of processor time", worked, 30, unit=" s", note=f"{said}; {took:.0f} s by the clock"),
        at_most("intake: signatures of 200 that are left", found.left, 10),
        at_most("intake: how often a check is run, at most", max(asked.values()), 1),
    ]  # fmt: skip


def _often(frame: pandas.DataFrame, times: int) -> pandas.DataFrame:
    """A frame so many times over; from the second on its documents and filings have other ids."""
    import pandas as pd

    parts, highest = [frame], int(frame["unit"].max())
    for turn in range(1, times):

        def turned(match: re.Match[str], turn: int = turn) -> str:
            held = match[0]
            return held[turn % len(held) :] + held[: turn % len(held)]

        def other(text: str, turned: Callable[[re.Match[str]], str] = turned) -> str:
            return re.sub(r"(?<=doc_[0-9])[0-9a-f]{9}|(?<=DE)[0-9]{6}(?=R[0-9])", turned, text)

        bodies = [other(body) if isinstance(body, str) else body for body in frame["body"]]
        told = [
            {key: other(value) if isinstance(value, str) else value for key, value in (held or {}).items()}
            for held in frame["attributes"]
        ]
        parts.append(frame.assign(unit=frame["unit"] + turn * highest, body=bodies, attributes=told))
    return pd.concat(parts, ignore_index=True)


def _signature(number: int) -> Signature:
    from investigator.library.signature import Signature, Step

    steps = [Step(analysis, params=params) for analysis, params in STEPS[: 3 + number % 4]]
    if number % 6 == 0:
        steps.append(Step("search", params={"text": {"is": f"unsupported schema v{number}"}}))
    shape = {
        "what became of it": FATES[number % len(FATES)],
        "the change": ("deploy", "flag", "none")[number % 3],
    }
    return Signature(f"INC-{number}", "", tuple(steps), shape=shape)
