"""Gone, or only hidden: what each source says last about an id."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from investigator.analyses import _say as say
from investigator.analyses._sayings import Saying, attributes_of, last_of, quoted, sayings, telling
from investigator.claims import WHEREABOUTS, Property
from investigator.events import schema
from investigator.events.mask import of_any
from investigator.facts import comparison, control, leaning, outcome, rise, signs, sound, spelled, traces
from investigator.facts import statements as vocabulary
from investigator.facts.coverage import coverage_of
from investigator.facts.decide import dispositions_of
from investigator.facts.marks import lies_elsewhere
from investigator.finding import Finding

if TYPE_CHECKING:
    import pandas

    from investigator.events.events import Events

#: The Spark Connect server on which it found what it finds on the embedded engine.
SPARK = "4.0.5"

CLAIMS = (
    Property("{entity}", "whereabouts", "disposition", words=WHEREABOUTS),
    Property("{id}", "whereabouts", "disposition", each="items", words=WHEREABOUTS),
)

#: A table of records is complete when it holds this share of the ids that came in the same way.
COMPLETE = 0.95


def whereabouts(
    events: Events, *, entity: str = "", like: str = "", expected: list[str] | int | None = None
) -> Finding:
    """Whether a thing is available, hidden, gone, or was never received, by what at least two sources say.

    With `like` instead of `entity` it is the census: every id of that shape with exactly one disposition (delivered,
    available; hidden by index, permission, tenant or soft delete; content missing, content differs, duplicate, never
    received, unknown). The dispositions of a source's ids are summed against the ids counted from its own rows, and
    the whole against what is `expected`, a number or the ids of a list; what does not add up is unexplained.
    `value` of a census: kind, total, expected, dispositions {name: n}, of_expected, unexplained, by_source {name:
    {expected, dispositions, unexplained}}, by_customer [{customer, total, dispositions}], items [{id, disposition}]
    (above 5,000 only those that are not available). Example: `case.find.whereabouts(like="DOC-4711")`.

    Each source's last statement counts: stored, deleted, indexed, skipped and their like, in messages, requests and
    columns of records (the vocabulary stands in `events/statements.py`). A soft delete is hidden. Compared with a
    healthy one it says which step is missing; what is not due yet, or came after all who looked, is not hidden. With fewer than two sources it is unknown. `value` of one: disposition
    (available, hidden, gone, never received, unknown), present_in, missing_from, missing_step, sources [{source,
    says, when, origin}], rests_on (the sources that say it), without [{source, disposition}] (what would be said
    without each, where that is something else). Method: an outer join of what at least two sources say, double entry. Limits: what is said in words that no platform uses is not understood, and then unknown.
    """
    if like and not str(entity or "").strip():
        from investigator.analyses._census import census

        return census(events, str(like).strip(), expected)
    entity = str(entity or "").strip()
    question = f"Is {entity or 'it'} gone, or only hidden?"
    value: dict[str, Any] = {
        "entity": entity,
        "disposition": "unknown",
        "present_in": [],
        "missing_from": [],
        "missing_step": None,
        "sources": [],
        "rests_on": [],
        "without": [],
    }
    if not entity:
        return say.unanswered(
            question, "No id was named, so nothing can be said.", say.LOAD["entity"], value=value
        )
    if not events.sources:
        return say.unanswered(
            question, "Nothing is loaded, so nothing can be said.", say.LOAD["any"], value=value
        )
    own = traces.read(events, entity)
    rows = schema.frame(own.drop(columns=["id_kind", "alias"]))
    attributes = attributes_of(events, own)
    statements = [
        s
        for row in rows.itertuples(index=False)
        for s in sayings(row, entity, attributes.get(row.origin, {}))
    ]
    found = comparison.compare(events, entity)
    came = any(s.content is not None for s in statements if s.firm)
    missing_tables = _missing_tables(events, entity, own, came=came)
    # What fewer than most have is no step that another lacks: a channel, a page that some open.
    usual = found.difference is not None and found.difference.share >= comparison.MOST
    step = found.difference.expected if found.difference and usual else None
    late = found.difference.late if found.difference else False
    disposition = _decide(
        statements,
        missing_tables,
        bool(step) and not late,
        bool(found.difference and found.difference.silent),
    )
    if disposition == "never received" and outcome.began(events, entity):
        disposition = "unknown"
    # What a word says of many things, what sets this one apart says more surely; a hidden one may be hidden by anything.
    told = outcome.outcome(events, entity) if disposition != "gone" else None
    alone = told is None
    looked = any(s.firm and s.shown is not None for s in statements)
    if told is not None and (disposition == told.disposition or not _overrules(disposition, told, looked)):
        told = None
    if disposition == "unknown" and (told is None or not told.sure):
        told = outcome.stands(events, entity) or told
    # Shown to whoever may look there, and that is not its owner.
    stranger = lies_elsewhere(events, entity) if disposition == "available" and told is None else ""
    disposition = "hidden" if stranger else told.disposition if told else disposition
    last = last_of(statements)
    early = _early(events, entity, statements) if disposition == "hidden" and alone and not stranger else ""
    disposition = "unknown" if early else disposition
    value["disposition"] = disposition
    if told is None and not stranger:
        value |= _without_each(
            disposition,
            statements,
            lambda some: _decide(
                some,
                missing_tables,
                bool(step) and not late,
                bool(found.difference and found.difference.silent),
            ),
        )
    elif told is not None:
        leans = leaning.rests_on(events, apart) if (apart := signs.apart(events, entity)) is not None else []
        value["rests_on"] = [one.source for one in leans]
        value["without"] = [{"source": one.source, "disposition": "unknown"} for one in leans if one.lost]
    value["present_in"] = sorted({s.source for s in last if s.content})
    value["missing_from"] = sorted(
        {s.source for s in last if s.shown is False or s.content is False} | set(missing_tables)
    )
    if step is not None and not late:
        value["missing_step"] = {"step": step.activity[0], "what": step.body}
        value["missing_from"] = sorted(
            {*value["missing_from"], *({step.source} if disposition == "hidden" else set())}
        )
    value["sources"] = [
        {"source": s.source, "says": s.says, "when": say.iso(s.when), "origin": s.origin} for s in last
    ]
    silent = found.difference.silent if found.difference else ()
    missing = _to_load(events, disposition, last)
    # Others of its kind must be seen, or nothing would have shown it.
    known = control.others(events, entity) if disposition == "never received" else control.Control(True)
    other = (
        ""
        if told
        else _otherwise(events, entity, disposition)
        or _unlike(events, entity, disposition, found)
        or _set_apart(events, entity, disposition)
    )
    verdict = "inconclusive" if disposition == "unknown" or other else "found"
    if (disposition == "never received" and not known.passed) or (told is not None and not told.sure):
        verdict = "inconclusive"
    blind = (
        *silent,
        *known.blind,
        *((f"Beside others of its kind {other}: the two don't agree.",) if other else ()),
        *(() if not late else (f"It came late: {step.body} only at a second try." if step else "",)),
    )
    said = told.says if told else _answer(entity, disposition, last, found, missing_tables, known.passed)
    if early:
        said = f"It can't be said that {entity} is hidden: {early}."
    if told is not None and not told.sure:
        said += " Nothing proves it: this is not certain."
    if not len(own):
        near = spelled.near_ids(events, entity)
        said += f" Nothing mentions it as it is spelt; near it are {say.listed(near)}." if near else ""
    if disposition == "never received" and told is None and not known.passed:
        disposition = value["disposition"] = "unknown"
    if verdict == "found":
        said += _leans(value["without"])
    stand = outcome.states(events, entity) if disposition == "unknown" else []
    if stand:
        said += f" As it stands, {say.listed(stand)}."
    return Finding(
        question,
        said + (f" Beside others of its kind {other}, so this is not certain." if other else "")
        if not stranger
        else f"{entity} is hidden, not gone: it lies with {stranger}, which is not its customer's tenant.",
        value=value,
        table=say.table(
            ["source", "says", "when", "stored", "findable", "what", "origin"],
            ((s.source, s.says, s.when, _yes(s.content), _yes(s.shown), s.text, s.origin) for s in last),
        ),
        evidence=rows.drop(columns=["id"]),
        verdict=verdict,  # type: ignore[arg-type]
        coverage=coverage_of(events, control=known.passed, missing=missing, blind=blind),
    )


def _early(events: Events, entity: str, statements: list[Saying]) -> str:
    """Why what seems hidden may only not be there yet, where no more is said against it than that it was not found."""
    against = [s for s in statements if s.firm and s.shown is False]
    looked = [
        s.when for s in against if s.when is not None and s.says.startswith(("not found", "not indexed"))
    ]
    if len(looked) != len(against):
        return ""
    asked, given = (
        [_path(s) for s in one] for one in (against, [s for s in statements if s.says.startswith("served")])
    )
    if given and not set(asked) & {*given, ""}:
        return f"it was given out at {given[-1]}, and was looked for at {asked[-1]}"
    return sound.not_yet(events, entity, looked)


def _path(statement: Saying) -> str:
    """The path that a request names; empty where it is none."""
    request = vocabulary.REQUEST.match(statement.text)
    return request[2].partition("?")[0] if request else ""


def _overrules(disposition: str, told: outcome.Outcome, looked: bool) -> bool:
    """Whether what sets a thing apart says more than the words: of what is hidden only for sure that it is stuck.

    Hidden is what a log or a table says can't be found; where nothing speaks of finding (`looked`), what never came on
    is stuck.
    """
    if disposition == "hidden" and not looked:
        return told.disposition not in ("hidden", "gone")
    return disposition in ("available", "unknown") or (
        told.sure and told.disposition not in ("hidden", "gone")
    )


def _otherwise(events: Events, entity: str, disposition: str) -> str:
    """What a census of all sources says became of it, where that is another place; empty where they agree or it can't say.

    Only who is told that a thing is there, or only hidden, stops looking: that is what is held against it.
    """
    if disposition not in ("available", "hidden"):
        return ""
    each = dispositions_of(events, entity)
    own = events.engine.fetch(each.filter(each.id == entity).select("disposition"))
    told = str(own["disposition"].iloc[0]) if len(own) else "unknown"
    return "" if told == "unknown" or WHEREABOUTS.get(told, told) == disposition else f"it looks {told}"


def _unlike(events: Events, entity: str, disposition: str, found: comparison.Comparison) -> str:
    """What is unusual about a thing that is said to be available: it came late, or had a step twice; else empty."""
    if disposition != "available":
        return ""
    late = next((move for move in found.moves if move.mark == "late" and move.share >= comparison.MOST), None)
    if late is not None and late.own is not None:
        return f"it came late: {say.quote(late.own.body, 60)}"
    twice = [step for step in found.own if step.count > 1 and not traces.is_lookup(step)]
    if not twice:
        return ""
    rows = traces.first_times(events, entity)
    rows = rows.filter(traces.any_of(rows, [step.activity for step in twice]))
    counted = rows.group_by(["step", "name"]).aggregate(ids=rows.count(), twice=(rows.n > 1).sum())
    frame = events.engine.fetch(counted)
    shares = {(str(r.step), str(r.name)): int(r.twice) / int(r.ids) for r in frame.itertuples(index=False)}
    odd = next((step for step in twice if shares.get(step.activity, 1.0) < comparison.COMMON), None)
    return f"it has {say.quote(odd.body, 60)} {odd.count} times" if odd else ""


def _set_apart(events: Events, entity: str, disposition: str) -> str:
    """What sets a thing that is said to be available apart from nearly all others since one time; else empty."""
    apart = signs.apart(events, entity) if disposition == "available" else None
    # What was left out and came back is there; what that is, its step tells.
    if apart is None or not apart.sure or apart.sign is None or apart.through is not None:
        return ""
    if apart.sign.number < rise.FEW:
        return ""
    return f"it stands out with {apart.sign.number - 1:,} others: {apart.sign.place} {say.quote(apart.sign.body, 60)}"


def _yes(value: bool | None) -> str:
    return "" if value is None else "yes" if value else "no"


def _decide(statements: list[Saying], missing_tables: list[str], step_missing: bool, silent: bool) -> str:
    firm = [s for s in statements if s.firm]
    content = [s for s in firm if s.content is not None]
    shown = [s for s in firm if s.shown is not None]
    witnesses = {s.witness for s in firm}
    there = {s.witness for s in last_of(content) if s.content}
    timed = [s for s in content if s.when is not None]
    if timed and timed[-1].content is False:
        return "content missing" if timed[-1].says == "emptied" else "gone"
    if any(s.content is False for s in content if s.when is None) and not any(
        s.content for s in content if s.when is None
    ):
        return "gone"
    if not content:
        # What was refused at the door came no further than a search for it that finds nothing.
        looked_for = all(s.says.startswith(("not found", "not indexed")) for s in shown)
        has_row = any(s.says == "has a row" for s in statements)
        return "never received" if looked_for and (missing_tables or not has_row) else "unknown"
    if missing_tables and not [s for s in content if s.when is None]:
        return "gone"
    if len(witnesses) < 2:
        return "unknown"
    # A row that says it was deleted, or that nobody may see it, hides the thing whatever was said before; else the
    # last that was said counts.
    deleted = [s for s in shown if s.when is None and s.says.startswith(("soft-deleted", "no permission"))]
    ordered = [s for s in shown if s.when is not None] or shown
    visible = False if deleted else ordered[-1].shown if ordered else None
    if visible:
        return "available"
    if visible is False or (step_missing and not silent):
        return "hidden" if len(there) >= 2 else "unknown"
    return "unknown"


def _without_each(
    disposition: str, statements: list[Saying], decide: Callable[[list[Saying]], str]
) -> dict[str, Any]:
    """The sources that say what became of it, and what would be said without each where that is something else."""
    told = sorted(
        {s.witness for s in statements if s.firm and (s.content is not None or s.shown is not None)}
    )
    left = {name: decide([s for s in statements if s.witness != name]) for name in told}
    others = [{"source": name, "disposition": found} for name, found in left.items() if found != disposition]
    return {"rests_on": told, "without": others}


def _leans(without: list[dict[str, str]]) -> str:
    """Which sources it takes, and what would be said without one of them."""
    if not without:
        return ""
    by: dict[str, list[str]] = {}
    for one in without:
        by.setdefault(one["disposition"], []).append(one["source"])
    told = [
        f"without {' or '.join(sources)} {'nobody could say' if what == 'unknown' else f'it would look {what}'}"
        for what, sources in sorted(by.items())
    ]
    return (
        f" It takes all of these: {'; '.join(told)}."
        if len(without) > 1
        else f" It rests on {without[0]['source']}: {told[0]}."
    )


def _missing_tables(events: Events, entity: str, own: pandas.DataFrame, *, came: bool) -> list[str]:
    """Tables of records that hold nearly all ids that came the same way, and not this one."""
    if not any(source.kind == "record" for source in events.sources):
        return []
    rows = traces.mentions_of_kind(events, entity)
    moving = traces.on_the_way(rows)
    steps = traces.trace(own)
    if steps and came:
        step, name = steps[0].activity
    else:
        import ibis

        # It never came in by itself: by the step that most others have.
        counted = moving.group_by(["step", "name"]).aggregate(ids=moving.id.nunique())
        top = events.engine.fetch(
            counted.order_by([ibis.desc("ids"), ibis.asc("step"), ibis.asc("name")]).limit(1)
        )
        if not len(top):
            return []
        step, name = str(top["step"].iloc[0]), str(top["name"].iloc[0])
    peers = moving.filter((moving.step == step) & (moving.name == name)).select("id").distinct()
    number = int(events.engine.fetch(peers.count()))
    if number < 20:
        return []
    records = rows.filter(rows.kind == "record").semi_join(peers, "id")
    held = events.engine.fetch(
        records.group_by("source").aggregate(ids=records.id.nunique()).order_by("source")
    )
    mine = set(own.loc[own["kind"] == "record", "source"])
    return [
        str(r.source)
        for r in held.itertuples(index=False)
        if r.ids >= COMPLETE * number and r.source not in mine
    ]


def _to_load(events: Events, disposition: str, last: list[Saying]) -> tuple[str, ...]:
    if disposition != "unknown":
        return ()
    kinds = {source.kind for source in events.sources}
    out = [say.LOAD[kind] for kind in ("record", "log", "audit") if kind not in kinds]
    if not out:
        named = sorted({s.source for s in last if s.firm})
        only = f"only {say.listed(named)} speaks of it" if named else "no source speaks of it"
        out = [
            f"A second source is missing ({only}): inv add CASE PATH, with the logs or the export of the step that handled it."
        ]
    return tuple(out)


def _answer(
    entity: str,
    disposition: str,
    last: list[Saying],
    found: comparison.Comparison,
    missing_tables: list[str],
    others: bool,
) -> str:
    there = [s for s in last if s.content and s.firm]
    against = [s for s in last if s.shown is False and s.firm]
    gone = [s for s in last if s.content is False]
    if disposition == "gone":
        said = (
            quoted(gone[0])
            if gone
            else f"it is missing from {say.listed(missing_tables)}, which holds the others"
        )
        return f"{entity} is gone: {said}."
    if disposition == "content missing":
        return f"{entity} is there, but what belongs to it was removed: {quoted(gone[-1])}."
    if disposition == "never received" and not others:
        return f"It can't be said what became of {entity}: nothing that is loaded names any id of this shape but in words of people."
    if disposition == "never received":
        return f"{entity} was never received, by all that is loaded; others of its kind were."
    names = sorted({s.source for s in there})
    present = (
        f"{say.listed(names)} {'say' if len(names) > 1 else 'says'} that it is stored"
        if there
        else "no source says that it is stored"
    )
    difference = found.difference
    step = ""
    if difference and difference.expected and not difference.late:
        step = f"; it has nothing like {difference.expected.activity[0]} {say.quote(of_any(difference.expected.body), 60)}, which {found.healthy_id} has"
    if disposition == "hidden":
        because = f"; {quoted(telling(against))}" if against else ""
        return f"{entity} is hidden, not gone: {present}{because}{step}."
    if disposition == "available":
        visible = [s for s in last if s.shown and s.firm]
        return f"{entity} is available: {present}, and {quoted(telling(visible))}."
    witnesses = sorted({s.witness for s in last if s.firm})
    if not witnesses:
        return f"It can't be said whether {entity} is gone or hidden: nothing that is loaded says what became of it{step}."
    few = f"only {witnesses[0]} speaks" if len(witnesses) == 1 else f"{say.listed(witnesses)} speak"
    return f"It can't be said whether {entity} is gone or hidden: {few} of it, but not of whether it can be found{step}."
