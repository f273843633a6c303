"""The eight lines of a triage on two million rows, without the load: processor time of the whole and of each question."""

from __future__ import annotations

import sys
import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random

from benchmarks.figure import Figure, at_most

#: Where a thing goes, and what is said there; every one of a channel is left out at the fourth since the fault.
STEPS = (
    ("intake", "received {id} of {owner} by {channel}"),
    ("store", "stored {id}, {bytes} bytes"),
    ("check", "checked {id} in {ms} ms"),
    ("index", "indexed {id}"),
    ("mailer", "told {owner} of {id}"),
)
START = datetime(2026, 6, 17, 4, 0, tzinfo=UTC)
ASKED = "DOC-{n}"


def run(*, quick: bool = False) -> list[Figure]:
    from investigator.case import Case
    from investigator.case.brief import at_once
    from investigator.case.snapshot import Snapshot

    rows = 50_000 if quick else 2_000_000
    with tempfile.TemporaryDirectory() as place:
        about = write(Path(place) / "exports", rows)
        case = Case.new("TRIAGE-1", about=[about], root=Path(place) / "cases")
        case.add(Path(place) / "exports")
        spent: dict[str, float] = {}
        once = Snapshot.once

        def timed(snapshot: Snapshot, analysis: str, **given: object) -> object:
            began = time.process_time()
            try:
                return once(snapshot, analysis, **given)
            finally:
                spent[analysis] = spent.get(analysis, 0.0) + time.process_time() - began

        Snapshot.once = timed  # type: ignore[method-assign,assignment]
        try:
            began, clock = time.process_time(), time.perf_counter()
            shown = case.brief.at_once()
            whole, took = time.process_time() - began, time.perf_counter() - clock
        finally:
            Snapshot.once = once  # type: ignore[method-assign]
    assert "affected" in shown.text, at_once
    print(shown.text)
    each = ", ".join(
        f"{name} {seconds:.1f} s" for name, seconds in sorted(spent.items(), key=lambda i: -i[1])
    )
    return [
        at_most(
            "the eight lines of a triage, processor time", whole, 10, unit=" s", note=f"{rows:,} rows; {took:.1f} s by the clock; {each}",
        )
    ]  # fmt: skip


def write(folder: Path, rows: int) -> str:
    """The exports of five services; gives a thing that never came on."""
    folder.mkdir(parents=True)
    dice, number = Random(7), rows // len(STEPS)
    lines: dict[str, list[tuple[float, str]]] = {service: [] for service, _ in STEPS}
    hit = []
    for n in range(number):
        at = 16 * 3600 * n / number
        values = {"id": ASKED.format(n=10_000 + n), "owner": f"CUST-{dice.randrange(4000):04d}", "channel": dice.choice(("web", "mail", "scan")),
                  "bytes": dice.randrange(100_000), "ms": dice.randrange(900)}  # fmt: skip
        bad = n > 0.7 * number and values["channel"] == "scan"
        for place, (service, says) in enumerate(STEPS):
            at += dice.random() * 4
            if bad and place >= 3:
                lines["index"].append((at, f"WARN skipped {values['id']}, unsupported schema 3"))
                hit.append(str(values["id"]))
                break
            lines[service].append((at, f"INFO {says.format(**values)}"))
    for service, said in lines.items():
        with (folder / f"{service}.log").open("w", encoding="utf-8") as out:
            for at, text in sorted(said):
                out.write(f"{(START + timedelta(seconds=at)).isoformat(timespec='milliseconds')} {text}\n")
    (folder / "deploys.csv").write_text(
        f"service,version,at\nindex,2.3.1,{(START + timedelta(hours=11.18)).isoformat()}\n"
    )
    return hit[len(hit) // 2]


if __name__ == "__main__":
    for one in run(quick="--quick" in sys.argv):
        sys.stdout.write(f"{one.name}: {one.figure} ({one.bar}) {one.note}\n")
