"""Where a word, a phrase, a field or a pattern is: how many lines, since when, by source and by kind of message."""

from __future__ import annotations

from functools import reduce
from operator import and_, or_
from typing import TYPE_CHECKING, Any

from investigator.analyses import _say as say
from investigator.asked import FIELD, PATTERN, WORD, Query, Term, asked
from investigator.events import mask, schema, searched
from investigator.events.instants import instant, literal
from investigator.facts import bins, spelled, traces
from investigator.facts.coverage import coverage_of
from investigator.finding import Finding

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from investigator.events.events import Events

#: Kinds of message and sources that are listed; all are counted.
KINDS, SOURCES = 60, 40
#: Of the lines so many of the first and of the last are the evidence.
FIRST, LAST = 120, 80
#: Bins of time in which hits are counted.
BINS = 120
_NO_FIELD = "No line has a field"


def search(
    events: Events,
    *,
    text: str,
    service: str | list[str] | None = None,
    severity: int | str | None = None,
    source: str | list[str] | None = None,
) -> Finding:
    """The lines that say something: how many, since when, where, and of which kinds; where none does, what is near.

    `text` is words (all of them, capitals or not, also inside longer words), "phrases" (whole), -without, a OR b,
    key=value, key:part, key>5, /RE2 pattern/. Looked at are messages, attributes, services, hosts, names and ids.
    `value`: query, count, said (how many in the message itself), unread (how many of the lines that could not be read
    match, too), first, last, bins {seconds, counts [[start, n]]}, sources [{source, service, count, first,
    last}], kinds_in_all, kinds [{name, message, count, first, last, places, severity}], and where there is none: terms [{term, count}], near.

    Method: a scan in the engine; every line is counted. Limits: what could not be read is only counted; a number with
    another unit is not compared, and that is said. Example: `case.find.search("lane=unrouted -test", service="matcher")`.
    """
    query = asked(text)
    question = f"Which lines match {query}?"
    if not events.sources:
        return say.unanswered(question, "Nothing is loaded, so no line matches.", say.LOAD["any"])
    within = events.where(service=service, severity=severity, source=source)
    unread = _unread(within, query)
    if _one_is_nowhere(within, query):
        return _nothing(within, query, question, unread, searched_in=(service, severity))
    found = within.table.filter(searched.condition(query, within.table))
    width = _width(within)
    counted = _counted(within, found, query, width)
    total = int(counted.n.sum()) if len(counted) else 0
    if not total:
        return _nothing(within, query, question, unread, searched_in=(service, severity))
    kinds, places = _kinds(counted), _places(counted)
    timed = counted[counted["first"].notna()]
    value: dict[str, Any] = {
        "query": str(query),
        "count": total,
        "said": int(counted.said.sum()),
        "first": say.iso(timed["first"].min()) if len(timed) else None,
        "last": say.iso(timed["last"].max()) if len(timed) else None,
        "unread": unread,
        "bins": {"seconds": width, "counts": _bins(counted, width)},
        "sources": places[:SOURCES],
        "kinds_in_all": len(kinds),
        "kinds": kinds[:KINDS],
    }
    evidence = _evidence(within, found, counted, width, total)
    return Finding(
        question,
        _answer(value, len(places)),
        value=value,
        table=say.table(
            ["count", "message", "where", "first", "last", "severity"],
            (
                (
                    k["count"],
                    k["message"],
                    say.listed(k["places"], most=2),
                    k["first"],
                    k["last"],
                    k["severity"],
                )
                for k in kinds[:KINDS]
            ),
        ),
        evidence=evidence,
        evidence_count=total,
        coverage=coverage_of(within, control=True, blind=_blind(within, query, value), counts=True),
    )


def _width(events: Events) -> int:
    """The width of a bin, in seconds, over the window and what is loaded of it."""
    low, high = events.window
    firsts = [s.first for s in events.sources if s.first and s.last]
    lasts = [s.last for s in events.sources if s.first and s.last]
    if firsts:
        low = max(low, min(firsts)) if low else min(firsts)
        high = min(high, max(lasts)) if high else max(lasts)
    return bins.width_for(low, max(low, high), at_most=BINS) if low and high else bins.WIDTHS[-1]


