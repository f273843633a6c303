"""How failures spread: the first error and the first cause told apart, who fails with whom, retries and timeouts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from investigator.analyses import _say as say
from investigator.events import schema
from investigator.events.instants import instant, literal
from investigator.facts import calls as called
from investigator.facts import failures, traces
from investigator.facts.coverage import coverage_of
from investigator.facts.places import place_of
from investigator.finding import Finding

if TYPE_CHECKING:
    from datetime import datetime

    import pandas

    from investigator.events.events import Events

#: The Spark Connect server on which it found what it finds on the embedded engine.
SPARK = "4.0.5"

SHOWN = 30
LEAST = failures.LEAST
#: A call is made again when one asks this much more often than before.
AGAIN = 1.2


def error_propagation(events: Events, *, onset: str | None, calls: list[str] | None = None) -> Finding:
    """Where failures begin since the onset and how they spread: first error, first cause, edges, retries, timeouts.

    The first error is the first line of a kind of error that is new since the `onset`. The first cause is the service
    in which failing requests begin to fail: the deepest call that failed, or without spans the first error of a request;
    without request ids the first service with a new error none of whose callees has one (`calls` says who calls whom:
    "shop -> payment"). `value`: onset, requests {before, since: {all, failing}}, first_error {time, service, said,
    origin}, first_cause {service, requests, share, time, how}, same, begun [{service, requests, share, first}],
    edges [{caller, service, calls, failed, both, share}], errors [{service, said, before, since, first}], retries and
    timeouts [{service, to, said, before, since, per}].

    Method: root spans of error chains, as in distributed tracing (Sigelman et al. 2010, Dapper). Limits: a callee that
    isn't traced fails in its caller; that somebody fails with another is no proof that it fails because of it.
    Example: `case.find.error_propagation(onset="2026-06-17T07:14:07+00:00")`.
    """
    question = "Where do failures begin, and how do they spread?"
    if not onset:
        return say.unanswered(question, "No onset is known, so there is no before.", say.LOAD["onset"])
    start = instant(onset)
    if not {source.kind for source in events.sources} & {"log", "span"}:
        return say.unanswered(
            question, "No logs or spans are loaded, so no failure is seen.", say.LOAD["log"]
        )
    engine = events.engine
    of, _ = called.stretch(events, start, None)
    spans = called.spans(events, of)
    told = engine.cache(failures.lines(events, of))
    kinds = failures.kinds(engine, told)
    begun = failures.begun(engine, spans, told)
    requests = failures.requests(engine, spans, told)
    edges = failures.spread(engine, spans) if spans is not None else None
    minutes = failures.lasting(engine, told, start)
    new = (
        kinds[[failures.grew(row.before, row.since, minutes) for row in kinds.itertuples(index=False)]]
        if len(kinds)
        else kinds
    )
    first = _first(events, start, new)
    cause = _cause(begun, new, called.from_words(calls))
    value: dict[str, Any] = {
        "onset": start.isoformat(),
        "requests": {side: {"all": n, "failing": bad} for side, (n, bad) in requests.items()},
        "first_error": first,
        "first_cause": cause,
        "same": bool(first and cause and first["service"] == cause["service"]),
        "begun": [
            {
                "service": str(row.service),
                "requests": int(row.requests),
                "share": round(int(row.requests) / max(int(begun["requests"].sum()), 1), 3),
                "first": say.iso(row.first),
            }
            for row in begun.head(SHOWN).itertuples(index=False)
        ],
        "edges": [
            {
                "caller": str(row.caller),
                "service": str(row.service),
                "calls": int(row.calls),
                "failed": int(row.failed),
                "both": int(row.both),
                "share": round(int(row.both) / max(int(row.failed), 1), 3),
            }
            for row in ([] if edges is None else edges.head(SHOWN).itertuples(index=False))
        ],
        "errors": [
            {
                "service": str(row.service),
                "said": traces._text(row.body),
                "before": int(row.before),
                "since": int(row.since),
                "first": say.iso(row.first),
            }
            for row in new.head(SHOWN).itertuples(index=False)
        ],
        "retries": [
            *_again(engine, spans),
            *_words(failures.lines_like(engine, told, failures.RETRY), minutes),
        ][:SHOWN],
        "timeouts": _words(failures.lines_like(engine, told, failures.TIMEOUT), minutes)[:SHOWN],
    }
    some = bool(first or cause or value["edges"] or value["retries"] or value["timeouts"])
    looked = int(engine.fetch(told.count())) or (spans is not None)
    return Finding(
        question,
        _answer(value, bool(looked)),
        value=value,
        table=_table(value),
        evidence=_evidence(events, start, value),
        verdict="found" if some else "absent" if looked else "inconclusive",
        coverage=coverage_of(
            events,
            control=bool(looked),
            blind=()
            if spans is not None
            else ("No spans are loaded: who called whom is taken from the order of lines.",),
        ),
    )


def _first(events: Events, start: datetime, new: pandas.DataFrame) -> dict[str, Any] | None:
    """The first line of a new kind of error."""
    if not len(new):
        return None
    row = new.iloc[0]
    table = traces.whole(events)
    same = table.filter(
        (table.name == str(row["name"])) & (table.kind == "log") & (table.time >= literal(start))
    )
    same = same.filter(place_of(same) == str(row["service"]))
    same = same.order_by([same.time, same.evidence, same.unit]).limit(1)
    found = events.fetch(same.select("time", "body", "evidence", "unit", "units"))
    one = found.iloc[0]
    return {
        "time": say.iso(one["time"]),
        "service": str(row["service"]),
        "said": traces._text(one["body"]),
        "origin": str(one["origin"]),
    }


def _cause(
    begun: pandas.DataFrame, new: pandas.DataFrame, told: list[tuple[str, str]]
) -> dict[str, Any] | None:
    """Where most failing requests began to fail; without requests by who calls whom."""
    if len(begun):
        row = begun.iloc[0]
        whole = int(begun["requests"].sum())
        share = round(int(row["requests"]) / max(whole, 1), 3)
        return {"service": str(row["service"]), "requests": int(row["requests"]), "share": share,
                "time": say.iso(row["first"]), "how": "requests"}  # fmt: skip
    if not len(new):
        return None
    failing = set(new["service"].astype(str))
    below = {caller: {b for a, b in told if a == caller} for caller, _ in told}
    alone = [row for row in new.itertuples(index=False) if not below.get(str(row.service), set()) & failing]
    row = alone[0] if alone else next(new.itertuples(index=False))
    how = "calls" if told and alone else "order"
    return {
        "service": str(row.service),
        "requests": None,
        "share": None,
        "time": say.iso(row.first),
        "how": how,
    }


def _again(engine: Any, spans: Any) -> list[dict[str, Any]]:
    """Calls that are made again below one call, more than before."""
    if spans is None:
        return []
    frame = failures.repeated(engine, spans)
    frame = frame[(frame["n_before"] > 0) & (frame["again_since"] >= LEAST)]
    out = [
        {"service": str(row.caller), "to": str(row.service), "said": f"{int(row.again_since)} calls made it more than once",
         "before": round(float(row.before), 3), "since": round(float(row.since), 3), "per": "calls each"}
        for row in frame.itertuples(index=False)
        if row.since > AGAIN * row.before
    ]  # fmt: skip
    return sorted(out, key=lambda item: (-item["since"] / item["before"], item["service"], item["to"]))


def _words(frame: pandas.DataFrame, minutes: tuple[float, float]) -> list[dict[str, Any]]:
    """Kinds of lines that say so, more than before."""
    return [
        {
            "service": str(row.service),
            "to": "",
            "said": traces._text(row.body),
            "before": round(int(row.before) / minutes[0], 3),
            "since": round(int(row.since) / minutes[1], 3),
            "per": "a minute",
        }
        for row in frame.itertuples(index=False)
        if failures.grew(int(row.before), int(row.since), minutes)
    ]


def _table(value: dict[str, Any]) -> pandas.DataFrame:
    rows: list[tuple[Any, ...]] = []
    for item in value["begun"]:
        rows.append(
            (
                "begins",
                item["service"],
                "",
                f"{item['requests']:,} requests ({item['share']:.0%})",
                item["first"],
            )
        )
    for item in value["edges"]:
        what = f"fails in {item['failed']:,} of {item['calls']:,} calls, the caller with it in {item['share']:.0%}"
        rows.append(("spreads", item["service"], item["caller"], what, None))
    for item in value["errors"]:
        rows.append(
            (
                "error",
                item["service"],
                "",
                f"{say.quote(item['said'])}: {item['since']:,}, before {item['before']:,}",
                item["first"],
            )
        )
    for name, kind in (("retries", "retry"), ("timeouts", "timeout")):
        for item in value[name]:
            what = f"{say.quote(item['said'])}: {item['since']:g} {item['per']}, before {item['before']:g}"
            rows.append((kind, item["service"], item["to"], what, None))
    return say.table(["what", "service", "with", "how", "first"], rows)


def _evidence(events: Events, start: datetime, value: dict[str, Any]) -> pandas.DataFrame | None:
    """The first errors of the service where it begins, and of the one that spoke first."""
    names = {item["service"] for item in (value["first_error"], value["first_cause"]) if item}
    if not names:
        return None
    table = traces.whole(events)
    rows = table.filter(
        (table.time >= literal(start)) & place_of(table).isin(sorted(names)) & (table.kind == "log")
    )
    rows = rows.filter((rows.severity_number >= schema.ERROR).fill_null(False))
    rows = rows.order_by([rows.time, rows.evidence, rows.unit, rows.body]).limit(100)
    frame = events.fetch(
        rows.select("time", "source", "service", "severity_text", "body", "evidence", "unit", "units")
    )
    return frame if len(frame) else None


def _answer(value: dict[str, Any], looked: bool) -> str:
    first, cause = value["first_error"], value["first_cause"]
    if not looked:
        return "No line and no span lies around the onset, so no failure is seen."
    more = [
        _more(value[name], one)
        for name, one in (("retries", "retries"), ("timeouts", "timeouts"))
        if value[name]
    ]
    rest = "".join(f"; {text}" for text in more)
    if not first and not cause:
        return f"No kind of error is new since {say.at(instant(value['onset']))}{rest}."
    if cause and cause["requests"]:
        failing = value["requests"]["since"]
        begins = (
            f"Failing requests begin to fail in {cause['service']}: {cause['requests']:,} of "
            f"{sum(item['requests'] for item in value['begun']):,} ({failing['failing']:,} of {failing['all']:,} requests fail)"
        )
    elif cause:
        how = "none of its callees has a new error" if cause["how"] == "calls" else "its new error came first"
        begins = f"It begins in {cause['service']}: {how}"
    else:
        begins = "No request tells where it begins"
    if not first:
        return f"{begins}{rest}."
    same = (
        "which also wrote the first error"
        if value["same"]
        else f"the first error was written by {first['service']}"
    )
    return f"{begins}; {same}, {say.quote(first['said'], 60)} at {say.at(instant(first['time']))}{rest}."


def _more(items: list[dict[str, Any]], word: str) -> str:
    top = items[0]
    where = f"from {top['service']} to {top['to']}" if top["to"] else f"in {top['service']}"
    rest = f" and {say.count(len(items) - 1, 'more place')}" if len(items) > 1 else ""
    return f"more {word} {where} ({top['since']:g} {top['per']}, before {top['before']:g}){rest}"
