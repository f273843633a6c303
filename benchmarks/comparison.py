"""What changed: eight dimensions and the kinds of message at once, over two million rows."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from benchmarks.figure import Figure, at_least, at_most
from benchmarks.made import write_logs

FIELDS = (
    "service",
    "severity_text",
    "host",
    "source",
    "kind",
    "attr_http_status",
    "attr_http_took",
    "attr_worker",
)


def run(*, quick: bool = False) -> list[Figure]:
    from investigator import load
    from investigator.events import Events
    from investigator.events.store import Store
    from investigator.facts.silences import silences
    from investigator.performing import perform

    rows = 200_000 if quick else 2_000_000
    with tempfile.TemporaryDirectory() as place:
        file = Path(place) / "app.jsonl"
        write_logs(file, rows)
        store = Store(Path(place) / "events")
        load.add(file, store=store, vault=Path(place) / "vault", load=1)
        file.unlink()
        events = Events.open(store.folder)
        span = events.span()
        assert span is not None
        onset = (span[0] + (span[1] - span[0]) / 2).isoformat()
        there = [name for name in FIELDS if name in events.table.columns]
        given = {"onset": onset, "fields": [*there, "message"]}
        perform("what_changed", events, given)
        # What limits every answer (silences, what is there twice) is asked once a session, by whichever question is first.
        silences(events)
        known = {
            name: value
            for name, value in events.memo.items()
            if str(name).split()[0] in ("silences", "copies")
        }

        def compare(memo: dict[str, Any]) -> object:
            again = Events.open(store.folder, engine=events.engine)
            again.memo.update(memo)
            return perform("what_changed", again, given)

        ours, first = _best(lambda: compare(known)), _best(lambda: compare({}))
        files = [str(file) for file in store.files(store.manifest())]
        columns = there
        sql = _best(lambda: _sql(events, files, onset, columns))
        pandas = _best(lambda: _pandas(files, onset, columns), times=1)
    return [
        at_most(
            "a comparison of 8 dimensions and the messages",
            ours,
            0.3,
            unit=" s",
            note=f"{rows:,} rows, {len(there)} dimensions there; {first:.2f} s where it is the first question of a session",
        ),
        at_most(
            "against hand-written SQL, a query a dimension",
            ours / sql,
            1.5,
            peer=f"{sql:.2f} s",
            unit=" times",
        ),
        at_least("pandas takes", pandas / ours, 5, peer=f"{pandas:.2f} s", unit=" times as long"),
    ]


def _best(run: Callable[[], object], times: int = 5) -> float:
    taken = []
    for _ in range(times):
        began = time.perf_counter()
        run()
        taken.append(time.perf_counter() - began)
    return min(taken)


def _sql(events, files, onset, columns):  # type: ignore[no-untyped-def]
    """As somebody would write it: one query a dimension over the files, the moment bound."""
    listing = ", ".join(f"'{file}'" for file in files)
    connection = events.engine.backend.con.cursor()
    for column in columns:
        connection.execute(
            f"SELECT {column}, count(*) FILTER (time >= ?::TIMESTAMPTZ::TIMESTAMP), count(*) "
            f"FROM read_parquet([{listing}]) GROUP BY 1 ORDER BY 3 DESC LIMIT 1000",
            [onset],
        ).fetchall()
    connection.execute(
        "SELECT coalesce(service, source), name, count(*) FILTER (time >= ?::TIMESTAMPTZ::TIMESTAMP), count(*) "
        f"FROM read_parquet([{listing}]) GROUP BY 1, 2 ORDER BY 4 DESC LIMIT 1000",
        [onset],
    ).fetchall()


def _pandas(files, onset, columns):  # type: ignore[no-untyped-def]
    import pandas as pd

    frame = pd.concat([pd.read_parquet(file, columns=["time", "name", *columns]) for file in files])
    side = frame["time"] >= pd.Timestamp(onset).tz_localize(None)
    for column in (*columns, "name"):
        frame.assign(side=side).groupby(column)["side"].agg(["sum", "size"]).nlargest(1000, "size")