def _counted(events: Events, found: ir.Table, query: Query, width: int) -> Any:
    """How many lines of each source, service, kind and bin of time: one pass; bin is null where there is no time."""
    said = searched.condition(query, found, message=True)
    rows = found.mutate(bin=bins.bin_number(found.time, width), said_=said.fill_null(False).cast("int64"))
    grouped = rows.group_by(["source", "service", "name", "bin"]).aggregate(
        n=rows.count(),
        said=rows.said_.sum(),
        first=rows.time.min(),
        last=rows.time.max(),
        worst=rows.severity_number.max(),
        body=rows.body.min(),
    )
    return events.engine.fetch(grouped.order_by(["source", "service", "name", "bin"]))


def _unread(events: Events, query: Query) -> int:
    """How many of the lines that could not be read say it: their text is kept, cut at 2,000 characters."""
    if events.rejects is None or any(map(events.selection.get, ("service", "severity", "kind", "entity"))):
        return 0
    names = [source.name for source in events.sources]
    rows = events.rejects.filter(events.rejects["source"].isin(names))
    rows = rows.mutate(body=rows.text)
    return int(events.fetch(rows.filter(searched.condition(query, rows, message=True)).count()))


def _grouped(counted: Any, by: list[str]) -> Any:
    parts = counted.groupby(by, dropna=False, sort=True)
    return parts.agg(
        n=("n", "sum"),
        first=("first", "min"),
        last=("last", "max"),
        worst=("worst", "max"),
        body=("body", "min"),
    ).reset_index()


def _kinds(counted: Any) -> list[dict[str, Any]]:
    """Each kind of message, the most frequent first: the masked text of one of its lines, and where it comes from."""
    held: dict[str, dict[str, Any]] = {}
    grouped = _grouped(counted, ["source", "service", "name"])
    for row in grouped.sort_values(["n", "source", "service"], ascending=[False, True, True]).itertuples(
        index=False
    ):
        name = traces._text(row.name)
        place = traces._text(row.service) or str(row.source)
        kind = held.setdefault(
            name,
            {
                "name": name,
                "message": say.quote(mask.masked(traces._text(row.body)) or name, 140)[1:-1],
                "count": 0,
                "first": None,
                "last": None,
                "places": [],
                "severity": "",
                "worst": 0,
            },
        )
        kind["count"] += int(row.n)
        kind["first"] = min(filter(None, (kind["first"], say.iso(row.first))), default=None)
        kind["last"] = max(filter(None, (kind["last"], say.iso(row.last))), default=None)
        if place not in kind["places"]:
            kind["places"].append(place)
        if row.worst == row.worst and row.worst is not None:
            kind["worst"] = max(kind["worst"], int(row.worst))
    for kind in held.values():
        worst = kind.pop("worst")
        kind["severity"] = schema.severity_name(worst) if worst else ""
    return sorted(held.values(), key=lambda kind: (-kind["count"], kind["message"], kind["name"]))


def _places(counted: Any) -> list[dict[str, Any]]:
    """Each service of each source with how many lines, the most first."""
    out = [
        {
            "source": str(row.source),
            "service": traces._text(row.service),
            "count": int(row.n),
            "first": say.iso(row.first),
            "last": say.iso(row.last),
        }
        for row in _grouped(counted, ["source", "service"]).itertuples(index=False)
    ]
    return sorted(out, key=lambda place: (-place["count"], place["source"], place["service"]))


def _bins(counted: Any, width: int) -> list[list[Any]]:
    timed = counted[counted["bin"].notna()]
    sums = timed.groupby("bin", sort=True)["n"].sum()
    return [[bins.bin_start(int(number), width).isoformat(), int(n)] for number, n in sums.items()]


def _evidence(events: Events, found: ir.Table, counted: Any, width: int, total: int) -> Any:
    """The first lines and the last, in order of time; only where the first pass saw them is looked at again."""
    import pandas as pd

    columns = (
        "time",
        "source",
        "service",
        "severity_number",
        "body",
        "trace_id",
        "evidence",
        "unit",
        "units",
    )
    timed = counted[counted["bin"].notna()]
    sums = timed.groupby("bin", sort=True)["n"].sum()
    parts: list[Any] = []
    for part, most in ((sums, FIRST), (sums[::-1], LAST)):
        if not len(part) or (parts and int(sums.sum()) <= FIRST):
            continue
        enough = part.index[: int((part.cumsum() < most).sum()) + 1]
        rows = found.filter(_seen(found, timed[timed["bin"].isin(enough)], width))
        order = [rows[name].desc() if parts else rows[name] for name in schema.ORDER[:-2]]
        parts.append(events.fetch(rows.order_by(order).limit(most).select(*columns)))
    if sum(map(len, parts)) < FIRST and total > int(sums.sum()):
        bare = found.filter(found.time.isnull())
        order = [bare[name] for name in schema.ORDER[1:-2]]
        parts.append(events.fetch(bare.order_by(order).limit(LAST).select(*columns)))
    whole = pd.concat([part for part in parts if len(part)], ignore_index=True).drop_duplicates("origin")
    return whole.sort_values(["time", "origin"], kind="stable", na_position="last").reset_index(drop=True)


