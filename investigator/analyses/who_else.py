"""Who else left the way where one affected id did."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from investigator.analyses import _say as say
from investigator.claims import Property
from investigator.events.instants import instant
from investigator.events.mask import of_any
from investigator.facts import affected as affecting
from investigator.facts import leaning, rise, signs, traces
from investigator.facts.comparison import Difference
from investigator.facts.coverage import coverage_of
from investigator.facts.customers import customers_of
from investigator.facts.decide import FINE, dispositions_of
from investigator.facts.difference import deciding_difference
from investigator.finding import Finding

if TYPE_CHECKING:
    import ibis.expr.types as ir
    import pandas

    from investigator.events.events import Events
    from investigator.facts.comparison import Comparison

#: The Spark Connect server on which it found what it finds on the embedded engine.
SPARK = "4.0.5"

CLAIMS = (Property("those like {like}", "affected", "affected", upto="unknown", apart=("onset",)),)

IDS_AT_MOST = 5_000
#: Where so many can't be judged, beside those that are affected, there are at least so many affected.
UNJUDGED = 0.5


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
    found = deciding_difference(events, like)
    apart = signs.apart(events, like)
    sign = apart.sign if apart is not None and found.own else None
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
            answer = (
                f"{like} took the same way as others of its kind, so there is nothing to look for in them."
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
    people, by = customers_of(events, rows, like)
    table = _table(events, decided, people)
    counts = {
        name: int(table[name].sum()) if len(table) else 0
        for name in ("affected", "healthy", "unknown", "under_way", "other")
    }
    affected = decided.filter(decided.verdict == "affected")
    listed = events.engine.fetch(
        affected.order_by([affected.at.isnull(), affected.at, affected.id]).limit(IDS_AT_MOST)
    )
    unseen = decided.filter(decided.verdict == "unknown")
    unseen_ids = events.engine.fetch(unseen.select("id").order_by("id").limit(IDS_AT_MOST))
    predicate = _predicate(found, ids)
    hurt = table[(table["affected"] > 0) | (table["unknown"] > 0)] if len(table) else table
    customers = [
        {
            "customer": row.customer,
            "affected": int(row.affected),
            "unknown": int(row.unknown),
            "healthy": int(row.healthy),
            "first": say.iso(row.first),
            "rate": wilson(int(row.affected), int(row.affected) + int(row.healthy)),
        }
        for row in hurt.itertuples(index=False)
    ]
    times = [time for time in listed["at"] if time == time]
    value |= counts
    value |= {
        "customers": customers,
        "first": say.iso(times[0]) if times else None,
        "timed": sign is None or sign.timed,
        "last": say.iso(times[-1]) if times else None,
        "predicate": predicate,
        "ids": [str(i) for i in listed["id"]],
        "unknown_ids": [str(i) for i in unseen_ids["id"]],
        "base_rate": affecting.base_rate(events, ids, onset) if onset else None,
    }
    evidence, evidence_count = _evidence(events, rows, found, listed)
    lacking: tuple[str, ...] = () if by else (say.LOAD["customer"],)
    blind = () if sign else difference.silent
    if counts["unknown"]:
        blind = (*blind, _why_unknown(counts["unknown"], sign))
    answer = _answer(like, found, sign, counts, customers, value, len(table) - len(hurt))
    if earlier:
        answer += (
            f" {say.count(earlier, 'other')} before that went the same way, as a few always do: not counted."
        )
    if sign is not None:
        assert apart is not None
        answer, doubts = _bounded(events, answer, apart, counts["affected"], value)
        if not doubts:
            answer, doubts = _judged(answer, counts, value)
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
        elif counts["healthy"] and counts["affected"] > signs.FEWER * (
            counts["affected"] + counts["healthy"]
        ):
            answer = (
                f"It can't be said who else is affected: {counts['affected']:,} of "
                f"{counts['affected'] + counts['healthy']:,} have what {like} has ({_what(found, sign)}), so it sets nobody apart."
            )
        elif affecting.from_the_beginning(events, decided):
            answer = f"At most {answer} As many of the first that came have it, so it may be no sign of what went wrong."
        elif alone:
            answer = f"Nobody else has what {like} has ({_what(found, sign)}), so it can't be said who else is affected."
        elif apart is not None:
            answer = (
                f"It can't be said who else is affected: nothing that {like} has, lacks or had late became more frequent "
                f"at any time. {counts['affected']:,} have what it has ({_what(found, sign)}), as a few always may."
            )
        else:
            sure = True
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
                for r in hurt.itertuples(index=False)
            ),
        ),
        evidence=evidence,
        evidence_count=evidence_count,
        verdict=verdict,  # type: ignore[arg-type]
        coverage=coverage_of(events, control=counts["healthy"] > 0, blind=blind, missing=lacking),
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
    people, by = customers_of(events, traces.mentions_of_kind(events, like), like)
    table = _table(events, ids, people)
    affected = ids.filter(ids.verdict == "affected").order_by([ids["at"].isnull(), ids["at"], ids.id])
    listed = events.engine.fetch(affected.select("id").limit(IDS_AT_MOST))
    unseen = events.engine.fetch(
        ids.filter(ids.verdict == "unknown").select("id").order_by("id").limit(IDS_AT_MOST)
    )
    counts = {name: int(table[name].sum()) for name in ("affected", "healthy", "unknown")}
    hurt = table[(table["affected"] > 0) | (table["unknown"] > 0)]
    customers = [
        {
            "customer": row.customer,
            "affected": int(row.affected),
            "unknown": int(row.unknown),
            "healthy": int(row.healthy),
            "first": None,
            "rate": wilson(int(row.affected), int(row.affected) + int(row.healthy)),
        }
        for row in hurt.itertuples(index=False)
    ]
    steps = {"after": None, "instead": None, "expected": None, "healthy": None}
    value |= counts
    value |= {
        "customers": customers,
        "predicate": {"kind": found.kind, **steps, "disposition": disposition},
        "ids": [str(i) for i in listed["id"]],
        "unknown_ids": [str(i) for i in unseen["id"]],
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
        and counts["affected"] <= signs.FEWER * judged
        and (apart is None or apart.course.number < signs.FEW)
    )
    if alone:
        answer = (
            f"It can't be said who else is affected: nothing is seen of another like what became of {like}."
        )
    elif not sure:
        answer = f"It is not certain who is affected: {answer} Nothing sets them apart from one time on."
    blind = ["When each was hit can't be seen: no event tells it."]
    if counts["unknown"]:
        blind.append(
            f"{say.count(counts['unknown'], 'id has', 'ids have')} too little said of them: unknown, not unaffected."
        )
    lacking = () if by else (say.LOAD["customer"],)
    return Finding(
        question,
        answer,
        value=value,
        table=say.table(
            ["customer", "affected", "unknown", "healthy", "example"],
            ((r.customer, r.affected, r.unknown, r.healthy, r.example) for r in hurt.itertuples(index=False)),
        ),
        verdict="found" if sure else "inconclusive",
        coverage=coverage_of(events, control=counts["healthy"] > 0, blind=tuple(blind), missing=lacking),
    )


def _why_unknown(number: int, sign: signs.Sign | None) -> str:
    have = say.count(number, "id has", "ids have")
    if sign is None:
        return f"{have} no event at the deciding step: unknown, not unaffected."
    return f"{have} neither gone on nor come to an end that is known, or only lists name them: unknown, not unaffected."


def _bounded(
    events: Events, answer: str, apart: signs.Apart, number: int, value: dict[str, Any]
) -> tuple[str, tuple[str, ...]]:
    """The answer with its bounds where something is not sure, and what that is."""
    sign = apart.sign
    assert sign is not None
    value |= {"at_least": number, "at_most": number}
    if apart.rivals:
        low, high = signs.bounds(events, apart)
        value |= {"at_least": low, "at_most": high}
        others = say.listed(
            [f"{one.number:,} have {say.quote(one.body, 50)}" for one in apart.rivals], most=3
        )
        return (
            f"Between {low:,} and {high:,} are affected. {answer} But {others}, and these are not the same ones.",
            (f"More than one thing is new in them: {others}.",),
        )
    if sign.doubts:
        value["at_least"] = 1
        return (
            f"At most {answer} But {sign.doubts[0]}, so some of them may be no part of it.",
            sign.doubts,
        )
    wider = signs.wider(events, apart) if sign.clean else None
    if wider is not None:
        value["at_most"] = max(number, wider.number)
        other = f"{wider.number:,} stand so in {wider.place} ({wider.body}), these among them"
        return f"Between {number:,} and {max(number, wider.number):,} are affected. {answer} But {other}.", (
            other + ".",
        )
    if sign.more:
        value["at_most"] = None
        return f"At least {answer} But {sign.more[0]}, so there may be more.", sign.more
    return answer, ()


def _judged(answer: str, counts: dict[str, int], value: dict[str, Any]) -> tuple[str, tuple[str, ...]]:
    """The answer as a lower bound where too many can't be judged for a count."""
    if counts["unknown"] <= UNJUDGED * counts["affected"]:
        return answer, ()
    value["at_most"] = counts["affected"] + counts["unknown"]
    return f"At least {answer}", ("Too many can't be judged for a count.",)


