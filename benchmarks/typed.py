"""What people type: deadlines in tickets, times in notes, secrets in lines; each of both halves of the invented examples.

The examples were written without a look at the code; it was mended on the half `making` alone.
"""

from __future__ import annotations

import sys
from collections import Counter
from datetime import datetime
from pathlib import Path

from benchmarks.figure import Figure, at_least, at_most
from investigator import secrets
from investigator.natural_times import beginning, deadlines

BARS = {"secrets by their shape": 99, "secrets behind names": 97, "lines that only look like a secret": 99.98}
HALVES = ("making", "measuring")
_TESTS = Path(__file__).parents[1] / "tests"


def run(*, quick: bool = False) -> list[Figure]:
    """Shares of each half; wrong in silence is what was wrong and nobody was told. `quick` changes nothing."""
    sys.path.insert(0, str(_TESTS))
    try:
        import made
    finally:
        sys.path.remove(str(_TESTS))
    counts: Counter[tuple[str, str, str]] = Counter()
    for ticket in made.tickets():
        what = {
            "due": "tickets with a deadline",
            "none": "tickets without one",
            "several": "tickets with several",
        }
        _count(counts, what[ticket["name"].split("-")[1]], made.half(ticket["name"]), *_ticket(ticket))
    for note in made.notes():
        _count(counts, "notes", made.half(note["name"]), *_note(note))
    lines = made.secrets()
    # All at once: each call prepares its patterns again.
    said = secrets.mask("\n".join(line["line"] for line in lines))
    for line in lines:
        what = "secrets behind names" if line["kind"].startswith("names_") else "secrets by their shape"
        gone = line["secret"][-12:] not in said and line["secret"][4:16] not in said
        _count(counts, what, made.half(line["name"]), gone, not gone)
    for look in made.lookalikes():
        kept = secrets.mask(look["line"]) == look["line"]
        _count(counts, "lines that only look like a secret", made.half(look["name"]), kept, not kept)
    out = []
    for what in dict.fromkeys(what for what, _, _ in counts):
        for half in HALVES:
            whole, right, wrong = (counts[what, half, name] for name in ("all", "right", "wrong"))
            note = f"{right} of {whole}; the half {half}"
            out.append(
                at_least(
                    f"{what}, right: {half}", right / whole * 100, BARS.get(what, 95), unit=" %", note=note
                )
            )
            if what.startswith(("tickets", "notes")):
                out.append(at_most(f"{what}, wrong in silence: {half}", wrong, 0, note=note))
    return out


def _count(counts: Counter[tuple[str, str, str]], what: str, half: str, right: bool, wrong: bool) -> None:
    counts[what, half, "all"] += 1
    counts[what, half, "right"] += right
    counts[what, half, "wrong"] += wrong


def _ticket(ticket: dict) -> tuple[bool, bool]:
    found = deadlines(
        ticket["text"], zone_name=ticket["zone"], reference=datetime.fromisoformat(ticket["now"])
    )
    sure = [due.time.low for due in found if due.sure]
    answer = sure if len(sure) == 1 else []
    asked = [] if answer else sorted(sure or [due.time.low for due in found])
    times = sorted(datetime.fromisoformat(one) for one in ticket["deadline"].split() if "T" in one)
    if ticket["deadline"] == "none":
        right = not found
    else:
        right = asked == times if ticket["deadline"].startswith("asked") else answer == times
    return right, bool(answer) and not right


def _note(note: dict) -> tuple[bool, bool]:
    found = beginning(note["text"], zone_name=note["zone"], reference=datetime.fromisoformat(note["now"]))
    if note["time"] in ("refused", "none"):
        right = found.time is None and (note["time"] == "none" or bool(found.refused))
        return right, not right and (found.time is None or len(found.time.readings) < 2)
    if found.time is None:
        return False, not found.refused
    fits = found.time.written == datetime.fromisoformat(note["time"])
    return fits and note["text"][found.stop :] == note["rest"], not fits


if __name__ == "__main__":
    for figure in run():
        print(figure)
