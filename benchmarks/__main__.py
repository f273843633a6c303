"""Run the benchmarks and write RESULTS.md: `python -m benchmarks`, or only some: `python -m benchmarks load trace`."""

from __future__ import annotations

import argparse
import importlib
import importlib.metadata
import inspect
import json
import platform
import sys
import time
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path

from benchmarks.figure import Figure

HERE = Path(__file__).parent
RESULTS = HERE / "RESULTS.md"
KEPT = HERE / "results.json"
ORDER = (
    "load",
    "text",
    "lanes",
    "index",
    "search",
    "looking",
    "trace",
    "entities",
    "comparison",
    "large",
    "triage",
    "patterns",
    "worlds",
    "trades",
    "triggers",
    "changed",
    "guesses",
    "metrics",
    "services",
    "combinations",
    "sessions",
    "bare",
    "start",
    "people",
    "record",
    "pages",
    "incidents",
    "formats",
    "hostile",
    "headings",
    "typed",
    "traps",
    "mutation",
    "erasures",
    "flips",
    "verified",
    "recognised",
    "reading",
    "exports",
    "library",
    "intake",
    "signatures",
    "runbook",
    "tables",
    "redaction",
)
#: Under which name the figures of a benchmark on fresh seeds are kept.
FRESH = "{}, fresh seeds"
PACKAGES = ("duckdb", "ibis-framework", "pandas", "pyarrow", "plotly", "papermill", "nbconvert", "jupyterlab")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("names", nargs="*", help=f"of {', '.join(ORDER)}; all without")
    parser.add_argument(
        "--quick", action="store_true", help="small sizes, for trying the benchmarks themselves"
    )
    parser.add_argument("--seeds", type=int, help="how many seeds each, for what is made from seeds: trades")
    parser.add_argument(
        "--from",
        type=int,
        default=0,
        dest="start",
        help="the first of these seeds: fresh ones, that no rule was tried on, are kept beside the others",
    )
    given = parser.parse_args()
    kept = json.loads(KEPT.read_text()) if KEPT.exists() else {}
    for name in given.names or ORDER:
        print(f"-- {name}", flush=True)
        started = time.perf_counter()
        module = importlib.import_module(f"benchmarks.{name}")
        knobs = inspect.signature(module.run).parameters
        seeds = {
            key: value for key, value in vars(given).items() if key in ("seeds", "start") and key in knobs
        }
        figures: list[Figure] = module.run(quick=given.quick, **seeds)
        for figure in figures:
            mark = {True: "ok  ", False: "MISS", None: "    "}[figure.met]
            print(
                f"{mark} {figure.name}: {figure.figure} ({figure.bar}) {figure.peer} {figure.note}",
                flush=True,
            )
        if not given.quick:
            # Read anew: another run may have written its rows meanwhile.
            kept = json.loads(KEPT.read_text()) if KEPT.exists() else {}
            kept[FRESH.format(name) if seeds.get("start") else name] = {
                "date": f"{datetime.now(UTC):%Y-%m-%d}",
                "seconds": round(time.perf_counter() - started),
                "what": (module.__doc__ or "").splitlines()[0],
                "figures": [asdict(figure) for figure in figures],
            }
            KEPT.write_text(json.dumps(kept, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
            RESULTS.write_text(page(kept), encoding="utf-8")
    names = [
        FRESH.format(name) if given.start and FRESH.format(name) in kept else name
        for name in given.names or ORDER
    ]
    missed = [f for name in names for f in kept.get(name, {}).get("figures", []) if f["met"] is False]
    print(f"{len(missed)} bars missed." if missed else "All bars met.")
    return 0


def page(kept: dict) -> str:
    """RESULTS.md: figure, peer, bar, date, versions."""
    versions = ", ".join(f"{name} {importlib.metadata.version(name)}" for name in PACKAGES)
    lines = [
        "# What was measured",
        "",
        "Made by `make bench`; every ratio is against a peer in the same run on the same machine.",
        f"Last machine: {platform.system()} {platform.machine()}, Python {platform.python_version()}, {versions}.",
        "",
    ]
    for name in [n for n in ORDER if n in kept] + sorted(set(kept) - set(ORDER)):
        part = kept[name]
        lines += [f"## {name}", "", f"{part['what']} ({part['date']}, {part['seconds']} s)", ""]
        lines += ["| | figure | bar | met | peer | note |", "|---|---|---|---|---|---|"]
        for f in part["figures"]:
            met = {True: "yes", False: "**no**", None: ""}[f["met"]]
            cells = [f["name"], f["figure"], f["bar"], met, f["peer"], f["note"]]
            lines.append("| " + " | ".join(str(cell).replace("|", "\\|") for cell in cells) + " |")
        lines.append("")
    extra = HERE / "READERS.md"
    if extra.exists():
        lines += [extra.read_text(encoding="utf-8").rstrip(), ""]
    return "\n".join(lines)


if __name__ == "__main__":
    sys.exit(main())
