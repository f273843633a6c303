"""Where each thing stopped on its way, and what those that stopped have in common."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from investigator.analyses import _say as say
from investigator.events.instants import instant, literal
from investigator.facts import conformance, discovery, process, traces
from investigator.facts import unusual as unusually
from investigator.facts.coverage import coverage_of
from investigator.facts.customers import customers_of
from investigator.finding import Finding

if TYPE_CHECKING:
    import ibis.expr.types as ir
    import pandas

    from investigator.events.events import Events
    from investigator.facts.process import ProcessModel

IDS_AT_MOST = 5_000
#: So many on each side are compared for what they have in common.
COMPARED = 1_000
#: What nearly all of those that stopped have, and few of the others.
COMMON, DIFFERENT = 0.9, 0.5
VALUE_AT_MOST = 80
VARIANTS = 12


def lifecycle(events: Events, *, like: str, onset: str | None = None, path: str | None = None) -> Finding:
    """Every id shaped like `like` held against the expected course: how far it went, and its first deviation.

    The course is learned from those that went through, or given as `path`, a few lines of YAML:

        - received: upload / received
        - stored: {in: storage, says: stored object, within: 60 s}
        - indexed: {in: indexer, says: indexed document, within: 5 min, repeatable: true, optional: false}

    (place and words of the message; `says` is a pattern). A step can be missing, out of order, late or repeated; what
    could have come but not yet is under way, what its silent source could not tell is not seen. The affected are
    those that left the course as `like` did; without such, the largest group that lacks a step. What nearly all of
    them have and few others of the same hours have is named. Healthy ones are taken from before the `onset`, where
    one is given. `value`: ids, whole, without_start, learned_from, course (YAML), steps (the funnel) [{step,
    place, optional, within, reached, missing, not_seen, out_of_order, late, repeated, under_way}], groups [{deviation, step, after,
    count, first, last, example}], variants [{steps, count, example}], affected {deviation, step, after, count, first,
    last, ids}, common [{what, affected, others}], change_before, unusual [{id, score, deviation, step}].

    `unusual` are those unlike the others, whatever the course says, the most first (at most 5,000): they have a message
    that hardly any has (`unexpected`), lack one that those with the same steps have, have one more often, or in an
    order that hardly any has. One of these with the whole course is not counted as `whole`.

    Method: conformance checking, see `facts/conformance.py`; surprise, see `facts/unusual.py`. Limits: a step that half of the healthy ones lack is not
    learned; the time limit of a learned step is three times what 99 of 100 needed. Example:
    `case.find.lifecycle(like="DOC-4711")`.
    """
    like = str(like or "").strip()
    question = f"Where did those like {like or 'it'} stop?"
    if not like:
        return say.unanswered(question, "No id was named, so its kind is not known.", say.LOAD["entity"])
    if not events.sources:
        return say.unanswered(question, "Nothing is loaded, so nothing went anywhere.", say.LOAD["any"])
    model = process.given(events, like, path) if path else discovery.discovered(events, like, onset=onset)
    if not model.steps:
        answer = f"No log has an id shaped like {like}, so no way of it is known."
        return say.unanswered(question, answer, say.LOAD["log"], coverage=coverage_of(events))
    checked = conformance.checked(events, like, model)
    groups = _groups(events, checked, onset)
    ids = int(groups["number"].sum())
    counted = _steps(events, checked, model, groups)
    chosen = _affected(events, checked, groups, like)
    value: dict[str, Any] = {
        "ids": ids,
        "whole": int(groups.loc[groups["deviation"] == "", "number"].sum()),
        "without_start": int(
            groups.loc[(groups["deviation"] == "missing") & (groups["at"] == 0), "number"].sum()
        ),
        "learned_from": model.learned_from,
        "course": model.yaml(),
        "steps": counted,
        "groups": [_group(row, model) for row in groups.itertuples(index=False) if row.deviation],
        "variants": _variants(events, checked, model),
        "affected": None,
        "common": [],
        "change_before": None,
        "unusual": [],
    }
    _unlike(events, checked, value, like, onset)
    evidence, number, blind = None, 0, [*model.blind]
    if chosen is not None:
        rows = traces.mentions_of_kind(events, like)
        hurt = _hurt(checked, chosen, onset)
        listed = events.engine.fetch(hurt.order_by(["when", "id"]).limit(IDS_AT_MOST))
        value["affected"] = {**_group(chosen, model), "ids": [str(i) for i in listed["id"]]}
        value["common"], said = _common(events, rows, checked, hurt, model, int(chosen.at), like)
        blind += said
        value["change_before"] = _change_before(events, chosen, model)
        evidence, number = _evidence(events, rows, listed)
    unseen = sum(row["not_seen"] for row in counted)
    if unseen:
        blind.append(f"{unseen:,} can't be judged: a source was silent when their next step would have come.")
    if value["without_start"]:
        blind.append(f"{value['without_start']:,} have no first step in what is loaded.")
    found = any(row["deviation"] != "under way" for row in value["groups"])
    return Finding(
        question,
        _answer(value, like),
        value=value,
        table=say.table(
            ["step", "reached", "missing", "late", "repeated", "out of order", "not seen", "under way", "optional"],
            (
                (s["step"], s["reached"], s["missing"], s["late"], s["repeated"], s["out_of_order"],
                 s["not_seen"], s["under_way"], s["optional"])
                for s in counted
            ),
        ),
        evidence=evidence,
        evidence_count=number if evidence is not None else -1,
        verdict="found" if found else "absent" if value["whole"] else "inconclusive",
        coverage=coverage_of(events, control=value["whole"] > 0, blind=tuple(blind)),
    )  # fmt: skip


def _unlike(events: Events, checked: ir.Table, value: dict[str, Any], like: str, onset: str | None) -> None:
    """Those unlike the others, into the value; one that has the whole course all the same is whole no more."""
    found = unusually.unusual(events, like, onset=onset)
    if found is None or not len(found.listed):
        return
    listed = found.listed.head(IDS_AT_MOST)
    said = traces.examples(events, like)
    names = {
        activity: discovery.named(said.get(activity, traces.Example()).body, activity)
        for activity in dict.fromkeys(zip(listed["step"], listed["name"], strict=True))
    }
    value["unusual"] = [
        {"id": str(r.id), "score": float(r.score), "deviation": str(r.what), "step": names[r.step, r.name]}
        for r in listed.itertuples(index=False)
    ]
    fine = checked.filter((checked.deviation == "") & checked.id.isin([str(i) for i in listed["id"]]))
    rows = events.engine.fetch(fine.select("id", "first").order_by("id"))
    whole = dict(zip(rows["id"], rows["first"], strict=True))
    value["whole"] -= len(whole)
    groups: dict[tuple[str, str], list[str]] = {}
    for one in value["unusual"]:
        if one["id"] in whole:
            groups.setdefault((one["deviation"], one["step"]), []).append(one["id"])
    value["groups"] += [
        {
            "deviation": deviation,
            "step": step,
            "after": None,
            "count": len(ids),
            "first": say.iso(min(whole[one] for one in ids)),
            "last": say.iso(max(whole[one] for one in ids)),
            "example": min(ids),
        }
        for (deviation, step), ids in groups.items()
    ]
    value["groups"].sort(key=lambda group: (-group["count"], group["step"], group["deviation"]))


def _groups(events: Events, checked: ir.Table, onset: str | None) -> pandas.DataFrame:
    """How many deviate how and where, the most first; with an onset what deviated before it is no deviation."""
    rows = checked if not onset else _since(checked, onset)
    counted = rows.group_by(["deviation", "at"]).aggregate(
        number=rows.count(), first=rows.when.min(), last=rows.when.max(), example=rows.id.min()
    )
    frame = events.engine.fetch(counted.order_by(["deviation", "at"]))
    return frame.sort_values(["number", "at", "deviation"], ascending=[False, True, True], kind="stable")


def _since(checked: ir.Table, onset: str) -> ir.Table:
    """Only those whose first deviation, or whose whole way, is not before the onset."""
    import ibis

    return checked.filter(ibis.coalesce(checked.when, checked["first"]) >= literal(instant(onset)))


def _steps(
    events: Events, checked: ir.Table, model: ProcessModel, groups: pandas.DataFrame
) -> list[dict[str, Any]]:
    places = range(len(model.steps))
    bits = {f"s{p}": ((checked.seen // (1 << p)) % 2).sum() for p in places}
    reached = events.engine.fetch(checked.aggregate(**bits))
    out = []
    for place, step in enumerate(model.steps):
        here = groups[groups["at"] == place].set_index("deviation")["number"]
        total = reached[f"s{place}"].iloc[0]
        out.append(
            {
                "step": step.name,
                "place": step.place,
                "optional": step.optional,
                "within": step.within,
                "reached": int(total) if total == total and total is not None else 0,
                **{
                    name.replace(" ", "_"): int(here.get(name, 0))
                    for name in (*conformance.DEVIATIONS, "not seen", "under way")
                },
            }
        )
    return out


def _group(row: Any, model: ProcessModel) -> dict[str, Any]:
    place = int(row.at)
    before = [j for j in model.steps[place].after if not model.steps[j].optional] or list(
        model.steps[place].after
    )
    return {
        "deviation": str(row.deviation),
        "step": model.steps[place].name,
        "after": model.steps[before[-1]].name if before else None,
        "count": int(row.number),
        "first": say.iso(row.first),
        "last": say.iso(row.last),
        "example": str(row.example),
    }


def _affected(events: Events, checked: ir.Table, groups: pandas.DataFrame, like: str) -> Any:
    """The group that `like` belongs to; else the largest that lacks a step it should have after its start."""
    own = events.engine.fetch(checked.filter(checked.id == like).select("deviation", "at"))
    if len(own) and own["deviation"].iloc[0] in conformance.DEVIATIONS:
        same = groups[(groups["deviation"] == own["deviation"].iloc[0]) & (groups["at"] == own["at"].iloc[0])]
    else:
        same = groups[(groups["deviation"] == "missing") & (groups["at"] > 0)]
    return next(same.itertuples(index=False), None)


def _hurt(checked: ir.Table, chosen: Any, onset: str | None) -> ir.Table:
    rows = checked.filter((checked.deviation == str(chosen.deviation)) & (checked["at"] == int(chosen.at)))
    return _since(rows, onset) if onset else rows


def _variants(events: Events, checked: ir.Table, model: ProcessModel) -> list[dict[str, Any]]:
    counted = checked.group_by("seen").aggregate(count=checked.count(), example=checked.id.min())
    frame = events.engine.fetch(counted.order_by(["seen"]))
    frame = frame.sort_values(["count", "seen"], ascending=[False, True], kind="stable").head(VARIANTS)
    return [
        {
            "steps": [step.name for place, step in enumerate(model.steps) if int(row[0]) >> place & 1],
            "count": int(row[1]),
            "example": str(row[2]),
        }
        for row in frame.itertuples(index=False)
    ]


def _common(
    events: Events, rows: ir.Table, checked: ir.Table, hurt: ir.Table, model: ProcessModel, at: int, like: str
) -> tuple[list[dict[str, Any]], list[str]]:
    """What nearly all of the affected have and few others of the same hours: messages, attributes, customers."""
    import ibis

    span = events.engine.fetch(hurt.aggregate(low=hurt["first"].min(), high=hurt["first"].max()))
    low, high = instant(span["low"].iloc[0]), instant(span["high"].iloc[0])
    sick = hurt.order_by(["first", "id"]).limit(COMPARED).select("id", side=ibis.literal(1))
    well = checked.filter(
        (checked.deviation == "") & (checked["first"] >= literal(low)) & (checked["first"] <= literal(high))
    )
    well = well.order_by(["first", "id"]).limit(COMPARED).select("id", side=ibis.literal(0))
    both = events.engine.cache(ibis.union(sick, well))
    sizes = events.engine.fetch(both.group_by("side").aggregate(n=both.count())).set_index("side")["n"]
    here, there = int(sizes.get(1, 0)), int(sizes.get(0, 0))
    if there < 20 or here < 3:
        few = "others went through in the same hours" if there < 20 else "are affected"
        return [], [
            f"Too few {few} ({there if there < 20 else here}) to say what the affected have in common."
        ]
    marked = events.engine.cache(
        rows.join(both, "id").select("id", "side", "evidence", "unit", "step", "name", "body")
    )
    taken = {activity for step in model.steps for activity in step.activities}
    said = marked.group_by(["step", "name"]).aggregate(
        a=marked.id.nunique(where=marked.side == 1),
        b=marked.id.nunique(where=marked.side == 0),
        body=marked.body.min(),
    )
    found = events.engine.fetch(said.filter(said.a >= COMMON * here).order_by(["step", "name"]))
    out = [
        (int(r.a) / here, int(r.b) / there, f"{r.step} {say.quote(r.body, 60)}")
        for r in found.itertuples(index=False)
        if (str(r.step), str(r.name)) not in taken
    ]
    table = events.table.filter(events.table.attributes.notnull()).select("evidence", "unit", "attributes")
    held = marked.join(table, ["evidence", "unit"])
    each = held.select("id", "side", "step", "attributes", key=held.attributes.keys().unnest())
    cells = each.select("id", "side", "step", "key", cell=each.attributes.get(each.key))
    cells = cells.filter(cells.cell.notnull() & (cells.cell != "") & (cells.cell.length() <= VALUE_AT_MOST))
    counted = cells.group_by(["step", "key", "cell"]).aggregate(
        a=cells.id.nunique(where=cells.side == 1), b=cells.id.nunique(where=cells.side == 0)
    )
    found = events.engine.fetch(counted.filter(counted.a >= COMMON * here).order_by(["step", "key", "cell"]))
    out += [
        (int(r.a) / here, int(r.b) / there, f"{r.step} {r.key}={r.cell}")
        for r in found.itertuples(index=False)
    ]
    people, by = customers_of(events, rows, like)
    if people is not None:
        whose = both.join(people, "id")
        found = events.engine.fetch(
            whose.group_by("customer")
            .aggregate(a=whose.id.nunique(where=whose.side == 1), b=whose.id.nunique(where=whose.side == 0))
            .order_by("customer")
        )
        out += [
            (int(r.a) / here, int(r.b) / there, f"{by} {r.customer}")
            for r in found.itertuples(index=False)
            if r.a >= COMMON * here
        ]
    place = model.steps[at].place
    # Of what tells equally well, what was said at the place where they stopped comes first.
    told = sorted(
        {item for item in out if item[0] - item[1] >= DIFFERENT},
        key=lambda item: (round(item[1] - item[0], 2), not item[2].startswith(place), item[2]),
    )
    return [{"what": what, "affected": round(a, 4), "others": round(b, 4)} for a, b, what in told[:8]], []


def _change_before(events: Events, chosen: Any, model: ProcessModel) -> dict[str, Any] | None:
    """The last deploy or flag of the step's place before the first deviation, at most a day before."""
    from datetime import timedelta

    if chosen.first is None or chosen.first != chosen.first:
        return None
    first, place = instant(chosen.first), model.steps[int(chosen.at)].place
    table = traces.whole(events)
    near = table.filter(
        table.kind.isin(("deploy", "flag"))
        & (table.time <= literal(first))
        & (table.time >= literal(first - timedelta(days=1)))
        & ((table.service == place) | table.body.contains(place))
    )
    found = events.fetch(
        near.order_by([near.time.desc(), near.evidence, near.unit])
        .limit(1)
        .select("time", "kind", "body", "evidence", "unit", "units")
    )
    if not len(found):
        return None
    row = found.iloc[0]
    return {
        "kind": str(row["kind"]),
        "what": str(row["body"]),
        "at": say.iso(row["time"]),
        "origin": row["origin"],
    }


