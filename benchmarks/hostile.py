"""Hostile archives: how much processor time until each is refused, and how much memory that takes, each in a process of its own."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from benchmarks.figure import Figure, alone

#: The makers of hostile archives are those of the tests.
MAKERS = Path(__file__).parents[1] / "tests" / "load"
SECONDS, MEGABYTES = 5.0, 300.0

_REFUSE = """
from pathlib import Path
from investigator import load
from investigator.errors import DataError
from investigator.events.store import Store
place = Path(sys.argv[2])
try:
    report = load.add(sys.argv[1], store=Store(place / "events"), vault=place / "evidence", load=1)
    out = {"refused": bool(report.unread) and not report.events, "events": report.events}
except DataError as error:
    out = {"refused": True, "events": 0}
out["seconds"] = time.process_time()
out["left"] = len([p for p in place.rglob("*") if p.is_file() and p.name.startswith((".incoming", ".staging"))])
out["stored"] = sum(p.stat().st_size for p in (place / "evidence").glob("*")) if out["refused"] else 0
"""


def run(*, quick: bool = False) -> list[Figure]:
    sys.path.insert(0, str(MAKERS))
    import hostile

    made = dict(hostile.WHOLE)
    made["a zip of zips of zips (10^5 times 48 MB)"] = lambda: ("nested.zip", hostile.nested())
    for name, (data, _) in hostile.MEMBERS.items():
        made[f"one member: {name}"] = lambda data=data: ("e.zip", data)
    figures: list[Figure] = []
    worst_seconds = worst_mb = 0.0
    for name, make in list(made.items())[: 4 if quick else None]:
        with tempfile.TemporaryDirectory() as place:
            file, data = make()
            path = Path(place) / file
            path.write_bytes(data)
            size = len(data)
            del data
            (Path(place) / "case").mkdir()
            found = alone(_REFUSE, str(path), str(Path(place) / "case"))
        worst_seconds, worst_mb = max(worst_seconds, found["seconds"]), max(worst_mb, found["peak_mb"])
        single = name.startswith("one member")
        met = found["seconds"] <= SECONDS and found["peak_mb"] <= MEGABYTES and not found["left"]
        if not single:
            met = met and found["refused"]
            figures.append(
                Figure(
                    name,
                    f"{found['seconds']:.2f} s, {found['peak_mb']:.0f} MB",
                    f"{size / 1e6:.2f} MB packed",
                    f"refused within {SECONDS:.0f} s and {MEGABYTES:.0f} MB, nothing left",
                    met,
                    "" if found["refused"] else f"{found['events']:,} events were read",
                )
            )
        print(f"  {name:<58} {found['seconds']:6.2f} s {found['peak_mb']:5.0f} MB {found}", flush=True)
    count = sum(name.startswith("one member") for name in made)
    figures.append(
        Figure(
            f"the slowest and the largest of all, {count} with one bad member among them",
            f"{worst_seconds:.2f} s, {worst_mb:.0f} MB",
            "",
            f"{SECONDS:.0f} s and {MEGABYTES:.0f} MB",
            worst_seconds <= SECONDS and worst_mb <= MEGABYTES,
        )
    )
    return figures
