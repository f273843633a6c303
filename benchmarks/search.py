"""A word among two million lines: common, rare and absent, with the exact count, beside a scan of the raw file."""

from __future__ import annotations

import shutil
import statistics
import subprocess
import tempfile
from collections.abc import Callable
from pathlib import Path

from benchmarks.figure import Figure, at_most, seconds
from benchmarks.made import write_logs

#: What is asked, as a search and as a peer looks for it in the raw file.
WORDS = {
    "common": ("clean", "clean"),
    "rare": ("DOC-4711", r"DOC-4711([^0-9]|$)"),
    "absent": ("unrouted", "unrouted"),
}
ROUNDS = 3


def run(*, quick: bool = False) -> list[Figure]:
    from investigator import load
    from investigator.events.events import Events
    from investigator.events.searched import condition
    from investigator.events.store import Store
    from investigator.performing import perform

    rows = 100_000 if quick else 2_000_000
    figures = []
    with tempfile.TemporaryDirectory() as place:
        file = Path(place) / "platform.jsonl"
        write_logs(file, rows)
        store = Store(Path(place) / "events")
        load.add(file, store=store, vault=Path(place) / "vault", load=1)
        events = Events.open(store.folder)
        events.count()
        for name, (word, pattern) in WORDS.items():
            peer, said = _peer(file, pattern)
            for where, text, bar in (("body", f"body:{word}", 0.5), ("everywhere", word, 2.5)):

                def count(text: str = text) -> int:
                    table = events.table
                    return int(events.fetch(table.filter(condition(text, table)).count()))

                def answer(text: str = text) -> None:
                    # Asked anew, as the next question of a session: what is known of the events as such is kept.
                    for key in [key for key in events.memo if isinstance(key, tuple)]:
                        del events.memo[key]
                    perform("search", events, {"text": text})

                answer()
                counted = _median(count)
                whole = _median(answer)
                figures.append(
                    at_most(
                        f"{name} word, {where}: exact count",
                        counted,
                        bar,
                        unit=" s",
                        peer=f"{said} {peer:.2f} s",
                        note=f"{count():,} of {rows:,} lines",
                    )
                )
                figures.append(
                    at_most(
                        f"{name} word, {where}: the whole answer",
                        whole,
                        bar,
                        unit=" s",
                        peer=f"{said} {peer:.2f} s",
                        note="with kinds, sources, first and last lines; where absent also near words and a control",
                    )
                )
    return figures


def _median(job: Callable[[], object]) -> float:
    return statistics.median(seconds(job) for _ in range(ROUNDS))


def _peer(file: Path, pattern: str) -> tuple[float, str]:
    """A scan of the raw file that counts lines, capitals or not: ripgrep where it is, else grep."""
    tool = "rg" if shutil.which("rg") else "grep"
    argv = [tool, "-c", "-i", *(["-E"] if tool == "grep" else []), "-e", pattern, str(file)]

    def scan() -> None:
        subprocess.run(argv, capture_output=True, check=False)  # to /dev/null grep would stop at the first

    return _median(scan), f"{'ripgrep' if tool == 'rg' else tool} -c -i over the raw file"