def _seen(table: ir.Table, groups: Any, width: int) -> Any:
    """Where these groups lie: in which span, which skips what is not read; at which times, or else in which bins."""
    low, high = instant(groups["first"].min()), instant(groups["last"].max())
    span = (table.time >= literal(low)) & (table.time <= literal(high))
    few = groups[groups["n"] <= 2]  # their first and last are all of them
    times = sorted({instant(at) for at in (*few["first"], *few["last"])})
    numbers = sorted({int(number) for number in groups[groups["n"] > 2]["bin"]})
    either = []
    if times:
        either.append(table.time.isin([literal(at) for at in times]))
    if numbers:
        either.append(bins.bin_number(table.time, width).isin(numbers))
    return span & (either[0] | either[1] if len(either) > 1 else either[0])


# -- in words --------------------------------------------------------------------------------------------------


def _answer(value: dict[str, Any], places: int) -> str:
    total = value["count"]
    out = say.count(total, "line matches", "lines match")
    if value["first"] is None:
        when = ", none with a time"
    elif total == 1 or value["first"] == value["last"]:
        when = f", at {_at(value['first'])}"
    else:
        when = f", from {_at(value['first'])} to {_at(value['last'])}"
    top = value["sources"][0]
    name = top["service"] or top["source"]
    where = f"all by {name}" if places == 1 else f"most by {name} ({top['count']:,})"
    kinds = "" if value["kinds_in_all"] == 1 else f", of {value['kinds_in_all']:,} kinds of message"
    return f"{out}{when}; {where}{kinds}."


def _at(text: str) -> str:
    from datetime import datetime

    return say.at(datetime.fromisoformat(text))


def _blind(events: Events, query: Query, value: dict[str, Any]) -> tuple[str, ...]:
    """What of the number could mislead: not in the message, not read, numbers with units."""
    out = []
    if value["said"] < value["count"] and any(not t.without and t.kind != FIELD for t in query.terms):
        other = value["count"] - value["said"]
        out.append(
            f"{say.count(other, 'of the lines has', 'of the lines have')} it in a field (service, level, attribute, id), not in the message."
        )
    return (*out, *_also_unread(value["unread"]), *_units(events, query))


def _also_unread(unread: int) -> tuple[str, ...]:
    if not unread:
        return ()
    return (
        f"{say.count(unread, 'line that could not be read matches', 'lines that could not be read match')}, too: see rejected.",
    )


def _units(events: Events, query: Query) -> tuple[str, ...]:
    """Lines that have a field that is compared, and have it in another form, such as with another unit."""
    out = []
    for term in query.terms:
        if term.kind == FIELD and term.op in (">", ">=", "<", "<=") and not term.text.isalpha():
            bare = reduce(and_, [number.isnull() for number in searched.numbers(term, events.table)])
            rest = events.table.filter(searched.has_key(term.key, events.table) & bare)
            text = searched.written(term.key, rest)
            row = events.engine.fetch(rest.aggregate(n=rest.count(), one=text.min())).iloc[0]
            if row["n"]:
                such = f", such as {say.quote(row['one'], 30)}" if isinstance(row["one"], str) else ""
                lines = say.count(int(row["n"]), "line has", "lines have")
                out.append(f"{lines} {term.key} in another form{such}, and {term.bare} did not compare them.")
    return tuple(out)


# -- where there is none ---------------------------------------------------------------------------------------


