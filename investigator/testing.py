"""Contract checks, public: what every analysis, view and source keeps, checked for yours as for ours.

    from investigator.testing import check_analysis
    check_analysis("retry_storm")

Each raises AssertionError with a sentence on what was not kept.
"""

from __future__ import annotations

import inspect
import json
import random
import tempfile
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pandas

    from investigator.events.engine import Engine
    from investigator.events.events import Events

#: When the made-up incident of `documents` starts, and the id that its questions are about.
ONSET = datetime(2026, 3, 4, 9, 30, 5, tzinfo=UTC)
AFFECTED = "DOC-2000"
HEALTHY = "DOC-1055"
KINDS = {"document": "DOC-[0-9]+", "customer": "CUST-[0-9]+"}


def documents(*, healthy: int = 60, affected: int = 12, unknown: int = 3, seed: int = 7) -> pandas.DataFrame:
    """A small made-up incident as a DataFrame of events: documents that go through four services, and some that stop.

    From ONSET on, the indexer skips the documents of two customers, three minutes after its deploy. Rows of two
    tables (kind record, without a time) say what the database holds; for `unknown` documents they are all there is.
    """
    import pandas as pd

    dice = random.Random(seed)
    rows: list[dict[str, Any]] = []
    attributes: list[dict[str, str]] = []
    units: dict[str, int] = {}

    def add(
        time: datetime | None,
        source: str,
        body: str,
        kind: str = "log",
        severity: int | None = 9,
        **more: str,
    ) -> None:
        evidence, _, member = source.partition("!")
        unit = units[source] = units.get(source, 0) + 1
        service = more.pop("service", source if kind == "log" else None)
        name = "!" + member if member else ""
        rows.append(
            {
                "time": time,
                "source": source,
                "kind": kind,
                "service": service,
                "severity_number": severity,
                "body": body,
                "evidence": _evidence(evidence) + name,
                "unit": unit,
            }
        )
        attributes.append(more)

    def go(number: int, customer: str, start: datetime, *, skipped: bool) -> None:
        document = f"DOC-{number}"

        def at(seconds: float) -> datetime:
            return start + timedelta(seconds=seconds + dice.random() / 2)

        add(start, "upload", f"received {document} from {customer}", customer=customer)
        add(at(1), "storage", "stored object", key=f"objects/{document}/v1")
        add(
            at(1.6),
            "audit",
            f"UPDATE documents {document} status: received -> stored",
            "audit",
            None,
            customer=customer,
        )
        add(at(3), "scan", f"scanning document {document}")
        if dice.random() < 0.1:
            add(at(3.6), "scan", f"engine timeout after 30000 ms for {document}", severity=17)
        add(at(5), "scan", f"document {document} is clean")
        add(at(6), "indexer", f"picked document {document} from queue")
        if skipped:
            add(at(7), "indexer", f"skipped document {document} unsupported schema 3")
        else:
            add(at(7), "indexer", f"indexed document {document}")
            add(at(8), "search", "document visible in search", document=document)
        stored = start.isoformat()
        add(
            None,
            "db.sqlite!documents",
            f"id={document} status=stored",
            "record",
            None,
            id=document,
            customer_id=customer,
            status="stored",
            stored_at=stored,
        )
        add(
            None,
            "db.sqlite!index_state",
            f"document_id={document} state={'pending' if skipped else 'indexed'}",
            "record",
            None,
            document_id=document,
            state="pending" if skipped else "indexed",
        )

    spread = timedelta(hours=6) / max(healthy, 1)
    begin = ONSET - timedelta(hours=5)
    for position in range(healthy):
        go(1000 + position, f"CUST-{dice.randrange(1, 6):04d}", begin + position * spread, skipped=False)
    for position in range(affected):
        start = ONSET - timedelta(seconds=7) + timedelta(minutes=4 * position)
        go(2000 + position, f"CUST-{(7, 8)[position % 3 == 0]:04d}", start, skipped=True)
    for position in range(unknown):
        document = f"DOC-{3000 + position}"
        add(
            None,
            "db.sqlite!documents",
            f"id={document} status=stored",
            "record",
            None,
            id=document,
            customer_id="CUST-0009",
            status="stored",
            stored_at=ONSET.isoformat(),
        )
        add(None, "db.sqlite!index_state", f"document_id={document}", "record", None, document_id=document)
    for minute in range(390):
        at = begin + timedelta(minutes=minute)
        for second in sorted(dice.sample(range(60), 2)):
            add(at + timedelta(seconds=second), "search", f"query returned {dice.randrange(9)} hits")
        if minute < 300 and minute % 3 == 0:
            add(at + timedelta(seconds=11), "scan", f"heartbeat {minute} ok")
        if minute % 60 == 0:
            due = (ONSET + timedelta(hours=7)).strftime("%Y-%m-%dT%H:%M:%SZ")
            add(at, "storage", f"purge scheduled for {due}: {minute} orphan candidates")
    for hours, service, version in (
        (28, "upload", "4.1.0"),
        (4, "search", "5.8.0"),
        (0.05, "indexer", "2.3.1"),
    ):
        at = ONSET - timedelta(hours=hours)
        add(at, "deploys.json", f"{service} {version}", "deploy", None, service=service, version=version)
    add(
        ONSET - timedelta(minutes=20),
        "flags.json",
        "ranking-v2: off -> 10 %",
        "flag",
        None,
        flag="ranking-v2",
        **{"from": "off", "to": "10 %"},
    )
    add(ONSET + timedelta(hours=4), "ticket.txt", f"The customer cannot find {AFFECTED}", "ticket", None)
    frame = pd.DataFrame(rows)
    frame["time"] = pd.to_datetime(frame["time"], utc=True)
    frame["severity_number"] = frame["severity_number"].astype("Int64")
    frame["attributes"] = attributes
    return frame