def _what(found: Comparison, sign: signs.Sign | None) -> str:
    """What each affected one has, or lacks."""
    difference = found.difference
    assert difference is not None
    if sign is not None and sign.kind in (signs.TWICE, signs.DIFFERS, rise.STANDS, signs.LACKING):
        said = f"{sign.place} {say.quote(of_any(sign.body), 60)}"
        if sign.kind == signs.DIFFERS:
            return sign.body
        if sign.kind == rise.STANDS:
            return f"{sign.place} {say.quote(sign.body, 60)}"
        return f"{said} more than once" if sign.kind == signs.TWICE else f"no {said}"
    activity = difference.instead or difference.expected
    assert activity is not None
    own = activity.body if difference.instead else of_any(activity.body)
    said = f"{activity.activity[0]} {say.quote(own, 60)}"
    return said if difference.instead else f"{said} late" if difference.late else f"no {said}"


def _answer(
    like: str,
    found: Comparison,
    sign: signs.Sign | None,
    counts: dict[str, int],
    customers: list[dict[str, Any]],
    value: dict[str, Any],
    spared: int,
) -> str:
    difference = found.difference
    assert difference is not None
    what = _what(found, sign)
    if not counts["affected"]:
        return f"Nobody else is seen with what {like} has ({what}); {counts['unknown']:,} can't be judged."
    hit = [c for c in customers if c["affected"]]
    named = [c for c in hit if c["customer"]]
    whose = ""
    if named:
        each = say.listed([f"{c['customer']}: {c['affected']:,}" for c in named], most=6)
        whose = f" of {say.count(len(named), 'customer')} ({each})"
    came = "" if value["timed"] else ", which came"
    since = f"{came} since {say.at(instant(value['first']))}" if value["first"] else ""
    none = (
        "; none is unknown"
        if sign is None
        else "; none is unknown, for each other one went on or came to an end that is known"
    )
    unknown = f"; {counts['unknown']:,} can't be judged" if counts["unknown"] else none
    way = f", {counts['under_way']:,} still under way" if counts["under_way"] else ""
    rest = f" (also of {say.count(spared, 'other customer')} with none affected)" if named and spared else ""
    if counts["other"]:
        way += f", {counts['other']:,} came to another end"
    own = difference.instead is not None and (sign is None or sign.kind == signs.MESSAGE)
    each_has = "each has its own " if own else "each has "
    return (
        f"{counts['affected']:,} are affected like {like}{whose}{since}: {each_has}{what}; "
        f"{counts['healthy']:,} are healthy{rest}{unknown}{way}."
    )