def _nothing(
    events: Events, query: Query, question: str, unread: int, *, searched_in: tuple[Any, Any]
) -> Finding:
    """No line says it: what each term finds alone, what is near, and whether the same search finds what is there."""
    wanted = tuple(term for term in query.terms if not term.without)
    alone = _alone(events, wanted) if len(query.terms) > 1 else []
    missing = tuple(term for term in wanted if not any(str(term) == a["term"] and a["count"] for a in alone))
    near = spelled.near(events, missing)
    lines = events.count()
    control, why = _control(events, missing or wanted)
    other = _units(events, query)
    value = {"query": str(query), "count": 0, "unread": unread, "lines": lines, "terms": alone, "near": near}
    names = [source.name for source in events.sources]
    service, severity = searched_in
    limits = [f"service {service}" if service else "", f"severity {severity} and above" if severity else ""]
    limited = f" ({', '.join(filter(None, limits))})" if any(limits) else ""
    where = f"{say.count(lines, 'line')} of {say.listed(names) if len(names) < 4 else say.count(len(names), 'source')}{limited}"
    answer = f"None of {where} matches"
    if not lines:
        answer = f"There is no line in this selection{limited}, so none could match"
    elif alone and not missing:
        answer += ", though each is there alone: " + say.listed(f"{a['term']} {a['count']:,}" for a in alone)
    elif alone:
        answer += ": " + say.listed(f"{a['term']} {a['count']:,}" for a in alone)
    answer += "."
    for line in why:
        if line.startswith(_NO_FIELD):
            answer += f" {line}"
    for line in other:
        answer += f" {line}"
    if near:
        answer += f" Near to it: {say.listed(near, most=6)}."
    coverage = coverage_of(
        events,
        control=control and not unread and not other,
        blind=(*_also_unread(unread), *(line for line in why if not line.startswith(_NO_FIELD))),
    )
    if not lines or unread:
        return Finding(question, answer, value=value, verdict="inconclusive", coverage=coverage)
    return Finding(question, answer, value=value, verdict="absent", coverage=coverage)


def _one_is_nowhere(events: Events, query: Query) -> bool:
    """Whether a word that all lines must have is in none: asked first where every other word was found before."""
    known = events.memo.get(_said_by(events), {})
    single = [clause[0] for clause in query.clauses if len(clause) == 1]
    must = [term for term in single if term.kind == WORD and not term.without]
    new = [term for term in must if term not in known]
    if any(known.get(term) == 0 for term in must):
        return True
    if len(new) != 1 or len(must) == 1:
        return False
    return any(one["count"] == 0 for one in _alone(events, (new[0],)))


def _said_by(events: Events) -> tuple[str, str]:
    """Where it is kept how many lines each word is in."""
    return "said by", str(events.selection)


def _alone(events: Events, terms: tuple[Term, ...]) -> list[dict[str, Any]]:
    """How many lines each term finds by itself: one pass for those that nobody asked before."""
    table = events.table
    known: dict[Term, int] = events.memo.setdefault(_said_by(events), {})
    new = [term for term in dict.fromkeys(terms) if term not in known]
    if new:
        # Rows without any of them are left out first: there an engine tries no more of a condition than it must.
        conditions = [searched.term_condition(term, table) for term in new]
        some = table.filter(reduce(or_, conditions))
        counts = {
            f"n{place}": searched.term_condition(term, some).fill_null(False).cast("int64").sum()
            for place, term in enumerate(new)
        }
        row = events.engine.fetch(some.aggregate(**counts)).iloc[0]
        for place, term in enumerate(new):
            count = row[f"n{place}"]
            known[term] = int(count or 0) if count == count else 0
    return [{"term": str(term), "count": known[term]} for term in terms]


def _control(events: Events, terms: tuple[Term, ...]) -> tuple[bool, tuple[str, ...]]:
    """Whether the same search finds what is known to be there; and, in words, where it would not."""
    table, key = events.table, ("known to be there", str(events.selection))
    if key not in events.memo:
        known = spelled.sampled(events)
        same = table.filter(searched.term_condition(Term(WORD, known), table)) if known else None
        events.memo[key] = (
            known,
            0 if same is None else len(events.engine.fetch(same.select("unit").limit(1))),
        )
    known, found = events.memo[key]
    if known is None:
        return False, ("No message in this selection has a word.",)
    blind = []
    for term in terms:
        if term.kind == FIELD:
            has = table.filter(searched.has_key(term.key, table))
            if not len(events.engine.fetch(has.select("unit").limit(1))):
                blind.append(f"{_NO_FIELD} '{term.key}'.")
        elif term.kind == PATTERN and not term.text.startswith("(?i)") and not _folded(events, term):
            blind.append(f"/{term.text}/ tells capitals from small letters: /{term.text}/i does not.")
    barred = any(line.startswith(_NO_FIELD) for line in blind)
    return found > 0 and not barred, tuple(blind)


def _folded(events: Events, term: Term) -> bool:
    """Whether a pattern finds as little where capitals are as small letters."""
    table = events.table
    folded = Term(PATTERN, f"(?i){term.text}")
    some = table.filter(searched.term_condition(folded, table))
    return not len(events.engine.fetch(some.select("unit").limit(1)))