def stored(
    frame: pandas.DataFrame,
    folder: Path | str,
    *,
    kinds: dict[str, str] | None = None,
    engine: Engine | str | None = None,
) -> Events:
    """A DataFrame of events written to a store in `folder` as a load would, ids indexed, and opened."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    from investigator.events import schema
    from investigator.events.entities import index
    from investigator.events.events import Events
    from investigator.events.store import Segment, Store, Units

    store = Store(folder)
    plain = Events.from_frame(frame)
    whole = plain.engine.fetch(plain.table)
    segments: list[Segment] = []
    with store.writing() as staging:
        for (source, evidence), part in whole.groupby(["source", "evidence"], sort=True):
            file = f"{len(segments):04d}.parquet"
            arrow = pa.Table.from_pandas(
                part.assign(attributes=[list(dict(cell or {}).items()) for cell in part["attributes"]]),
                schema=schema.arrow_schema(),
                preserve_index=False,
            )
            pq.write_table(arrow, staging.file(file))
            low, high = part["time"].min(), part["time"].max()
            segments.append(
                Segment(
                    str(source),
                    str(evidence),
                    str(evidence)[:12].ljust(64, "0"),
                    int(part["load"].max()),
                    "frame",
                    str(part["kind"].mode().iloc[0]),
                    len(part),
                    Units(total=len(part), used=len(part)),
                    (file,),
                    first=None if low != low else low.isoformat(),
                    last=None if high != high else high.isoformat(),
                )
            )
        staging.commit(segments)
    index(store, kinds if kinds is not None else KINDS)
    return Events.open(folder, engine=engine)


def _evidence(source: str) -> str:
    import hashlib

    return hashlib.sha256(source.encode()).hexdigest()[:12]


#: What a check gives an analysis or a view for a parameter that it must have.
GIVEN: dict[str, Any] = {
    "entity": AFFECTED,
    "like": AFFECTED,
    "onset": ONSET.isoformat(),
    "after": ONSET.isoformat(),
    "ids": [AFFECTED, "DOC-1"],
    "calls": ["gateway -> storage -> indexer"],
    "healthy": [(ONSET - timedelta(hours=2)).isoformat(), (ONSET - timedelta(hours=1)).isoformat()],
}


def worlds() -> dict[str, pandas.DataFrame]:
    """DataFrames that every analysis and view must answer on: the made-up incident, spans and metrics, one row,
    none, lists alone."""
    from investigator.samples.traced import traced

    whole = documents()
    return {
        "an incident": whole,
        "a traced platform": traced("errors", "payment", requests=8),
        "one event": whole.head(1),
        "no event": whole.head(0),
        "records alone": whole[whole["kind"] == "record"],
        "logs alone": whole[whole["kind"] == "log"],
    }


def required(function: Callable[..., Any]) -> dict[str, Any]:
    """Arguments for the parameters that a function must have, from GIVEN; AssertionError for one that is not there."""
    out = {}
    for name, parameter in list(inspect.signature(function).parameters.items())[1:]:
        assert parameter.kind is inspect.Parameter.KEYWORD_ONLY, f"{name} must be keyword-only."
        if parameter.default is inspect.Parameter.empty:
            assert name in GIVEN, (
                f"The parameter {name} has no default, and testing.GIVEN has no value for it."
            )
            out[name] = GIVEN[name]
    return out


def optional(function: Callable[..., Any]) -> list[dict[str, Any]]:
    """For each parameter that may be given and has a value in GIVEN, that one alone."""
    return [
        {name: GIVEN[name]}
        for name, parameter in list(inspect.signature(function).parameters.items())[1:]
        if parameter.default is not inspect.Parameter.empty and name in GIVEN
    ]


def check_analysis(name: str, *, engine: Engine | str | None = None) -> None:
    """Everything that an analysis keeps: it answers on every world, also when there is nothing, and can be run again.

    It leaves its events alone, says the same twice and whatever the order of rows, gives plain JSON, cites origins that
    exist, and its finding survives being written down and read back. Its docstring names its method, its limits and an
    example.
    """
    from investigator import catalogue
    from investigator.check import Check
    from investigator.events.events import Events
    from investigator.finding import Finding
    from investigator.performing import ANALYSES, perform, run

    module = catalogue.load(ANALYSES, name, noun="analysis")
    function = getattr(module, name)
    manual = inspect.getdoc(function) or ""
    assert manual.strip(), f"{name} has no docstring: its first line is the manual."
    for word in ("Method:", "Limits:", "Example:"):
        assert word in manual, f"The docstring of {name} says nothing after '{word}'"
    assert len(inspect.signature(function).parameters) <= 5, (
        f"{name} has more than four knobs: it is two analyses."
    )
    given = required(function)
    for other in optional(function):
        # Each knob alone, on the incident: it answers, too.
        finding = perform(name, Events.from_frame(documents(), engine=engine), {**given, **other})
        assert finding.answer.strip().endswith((".", "?", "!")), f"{name} with {other}: {finding.answer}"
        assert Finding.from_json(json.loads(json.dumps(finding.to_json()))).value == finding.value, (
            f"{other}: JSON."
        )
    for world, frame in worlds().items():
        where = f"{name} on {world}"
        if "unit" not in frame:
            frame = frame.assign(
                unit=range(1, len(frame) + 1)
            )  # a row keeps its number in whatever order it comes
        events = Events.from_frame(frame, engine=engine)
        selection, count = dict(events.selection), events.count()
        finding = perform(name, events, given)
        assert isinstance(finding, Finding), f"{where} gives no Finding."
        assert finding.answer.strip().endswith((".", "?", "!")), (
            f"{where} answers without a sentence: {finding.answer}"
        )
        assert events.selection == selection and events.count() == count, f"{where} changed its events."
        json.dumps(finding.to_json(), allow_nan=False)
        assert Finding.from_json(json.loads(json.dumps(finding.to_json()))).value == finding.value, (
            f"{where}: JSON."
        )
        shuffled = Events.from_frame(frame.sample(frac=1, random_state=len(frame)), engine=engine)
        assert perform(name, shuffled, given).value == finding.value, (
            f"{where} says something else when the rows come in another order."
        )
        check = finding.check
        assert check is not None and Check.from_json(json.loads(json.dumps(check.to_json()))) == check, where
        assert run(check, events).value == finding.value, f"{where}: its own check finds something else."
        if finding.verdict == "absent":
            assert finding.may_refute, f"{where} is absent, and would not have been seen."
        if world == "no event":
            assert finding.verdict != "found", f"{where} found something where there is nothing."
        if finding.evidence is not None and len(finding.evidence):
            known = set(events.fetch(events.table.select("evidence", "unit", "units"))["origin"])
            cited = set(finding.evidence["origin"])
            assert cited <= known, f"{where} cites origins that don't exist: {sorted(cited - known)[:3]}"


def check_view(name: str, *, engine: Engine | str | None = None) -> None:
    """Everything that a view keeps: a figure on every world, with a title, a table beside it, and words for it."""
    import plotly.graph_objects as go

    from investigator import catalogue
    from investigator.events.events import Events

    module = catalogue.load("investigator.views", name, noun="view")
    function = getattr(module, name)
    assert (inspect.getdoc(function) or "").strip(), f"{name} has no docstring: its first line is the manual."
    given = required(function)
    for world, frame in worlds().items():
        where = f"{name} on {world}"
        events = Events.from_frame(frame, engine=engine)
        count = events.count()
        figure = function(events, **given)
        assert isinstance(figure, go.Figure), f"{where} gives no plotly Figure."
        assert figure.layout.title.text, f"{where} has no title."
        meta = figure.layout.meta or {}
        assert {"columns", "rows"} <= set(meta.get("table", {})), (
            f"{where} has no table beside it (layout.meta)."
        )
        assert meta.get("alt"), f"{where} has no words for those who can't see it (layout.meta['alt'])."
        assert events.count() == count, f"{where} changed its events."
        assert figure.to_json() == function(events, **given).to_json(), (
            f"{where} draws something else the second time."
        )


def check_source(name: str) -> None:
    """Everything that a format keeps: its example is recognised as itself, every unit is explained, and origins hold."""
    from investigator import catalogue, load
    from investigator.events.events import Events
    from investigator.events.store import Store
    from investigator.load.content import Content
    from investigator.load.recognise import SOURCES, recognise

    module = catalogue.load(SOURCES, name, noun="source")
    assert catalogue.first_line(SOURCES, name), f"{name} has no docstring: its first line is the manual."
    example = module.EXAMPLE
    data = example if isinstance(example, bytes) else example.encode()
    with tempfile.TemporaryDirectory() as place:
        file = Path(place) / "given"
        file.write_bytes(data)
        found, why, _ = recognise(Content(file))
        assert found == name, f"The example of {name} is taken for {found} ({why})."
        if isinstance(example, bytes) and len(data) < 100:
            return  # the first bytes of a database are no database: its own tests make one
        store = Store(Path(place) / "events")
        report = load.add(file, store=store, vault=Path(place) / "evidence", load=1)
        assert report.units.unexplained == 0 and report.units.total > 0, f"{name}: {report.units}"
        assert report.events > 0, f"The example of {name} gives no event."
        assert report.units.rejected == 0, f"{name} rejects lines of its own example: {report}"
        again = load.add(file, store=store, vault=Path(place) / "evidence", load=2)
        assert again.events == 0, f"{name} brings more when the same file is added again."
        events = Events.open(store.folder)
        for origin in events.fetch(events.table.select("evidence", "unit", "units"))["origin"]:
            assert load.raw(Path(place) / "evidence", store, origin), f"{name}: {origin} has no bytes."