def wilson(hits: int, number: int) -> list[float] | None:
    """The 95 % interval of a share; None of nothing."""
    if not number:
        return None
    z, share = 1.959964, hits / number
    middle = (share + z * z / (2 * number)) / (1 + z * z / number)
    half = z * ((share * (1 - share) + z * z / (4 * number)) / number) ** 0.5 / (1 + z * z / number)
    return [round(max(middle - half, 0.0), 4), round(min(middle + half, 1.0), 4)]


def _table(events: Events, ids: ir.Table, people: ir.Table | None) -> pandas.DataFrame:
    """One row a customer: how many of each verdict, first, last, and an example."""
    import ibis

    if people is None:
        joined = ids.mutate(customer=ibis.literal(""))
    else:
        named = people.select(named_id="id", customer="customer")
        joined = ids.left_join(named, ids.id == named.named_id)
        joined = joined.mutate(customer=ibis.coalesce(joined.customer, ibis.literal("")))
    hurt = joined.verdict == "affected"
    grouped = joined.group_by("customer").aggregate(
        affected=hurt.sum(),
        unknown=(joined.verdict == "unknown").sum(),
        healthy=(joined.verdict == "healthy").sum(),
        under_way=(joined.verdict == "under_way").sum(),
        other=joined.verdict.isin(("other end", "other")).sum(),
        first=joined.at.min(where=hurt),
        last=joined.at.max(where=hurt),
        example=ibis.coalesce(joined.id.min(where=hurt), joined.id.min(where=joined.verdict == "unknown")),
    )
    return events.engine.fetch(
        grouped.order_by([ibis.desc("affected"), ibis.desc("unknown"), ibis.asc("customer")]).limit(100_000)
    )


def _predicate(found: Comparison, ids: ir.Table) -> dict[str, Any]:
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