def _evidence(events: Events, rows: ir.Table, listed: pandas.DataFrame) -> tuple[Any, int]:
    """The events of the first few affected: the last thing that happened to each."""
    import ibis

    first = [str(i) for i in listed["id"][:200]]
    own = traces.on_the_way(rows.filter(rows.id.isin(first)))
    last = ibis.window(
        group_by=own.id, order_by=[own.time.desc(), own.evidence.desc(), own.unit.desc(), own.body.desc()]
    )
    ends = own.mutate(place_=ibis.row_number().over(last))
    ends = ends.filter(ends.place_ == 0).order_by([ends.time, ends.id])
    columns = ("time", "source", "service", "severity_number", "body", "evidence", "unit", "units")
    return events.fetch(ends.select("id", *columns)), len(listed)


def _answer(value: dict[str, Any], like: str) -> str:
    whole = f"{value['whole']:,} of {say.count(value['ids'], 'id')} took every step"
    hurt = value["affected"]
    if hurt is None:
        rest = [g for g in value["groups"] if g["deviation"] != "under way"]
        if not rest:
            way = sum(g["count"] for g in value["groups"])
            return f"{whole}" + (f", {way:,} are still under way." if way else "; none stopped.")
        top = rest[0]
        unlike = f"; {len(value['unusual']):,} are unlike the others" if value["unusual"] else ""
        return f"{whole}; the largest group, {top['count']:,}, has '{top['step']}' {_how(top['deviation'])}{unlike}."
    first = f", the first at {say.at(instant(hurt['first']))}" if hurt["first"] else ""
    if hurt["deviation"] == "missing":
        between = (
            f"between '{hurt['after']}' and '{hurt['step']}'" if hurt["after"] else f"before '{hurt['step']}'"
        )
        what = f"{hurt['count']:,} stopped {between}{first}"
    else:
        what = f"{hurt['count']:,} have '{hurt['step']}' {_how(hurt['deviation'])}{first}"
    common = ""
    if value["common"]:
        top = value["common"][0]
        common = f"; {top['affected']:.0%} of them have {top['what']}, and {top['others']:.0%} of the others"
    change = value["change_before"]
    told = (
        f"; {change['kind']} {say.quote(change['what'], 60)} was at {say.at(instant(change['at']))}"
        if change
        else ""
    )
    return f"{what}{common}{told}; {whole}."


def _how(deviation: str) -> str:
    return {
        "missing": "missing",
        "unexpected": "although hardly any has it",
        "late": "late",
        "repeated": "more than once",
        "not seen": "not seen",
    }.get(deviation, deviation)
