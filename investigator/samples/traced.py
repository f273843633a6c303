"""A small traced platform with one fault: spans, lines and metrics of five services, for tests and examples."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from random import Random
from typing import TYPE_CHECKING, Any

from investigator.errors import ParameterError

if TYPE_CHECKING:
    import pandas

ONSET = datetime(2026, 6, 17, 7, 14, 0, tzinfo=UTC)
#: Who calls whom, in a tree: each call of the first makes one call of each of the others.
CALLS = (("web", "orders"), ("orders", "payment"), ("payment", "bank"), ("orders", "stock"))
FAULTS = ("none", "slow", "far", "errors", "returns", "retries")


def traced(fault: str = "slow", at: str = "bank", *, seed: int = 7, requests: int = 60) -> pandas.DataFrame:
    """Events of so many requests before the onset and as many after, with one fault at one service since the onset.

    Faults: `slow` (its own work takes long), `far` (calls take long to reach it), `errors` (it fails, and its callers
    say so), `returns` (it gives up before its last step), `retries` (its caller calls it three times), `none`. Every
    request has a span and two lines a service; latency and requests a minute come as metrics.
    """
    import pandas as pd

    if fault not in FAULTS:
        raise ParameterError(
            f"There is no fault '{fault}'.", f"There are: {', '.join(FAULTS)}.", "Give one of these."
        )
    dice = Random(f"{seed} {fault} {at}")
    rows: list[dict[str, Any]] = []
    for number in range(2 * requests):
        start = ONSET + timedelta(seconds=10 * (number - requests) + dice.random())
        trace = f"{dice.getrandbits(128):032x}"
        ill = number >= requests and fault != "none"
        _call(rows, dice, "web", "", trace, start, fault if ill else "", at)
    frame = pd.DataFrame(rows)
    return pd.concat([frame, _metrics(frame)], ignore_index=True).sort_values("time", ignore_index=True)


def _call(
    rows: list[dict[str, Any]],
    dice: Random,
    service: str,
    parent: str,
    trace: str,
    start: datetime,
    fault: str,
    at: str,
) -> tuple[float, bool]:
    """One call and those below it: how long it took in milliseconds, and whether it failed."""
    span = f"{dice.getrandbits(64):016x}"
    here = service == at
    own = dice.uniform(4, 6) * (20 if here and fault == "slow" else 1)
    took, failed = own / 2, here and fault == "errors"
    lines = [("INFO", f"{service}.py:10 received a request", took)]
    for caller, callee in CALLS:
        if caller != service or failed:
            continue
        for _ in range(3 if fault == "retries" and callee == at else 1):
            way = dice.uniform(0.5, 1) * (200 if fault == "far" and callee == at else 1)
            client, begin = f"{dice.getrandbits(64):016x}", start + timedelta(milliseconds=took)
            below, broken = _call(
                rows, dice, callee, client, trace, begin + timedelta(milliseconds=way / 2), fault, at
            )
            rows.append(_span(service, f"call {callee}", trace, client, span, begin, below + way, broken))
            took += below + way
            failed = failed or broken
    took += own / 2
    if failed:
        lines.append(("ERROR", f"{service}.py:20 could not answer", took))
    elif not (here and fault == "returns"):
        lines.append(("INFO", f"{service}.py:30 answered", took))
    common = {"service": service, "source": f"{service}.log", "trace_id": trace, "span_id": span}
    for severity, body, after in lines:
        rows.append(
            {**common, "time": start + timedelta(milliseconds=after), "kind": "log", "severity_text": severity, "body": body}
        )  # fmt: skip
    rows.append(_span(service, f"{service}.handle", trace, span, parent, start, took, failed))
    return took, failed


def _span(
    service: str, name: str, trace: str, span: str, parent: str, start: datetime, took: float, failed: bool
) -> dict[str, Any]:
    return {
        "service": service,
        "source": "spans",
        "kind": "span",
        "time": start,
        "body": name,
        "trace_id": trace,
        "span_id": span,
        "attributes": {
            "parent_span_id": parent,
            "duration_ms": f"{took:.3f}",
            "status": "ERROR" if failed else "OK",
        },
    }


def _metrics(frame: pandas.DataFrame) -> pandas.DataFrame:
    """Latency and requests of each service, minute by minute."""
    import pandas as pd

    spans = frame[(frame["kind"] == "span") & frame["body"].str.endswith(".handle")]
    took = spans["attributes"].map(lambda cells: float(cells["duration_ms"]))
    grouped = took.groupby([spans["service"], pd.to_datetime(spans["time"], utc=True).dt.floor("min")])
    parts = []
    for name, values in (("latency_ms", grouped.mean()), ("requests", grouped.count().astype("float64"))):
        table = values.rename("value").reset_index()
        parts.append(table.assign(kind="metric", name=name, source="metrics"))
    return pd.concat(parts, ignore_index=True)
