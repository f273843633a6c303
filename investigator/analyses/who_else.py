"""Who else left the way where one affected id did."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from investigator.analyses import _say as say
from investigator.analyses import _who_says as says
from investigator.analyses._tally import tally
from investigator.claims import Property
from investigator.events.instants import instant
from investigator.facts import affected as affecting
from investigator.facts import dated, leaning, outcome, rise, signs, traces
from investigator.facts import listed as listing
from investigator.facts.comparison import Difference, compare
from investigator.facts.coverage import coverage_of
from investigator.facts.decide import FINE, dispositions_of
from investigator.facts.difference import deciding_difference
from investigator.facts.unusual import unexpected
from investigator.finding import Finding

if TYPE_CHECKING:
    import ibis.expr.types as ir
    import pandas

    from investigator.events.events import Events
    from investigator.facts.comparison import Comparison

#: The Spark Connect server on which it found what it finds on the embedded engine.
SPARK = "4.0.5"

CLAIMS = (Property("those like {like}", "affected", "affected", upto="unknown", apart=("onset",)),)


def who_else(events: Events, *, like: str, onset: str | None = None) -> Finding:
    """Which other ids left the way where `like` did, counted by customer, and for which that can't be seen.

    What makes an affected one is read from `like` beside a healthy one: the event that came instead, and the expected
    one that is missing. Ids of its kind without any event at the deciding step are judged by a column of records that
    tells the two apart; where that is empty too, or a census of all sources can't say what became of them, they are
    unknown, not unaffected. Where the way does not differ, those
    with the same disposition are affected alike (`predicate.disposition`). What came in too late to have got
    there yet is under way. Where a few always deviate so, those before the share rose are not counted. `onset` leaves out what deviated before it. `value`: affected, healthy, unknown, under_way,
    customers [{customer, affected, unknown, healthy, first, rate}], first, last, timed (whether
    these say when it happened, or only when the things came), predicate, ids, unknown_ids,
    rests_on (the sources that tell who is affected), without [{source, at_least, at_most}] (how many there would be
    without each: none where nobody could say),
    list {source, number, found {what: [id]}} (the customer's own list, where one is loaded, and what became of each on it),
    base_rate {deviated, of} (how many of those before the onset deviated so, where an onset is given). `rate` is the
    95 % interval of the share affected among those that can be judged (Wilson 1927): wide where few can.

    Method: the difference found by `compare_entities`, put as a predicate to all. Limits: one difference at a time;
    those hit in another way need an id of their own. Example: `case.find.who_else(like="DOC-4711")`.
    """
    like = str(like or "").strip()
    question = f"Who else is affected like {like or 'it'}?"
    value: dict[str, Any] = {
        "affected": 0,
        "healthy": 0,
        "unknown": 0,
        "under_way": 0,
        "other": 0,
        "customers": [],
        "first": None,
        "last": None,
        "predicate": None,
        "ids": [],
        "unknown_ids": [],
        "timed": True,
        "base_rate": None,
        "rests_on": [],
        "without": [],
        "list": None,
    }
    if not like:
        return say.unanswered(
            question,
            "No affected id was named, so none can be found like it.",
            say.LOAD["entity"],
            value=value,
        )
    if not events.sources:
        return say.unanswered(
            question, "Nothing is loaded, so nobody can be found.", say.LOAD["any"], value=value
        )
    known = listing.nowhere_else(events, like)
    if known is not None:
        return _never_came(events, like, known, question, value)
    found = deciding_difference(events, like)
    apart = signs.apart(events, like)
    sign = apart.sign if apart is not None and found.own else None
    if sign is not None and outcome.only_looked(events, like, sign):
        sign = None
    stood = signs.standing(events, like) if sign is None and found.difference is None and found.own else None
    if stood is not None and stood.sign is not None and not (stood.sure or stood.sign.bad):
        stood = None  # more of one kind at one time is not yet wrong
    if found.difference is None and (sign or stood):
        # It took the way of all others, and a value tells it apart.
        found = replace(found, difference=Difference(None, None, None, 1.0))
    difference = found.difference
    if difference is None or not (found.healthy_id or sign or stood):
        shared = _by_disposition(events, like, found, question, value)
        if shared is not None:
            return shared
        if not found.own:
            answer, missing = (
                f"No log mentions {like}, so it can't be said what others would share with it.",
                say.LOAD["log"],
            )
        else:
            odd = unexpected(events, like, found.own)
            answer = (
                f"{_odd(like, odd)} It can't be said who else is affected."
                if odd
                else f"It can't be said who else is affected: {like} took the same way as others of its kind."
            )
            missing = "No difference found: give an affected id whose path differs, or load the logs of the step where it stopped."
        return say.unanswered(question, answer, missing, value=value, coverage=coverage_of(events))
    rows = traces.mentions_of_kind(events, like)
    ids, decided = affecting.judged(events, like, found, onset)
    if sign is None and affecting.mostly_harmless(events, like, decided):
        shared = _by_disposition(events, like, found, question, value)
        if shared is not None:
            return shared
    stands = signs.standing(events, like) if apart is not None and not apart.sure else None
    if stands is not None and (sign is None or stands.sure):
        shared = _by_disposition(events, like, found, question, value) if sign is None else None
        if shared is not None:
            return shared
        apart, sign = stands, stands.sign
        ids = decided = signs.decided(events, stands, instant(onset))
    earlier = int(events.engine.fetch((decided.verdict == "before").cast("int64").sum()) or 0)
    told = tally(events, decided, like)
    counts = told.counts
    times = [time for time in told.listed["at"] if time == time]
    value |= counts
    value |= {
        "customers": told.customers,
        "first": say.iso(times[0]) if times else None,
        "timed": sign is None or sign.timed,
        "last": say.iso(times[-1]) if times else None,
        "predicate": _predicate(found),
        "ids": told.ids,
        "unknown_ids": told.unknown_ids,
        "base_rate": affecting.base_rate(events, ids, onset) if onset else None,
    }
    evidence, evidence_count = _evidence(events, rows, found, told.listed)
    lacking: tuple[str, ...] = () if told.by else (say.LOAD["customer"],)
    blind = () if sign else difference.silent
    if counts["unknown"]:
        blind = (*blind, says.why_unknown(counts["unknown"], sign))
    answer = says.answer(like, found, sign, counts, told.customers, value, told.spared)
    if earlier:
        answer += (
            f" {say.count(earlier, 'other')} before that went the same way, as a few always do: not counted."
        )
    if sign is not None:
        assert apart is not None
        answer, doubts = says.bounded(events, answer, apart, counts, value)
        first = None if sign.bad else compare(events, like).difference
        waits = first.expected if first is not None and first.instead is None else None
        if waits is not None and (column := dated.due_by(events, like, told.ids, waits)):
            answer, doubts = says.not_due(like, column, value)
        if not doubts:
            answer, doubts = says.judged(answer, counts, value)
        leans = leaning.rests_on(events, apart)
        value |= {"rests_on": [one.source for one in leans], "without": leaning.to_json(leans)}
        # A doubt that is told already says more than what it rests on.
        answer += "" if doubts else leaning.sentence(leans)
        blind = (*blind, *doubts)
        sure = not doubts
    else:
        # What nothing tells apart since one time may be how it always was, or the part of it that is seen.
        sure = False
        alone = value["ids"] == [like]
        if difference.late and difference.instead is None:
            answer = f"At least {answer} What came a little late, or is still to come, is not counted."
        elif counts["healthy"] and counts["affected"] > rise.FEWER * (counts["affected"] + counts["healthy"]):
            answer = (
                f"It can't be said who else is affected: {counts['affected']:,} of "
                f"{counts['affected'] + counts['healthy']:,} have what {like} has ({says.what(found, sign)}), so it sets nobody apart."
            )
        elif difference.instead is not None and traces.LOOKED.search(difference.instead.body):
            answer = (
                f"It can't be said who else is affected: what sets {like} apart ({says.what(found, sign)}) shows only where "
                "somebody looked."
            )
        elif affecting.from_the_beginning(events, decided):
            answer = f"At most {answer} As many of the first that came have it, so it may be no sign of what went wrong."
        elif alone:
            answer = f"Nobody else has what {like} has ({says.what(found, sign)}), so it can't be said who else is affected."
        elif apart is not None:
            answer = (
                f"It can't be said who else is affected: nothing that {like} has, lacks or had late became more frequent "
                f"at any time. {counts['affected']:,} have what it has ({says.what(found, sign)}), as a few always may."
            )
        else:
            sure = True
        odd = None if sure else unexpected(events, like, found.own)
        answer += f" {_odd(like, odd)}" if odd else ""
    answer += _on_the_list(events, like, decided, value)
    verdict = "found" if counts["affected"] and sure else "inconclusive"
    return Finding(
        question,
        answer,
        value=value,
        table=say.table(
            ["customer", "affected", "unknown", "healthy", "first", "last", "example"],
            (
                (
                    r.customer,
                    r.affected,
                    r.unknown,
                    r.healthy,
                    say.aware(r.first),
                    say.aware(r.last),
                    r.example,
                )
                for r in told.hit.itertuples(index=False)
            ),
        ),
        evidence=evidence,
        evidence_count=evidence_count,
        verdict=verdict,  # type: ignore[arg-type]
        coverage=coverage_of(events, control=counts["healthy"] > 0, blind=blind, missing=lacking),
    )


def _never_came(
    events: Events, like: str, known: listing.Listed, question: str, value: dict[str, Any]
) -> Finding:
    """Those of a list that nothing else knows, as `like`: all where everything that came stands on it, else those alone."""
    own = listing.sent(events, like, known.source)
    own = own.filter(own.id.isin(list(known.ids)))
    lost = own.id.isin(list(known.strangers))
    decided = own.select("id", "at", verdict=lost.ifelse("affected", "healthy"))
    decided = events.engine.cache(decided)
    told = tally(events, decided, like)
    counts = told.counts
    times = [time for time in told.listed["at"] if time == time]
    value |= counts
    value |= {
        "customers": told.customers,
        "first": say.iso(times[0]) if times else None,
        "last": say.iso(times[-1]) if times else None,
        "timed": bool(times) and known.timed,
        "predicate": {"kind": traces.kind_known(events, like), **dict.fromkeys(("after", "instead", "expected", "healthy")),
                      "disposition": "never received"},
        "ids": told.ids,
        "unknown_ids": told.unknown_ids,
        "rests_on": [known.source],
        "at_least": counts["affected"],
        "at_most": counts["affected"] if known.whole else None,
    }  # fmt: skip
    since = f" since {'' if known.timed else 'about '}{say.at(times[0])}" if times else ""
    rest = "All that came in stand on it." if known.whole else "What others sent is not counted."
    answer = (
        f"{'' if known.whole else 'At least '}{counts['affected']:,} are affected like {like}{since}: {known.source} names them, "
        f"and nothing else that is loaded does. The other {counts['healthy']:,} of its "
        f"{counts['affected'] + counts['healthy']:,} came in. {rest}"
    )
    blind = () if known.whole else ("What never came in, and stands on no list, nothing here knows.",)
    return Finding(
        question,
        answer,
        value=value,
        verdict="found" if known.whole else "inconclusive",
        coverage=coverage_of(events, control=counts["healthy"] > 0, blind=blind),
    )


def _by_disposition(
    events: Events, like: str, found: Comparison, question: str, value: dict[str, Any]
) -> Finding | None:
    """Those that have the same bad end: hidden, gone or doubled as `like` is. None where it is fine."""
    import ibis

    each = dispositions_of(events, like)
    own = events.engine.fetch(each.filter(each.id == like).select("disposition"))
    disposition = str(own["disposition"].iloc[0]) if len(own) else "unknown"
    if disposition in (*FINE, "unknown"):
        return None
    verdict = ibis.cases(
        (each.disposition == disposition, "affected"),
        (each.disposition.isin(FINE), "healthy"),
        (each.disposition == "unknown", "unknown"),
        else_="other",
    )
    ids = events.engine.cache(each.select("id", at=each["first"], verdict=verdict))
    told = tally(events, ids, like)
    counts, customers = told.counts, told.customers
    for one in customers:
        one["first"] = None  # when it was hit no event tells
    steps = {"after": None, "instead": None, "expected": None, "healthy": None}
    value |= {name: counts[name] for name in ("affected", "healthy", "unknown")}
    value |= {
        "customers": customers,
        "predicate": {"kind": found.kind, **steps, "disposition": disposition},
        "ids": told.ids,
        "unknown_ids": told.unknown_ids,
    }
    named = [f"{c['customer']}: {c['affected']:,}" for c in customers if c["affected"] and c["customer"]]
    whose = f" of {say.count(len(named), 'customer')} ({say.listed(named, most=6)})" if named else ""
    unknown = f"; {counts['unknown']:,} can't be judged" if counts["unknown"] else "; none is unknown"
    answer = (
        f"{counts['affected']:,} are affected like {like}{whose}: each is {disposition}, which no event tells apart; "
        f"{counts['healthy']:,} are healthy{unknown}."
    )
    apart = signs.apart(events, like)
    judged = counts["affected"] + counts["healthy"]
    alone = counts["affected"] <= 1
    sure = (
        not alone
        and counts["affected"] <= rise.FEWER * judged
        and (apart is None or apart.course.number < rise.FEW)
    )
    if alone:
        answer = (
            f"It can't be said who else is affected: nothing is seen of another like what became of {like}."
        )
    elif not sure:
        answer = f"It is not certain who is affected: {answer} Nothing sets them apart from one time on."
    answer += _on_the_list(events, like, ids, value)
    blind = ["When each was hit can't be seen: no event tells it."]
    if counts["unknown"]:
        blind.append(
            f"{say.count(counts['unknown'], 'id has', 'ids have')} too little said of them: unknown, not unaffected."
        )
    lacking = () if told.by else (say.LOAD["customer"],)
    return Finding(
        question,
        answer,
        value=value,
        table=say.table(
            ["customer", "affected", "unknown", "healthy", "example"],
            (
                (r.customer, r.affected, r.unknown, r.healthy, r.example)
                for r in told.hit.itertuples(index=False)
            ),
        ),
        verdict="found" if sure else "inconclusive",
        coverage=coverage_of(events, control=counts["healthy"] > 0, blind=tuple(blind), missing=lacking),
    )


def _odd(like: str, step: traces.Occurrence) -> str:
    return f"{like} has what hardly any other has: {step.activity[0]} {say.quote(step.body, 60)}."


def _on_the_list(events: Events, like: str, decided: ir.Table, value: dict[str, Any]) -> str:
    """What became of what the customer's own list names, where one is loaded; empty where none is."""
    known = listing.list_of(events, like)
    if known is None:
        return ""
    by = listing.against(events, like, known, decided)
    value["list"] = {"source": known.source, "number": len(known.ids), "found": by}
    return f" {listing.sentence(value['list'])}"


def _predicate(found: Comparison) -> dict[str, Any]:
    difference = found.difference
    assert difference is not None
    return {
        "kind": found.kind,
        "after": _step(difference.after),
        "instead": _step(difference.instead),
        "expected": _step(difference.expected),
        "healthy": found.healthy_id,
    }


def _step(step: traces.Occurrence | None) -> dict[str, str] | None:
    return {"step": step.activity[0], "name": step.activity[1], "example": step.body} if step else None


def _evidence(
    events: Events, rows: ir.Table, found: Comparison, listed: pandas.DataFrame
) -> tuple[pandas.DataFrame | None, int]:
    """The deciding event of the first two hundred affected ids."""
    difference = found.difference
    assert difference is not None
    step = difference.instead or difference.after
    if step is None or not len(listed):
        return None, 0
    chosen = rows.filter(
        affecting.is_at(rows, step.activity) & rows.id.isin([str(i) for i in listed["id"].head(200)])
    )
    chosen = chosen.order_by([chosen.time, chosen.evidence, chosen.unit, chosen.id]).limit(200)
    columns = ("time", "id", "source", "service", "severity_number", "body", "evidence", "unit", "units")
    return events.fetch(chosen.select(*columns)), len(listed)
