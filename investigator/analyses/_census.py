"""The census: every thing of a kind with exactly one disposition, and the books that must agree."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from investigator.analyses import _say as say
from investigator.errors import ParameterError
from investigator.facts import traces
from investigator.facts.coverage import coverage_of
from investigator.facts.customers import customers_of
from investigator.facts.decide import DISPOSITIONS, dispositions_of
from investigator.finding import Finding

if TYPE_CHECKING:
    import ibis.expr.types as ir
    import pandas

    from investigator.events.events import Events

ITEMS_AT_MOST = 5_000
#: Dispositions in which nobody needs to do anything.
FINE = ("delivered", "available")
NOWHERE = "in no source"


def census(events: Events, like: str, expected: list[str] | int | None) -> Finding:
    """Where all ids shaped like `like` are, summed by source and by customer against what there should be."""
    question = f"Where are all those like {like}?"
    if not events.sources:
        return say.unanswered(question, "Nothing is loaded, so nothing can be counted.", say.LOAD["any"])
    ids = _wanted(expected)
    decided = dispositions_of(events, like)
    counted = events.engine.fetch(
        decided.group_by("disposition")
        .aggregate(n=decided.count(), example=decided.id.min())
        .order_by("disposition")
    )
    if not len(counted) and not ids:
        answer = f"No source has an id shaped like {like}, so nothing can be counted."
        return say.unanswered(question, answer, say.LOAD["record"], coverage=coverage_of(events))
    by = {str(r.disposition): int(r.n) for r in counted.itertuples(index=False)}
    lost = _never_seen(events, decided, ids) if ids else []
    if lost:
        by["never received"] = by.get("never received", 0) + len(lost)
    by = {name: by[name] for name in DISPOSITIONS if name in by}
    rows = traces.mentions_of_kind(events, like)
    sources, unexplained = _by_source(events, rows, decided)
    customers, people_by = _by_customer(events, rows, decided, like)
    total = sum(by.values())
    wanted = len(set(ids)) if ids else expected if isinstance(expected, int) else None
    inside = _of_wanted(events, decided, ids, lost) if ids else {}
    value: dict[str, Any] = {
        "kind": traces.kind_known(events, like),
        "total": total,
        "expected": wanted,
        "dispositions": by,
        "of_expected": inside,
        "unexplained": unexplained + (max(wanted - total, 0) if wanted is not None and not ids else 0),
        "by_source": sources,
        "by_customer": customers,
        "items": _items(events, decided, lost),
    }
    witnesses = sorted({name.split("!", 1)[0] for name in sources})
    examples = {str(r.disposition): str(r.example) for r in counted.itertuples(index=False)}
    table = _table(value, examples | ({"never received": lost[0]} if lost else {}))
    evidence, number = _evidence(events, rows, decided)
    missing = () if len(witnesses) > 1 else (_second(events),)
    lacking = () if people_by else (say.LOAD["customer"],)
    blind = (
        (
            f"{say.count(by['unknown'], 'id', 'ids')}: two independent sources don't say enough; unknown, not fine.",
        )
        if by.get("unknown")
        else ()
    )
    return Finding(
        question,
        _answer(value, like),
        value=value,
        table=table,
        evidence=evidence,
        evidence_count=number if evidence is not None else -1,
        verdict="found" if not value["unexplained"] and set(by) != {"unknown"} else "inconclusive",
        coverage=coverage_of(events, control=total > 0, blind=blind, missing=(*missing, *lacking)),
    )


def _wanted(expected: list[str] | int | None) -> list[str]:
    if expected is None or (isinstance(expected, int) and not isinstance(expected, bool) and expected >= 0):
        return []
    if isinstance(expected, (list, tuple)) and all(isinstance(item, str) for item in expected):
        return list(dict.fromkeys(item.strip() for item in expected if item.strip()))
    raise ParameterError(
        f"{expected!r} is no expectation.",
        "It is how many there should be, or the list of their ids.",
        "Write expected=412, or expected=['DOC-4711', ...].",
    )


def _never_seen(events: Events, decided: ir.Table, ids: list[str]) -> list[str]:
    found = events.engine.fetch(decided.filter(decided.id.isin(ids)).select("id"))
    return sorted(set(ids) - {str(i) for i in found["id"]})


def _of_wanted(events: Events, decided: ir.Table, ids: list[str], lost: list[str]) -> dict[str, int]:
    """The dispositions of what was expected by name."""
    own = decided.filter(decided.id.isin(ids))
    found = events.engine.fetch(own.group_by("disposition").aggregate(n=own.count()).order_by("disposition"))
    by = {str(r.disposition): int(r.n) for r in found.itertuples(index=False)}
    if lost:
        by["never received"] = by.get("never received", 0) + len(lost)
    return {name: by[name] for name in DISPOSITIONS if name in by}


def _by_source(events: Events, rows: ir.Table, decided: ir.Table) -> tuple[dict[str, dict[str, Any]], int]:
    """Per source the ids it has, counted from its own rows, and their dispositions: two books, and their difference."""
    own = rows.select("source", "id").distinct()
    first = events.engine.fetch(own.group_by("source").aggregate(ids=own.count()).order_by("source"))
    both = own.join(decided, "id")
    second = events.engine.fetch(
        both.group_by(["source", "disposition"]).aggregate(n=both.count()).order_by(["source", "disposition"])
    )
    out: dict[str, dict[str, Any]] = {}
    unexplained = 0
    for row in first.itertuples(index=False):
        mine = second[second["source"] == row.source]
        by = {str(r.disposition): int(r.n) for r in mine.itertuples(index=False)}
        gap = int(row.ids) - sum(by.values())
        unexplained = max(unexplained, abs(gap))
        out[str(row.source)] = {"expected": int(row.ids), "dispositions": by, "unexplained": gap}
    return out, unexplained


def _by_customer(
    events: Events, rows: ir.Table, decided: ir.Table, like: str
) -> tuple[list[dict[str, Any]], str | None]:
    people, by = customers_of(events, rows, like)
    if people is None:
        return [], None
    whose = people.select(id_="id", customer="customer")
    both = decided.left_join(whose, decided.id == whose.id_)
    found = events.engine.fetch(
        both.group_by(["customer", "disposition"])
        .aggregate(n=both.count())
        .order_by(["customer", "disposition"])
    )
    out: dict[str, dict[str, int]] = {}
    for row in found.itertuples(index=False):
        name = "" if row.customer is None or row.customer != row.customer else str(row.customer)
        out.setdefault(name, {})[str(row.disposition)] = int(row.n)
    listed = [
        {"customer": name, "total": sum(each.values()), "dispositions": each} for name, each in out.items()
    ]
    return sorted(
        listed, key=lambda item: (_fine(item["dispositions"]) == item["total"], item["customer"])
    ), by


def _fine(by: dict[str, int]) -> int:
    return sum(by.get(name, 0) for name in FINE)


def _items(events: Events, decided: ir.Table, lost: list[str]) -> list[dict[str, str]]:
    """All of them where they are few, else those that somebody must look after."""
    rows = decided
    if int(events.engine.fetch(rows.count())) > ITEMS_AT_MOST:
        rows = rows.filter(~rows.disposition.isin(FINE))
    found = events.engine.fetch(
        rows.select("id", "disposition").order_by(["disposition", "id"]).limit(ITEMS_AT_MOST)
    )
    out = [{"id": str(r.id), "disposition": str(r.disposition)} for r in found.itertuples(index=False)]
    return [*out, *({"id": item, "disposition": "never received"} for item in lost)]


def _table(value: dict[str, Any], examples: dict[str, str]) -> pandas.DataFrame:
    def hit(name: str) -> str:
        named = [c for c in value["by_customer"] if c["dispositions"].get(name) and c["customer"]]
        named.sort(key=lambda c: (-c["dispositions"][name], c["customer"]))
        return say.listed([f"{c['customer']}: {c['dispositions'][name]:,}" for c in named])

    rows = [
        (name, number, "" if name in FINE else hit(name), examples.get(name, ""))
        for name, number in value["dispositions"].items()
    ]
    rows.append(("unexplained", value["unexplained"], "", ""))
    rows.append(("total", value["total"] + (0 if value["expected"] is None else _lacking(value)), "", ""))
    return say.table(["whereabouts", "count", "customers", "example"], rows)


def _lacking(value: dict[str, Any]) -> int:
    return max(value["expected"] - value["total"], 0)


def _evidence(events: Events, rows: ir.Table, decided: ir.Table) -> tuple[Any, int]:
    """What is said last of the first few that are not fine."""
    import ibis

    bad = decided.filter(~decided.disposition.isin(FINE))
    number = int(events.engine.fetch(bad.count()))
    few = events.engine.fetch(
        bad.order_by([bad["first"].isnull(), bad["first"], bad.id]).select("id").limit(200)
    )
    if not len(few):
        return None, 0
    own = rows.filter(rows.id.isin([str(i) for i in few["id"]]))
    last = ibis.window(
        group_by=own.id,
        order_by=[own.time.isnull(), own.time.desc(), own.evidence.desc(), own.unit.desc(), own.body.desc()],
    )
    ends = own.mutate(place_=ibis.row_number().over(last))
    ends = ends.filter(ends.place_ == 0).order_by([ends.time.isnull(), ends.time, ends.id])
    columns = ("time", "source", "service", "severity_number", "body", "evidence", "unit", "units")
    return events.fetch(ends.select("id", *columns)), number


def _second(events: Events) -> str:
    kinds = {source.kind for source in events.sources}
    for kind in ("record", "log", "audit"):
        if kind not in kinds:
            return say.LOAD[kind]
    return "Only one source has these ids: inv add CASE PATH, with a second that is independent of it."


def _answer(value: dict[str, Any], like: str) -> str:
    by, total = value["dispositions"], value["total"]
    fine = _fine(by)
    rest = [f"{number:,} {name}" for name, number in by.items() if name not in FINE]
    rest.sort(key=lambda text: -int(text.split(" ", 1)[0].replace(",", "")))
    noun = f"{value['kind']}s" if value["kind"].isalpha() and value["kind"] not in ("id", "uuid") else "ids"
    said = f"{fine:,} of {total:,} {noun} are available"
    if by.get("delivered"):
        said += f" ({by['delivered']:,} of them delivered)"
    if rest:
        said += f"; {say.listed(rest, most=6)}"
    books = "every source adds up, none is unexplained"
    if value["unexplained"]:
        books = f"unexplained: {value['unexplained']:,}"
    if value["expected"] is not None:
        own = value["of_expected"]
        if own:
            named = say.listed([f"{number:,} {name}" for name, number in own.items()], most=6)
            books += f"; of the {value['expected']:,} expected: {named}"
        else:
            books += f"; expected were {value['expected']:,}"
    return f"{said}; {books}."
