"""Gone, or only hidden: what each source says last about an id."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from investigator.analyses import _say as say
from investigator.events import facts, paths, schema
from investigator.finding import Finding

if TYPE_CHECKING:
    import pandas

    from investigator.events.events import Events

#: What a word says about a thing: its content is there (or not), and it can be found (or not). None: nothing on it.
#: Words are those of platforms in general; the last one of a message counts ("status: received -> stored").
WORDS: tuple[tuple[str, str, bool | None, bool | None], ...] = (
    # says, words, content, shown
    ("received", r"received|uploaded|accepted|created|insert(?:ed)?|ingested|imported|upload .{0,40}complete[d]?", True, None),
    ("stored", r"stored|saved|persisted|committed|replicated|archived|backed up|written|filed", True, None),
    ("restored", r"restored|undeleted|recovered|reinstated", True, None),
    ("deleted", r"deleted?|purged?|removed?|expired|erased?|destroyed|wiped|dropped|shredded", False, False),
    ("soft-deleted", r"soft-?deleted|trashed|moved to trash|tombstoned|deactivated|withdrawn|unpublished|unlisted", None, False),
    ("indexed", r"indexed|reindexed|published|visible|available|searchable|listed|delivered|released", None, True),
    ("not indexed", r"skipped|skipping|quarantined|rejected|ignored|filtered|blocked|suppressed|unsupported|hidden|parked"
     r"|dead-?letter(?:ed)?|pending|on hold|deferred|stuck|not indexed", None, False),
    ("not found", r"not found|no hits|0 hits|no results|0 results|no such|missing|unknown id", None, False),
    ("found", r"[1-9][0-9]* (?:hits?|results?)", None, True),
)  # fmt: skip

#: Columns of a record that say where it is. A time in one of these is as good as the word.
COLUMNS: tuple[tuple[str, str, bool | None, bool | None], ...] = (
    # says, column name, content and shown when it is filled
    ("soft-deleted", r"(?:soft_?)?(?:deleted|removed|trashed|archived_out|withdrawn|unpublished)(?:_at|_on|_time)?|is_deleted", None, False),
    ("purged", r"(?:purged|erased|destroyed|expired)(?:_at|_on|_time)?", False, False),
    ("stored", r"(?:stored|saved|created|inserted|uploaded|received|ingested)(?:_at|_on|_time)?", True, None),
    ("indexed", r"(?:indexed|published|visible|released)(?:_at|_on|_time)?|is_(?:indexed|visible|published)", None, True),
)  # fmt: skip
STATES = re.compile(r"(?i)^(?:.*_)?(?:state|status|stage|phase|disposition)$")
EMPTY = {"", "null", "none", "nan", "nat", "0", "false", "no", "f", "-"}

#: Words before a statement that turn it round or take it away.
NEGATED = re.compile(
    r"(?i)\b(?:not|never|no longer|without|failed to (?:be )?|could ?n[o']t(?: be)?|cannot(?: be)?|unable to|was ?n[o']t|is ?n[o']t)\s+(?:yet\s+|been\s+|be\s+)*$"
)
INTENDED = re.compile(
    r"(?i)\b(?:will|would|shall|may|can|to|should|must|due|scheduled|going)\s+(?:to\s+)?(?:be\s+)?(?:for\s+)?$|\bis being\s+$"
)
#: What is taken from a queue or a cache is not deleted.
PASSING = re.compile(
    r"(?i)^\W*(?:\S+\s+){0,3}?(?:from|off)\s+(?:the\s+)?(?:\w+[ _-])?(?:queue|cache|buffer|retry\w*|work\s?list|temp\w*)\b"
)
FROM_INDEX = re.compile(
    r"(?i)^\W*(?:\S+\s+){0,3}?from\s+(?:the\s+)?(?:\w+[ _-])?(?:index|search|catalogue|listing)\b"
)
REQUEST = re.compile(r"^(GET|HEAD|PUT|POST|DELETE|PATCH) (\S+)")

_COMPILED = tuple(
    (says, re.compile(rf"(?i)(?<![\w-])(?:{words})(?![\w-])"), content, shown)
    for says, words, content, shown in WORDS
)
_COLUMNS = tuple(
    (says, re.compile(rf"(?i)^(?:{name})$"), content, shown) for says, name, content, shown in COLUMNS
)

#: A table of records is complete when it holds this share of the ids that came in the same way.
COMPLETE = 0.95


@dataclass(frozen=True)
class Statement:
    """What one event or row says about the id."""

    source: str
    origin: str
    when: datetime | None
    says: str
    content: bool | None
    shown: bool | None
    text: str
    firm: bool = True  # machines' own statement; people's words and bare rows are not

    @property
    def witness(self) -> str:
        """Who says it: two tables of one database are one witness."""
        return self.source.split("!", 1)[0]


def whereabouts(events: Events, *, entity: str) -> Finding:
    """Whether a thing is available, hidden, gone, or was never received, by what at least two sources say.

    Each source's last statement counts: stored, deleted, indexed, skipped and their like, in messages, requests and
    columns of records (the vocabulary stands at the top of this file). A soft delete is hidden. Compared with a
    healthy one it says which step is missing. With fewer than two sources it is unknown. `value`: disposition
    (available, hidden, gone, never received, unknown), present_in, missing_from, missing_step, sources [{source,
    says, when, origin}].
    """
    entity = str(entity or "").strip()
    question = f"Is {entity or 'it'} gone, or only hidden?"
    value: dict[str, Any] = {
        "entity": entity,
        "disposition": "unknown",
        "present_in": [],
        "missing_from": [],
        "missing_step": None,
        "sources": [],
    }
    if not entity:
        return say.unanswered(
            question, "No id was named, so nothing can be said.", say.LOAD["entity"], value=value
        )
    if not events.sources:
        return say.unanswered(
            question, "Nothing is loaded, so nothing can be said.", say.LOAD["any"], value=value
        )
    own = paths.read(events, entity)
    rows = schema.frame(own.drop(columns=["id_kind", "alias"]))
    attributes = _attributes(events, own)
    statements = [
        s
        for row in rows.itertuples(index=False)
        for s in _statements(row, entity, attributes.get(row.origin, {}))
    ]
    found = paths.compare(events, entity)
    missing_tables = _missing_tables(events, entity, own)
    step = found.difference.expected if found.difference else None
    late = found.difference.late if found.difference else False
    disposition = _decide(
        statements,
        missing_tables,
        bool(step) and not late,
        bool(found.difference and found.difference.silent),
    )
    last = _last(statements)
    value["disposition"] = disposition
    value["present_in"] = sorted({s.source for s in last if s.content})
    value["missing_from"] = sorted(
        {s.source for s in last if s.shown is False or s.content is False} | set(missing_tables)
    )
    if step is not None and not late:
        value["missing_step"] = {"step": step.token[0], "what": step.body}
        value["missing_from"] = sorted(
            {*value["missing_from"], *({step.source} if disposition == "hidden" else set())}
        )
    value["sources"] = [
        {"source": s.source, "says": s.says, "when": say.iso(s.when), "origin": s.origin} for s in last
    ]
    silent = found.difference.silent if found.difference else ()
    missing = _to_load(events, disposition, last)
    control = _control(events, entity, own) if not len(rows) else True
    verdict = "inconclusive" if disposition == "unknown" else "found"
    if disposition == "never received":
        verdict = "found" if control else "inconclusive"
    blind = (
        *silent,
        *(() if not late else (f"It came late: {step.body} only at a second try." if step else "",)),
    )
    return Finding(
        question,
        _answer(entity, disposition, last, found, missing_tables, control),
        value=value,
        table=say.table(
            ["source", "says", "when", "stored", "findable", "what", "origin"],
            ((s.source, s.says, s.when, _yes(s.content), _yes(s.shown), s.text, s.origin) for s in last),
        ),
        evidence=rows.drop(columns=["id"]),
        verdict=verdict,  # type: ignore[arg-type]
        coverage=facts.coverage(events, control=control, missing=missing, blind=blind),
    )


def _yes(value: bool | None) -> str:
    return "" if value is None else "yes" if value else "no"


def _attributes(events: Events, own: pandas.DataFrame) -> dict[str, dict[str, str]]:
    """The attributes of the id's rows of tables and requests: the index does not carry them."""
    if not len(own):
        return {}
    needed = own[own["kind"].isin(["record", "access"])]
    if not len(needed):
        return {}
    evidence, units = sorted(set(needed["evidence"])), sorted({int(unit) for unit in needed["unit"]})
    table = events.table.filter(events.table.evidence.isin(evidence) & events.table.unit.isin(units))
    rows = events.fetch(table.select("evidence", "unit", "units", "attributes"), limit=None)
    return {
        row.origin: {str(k): str(v) for k, v in dict(row.attributes or {}).items()}
        for row in rows.itertuples(index=False)
    }


def _statements(row: Any, entity: str, attributes: dict[str, str]) -> list[Statement]:
    """What one event says about the id; several for a record with several telling columns."""
    body, when = paths._text(row.body), say.aware(row.time)
    line = body.split("\n", 1)[0][:300]

    def made(says: str, content: bool | None, shown: bool | None, *, firm: bool = True) -> Statement:
        return Statement(str(row.source), str(row.origin), when, says, content, shown, line, firm)

    if row.kind in paths.PEOPLE_KINDS:
        return [made("mentioned by people", None, None, firm=False)]
    if row.kind == "record":
        return _of_record(attributes, made) or [made("has a row", None, None, firm=False)]
    request = REQUEST.match(body)
    if request:
        return _of_request(request, attributes, entity, made)
    said = _of_text(body)
    return [made(*said)] if said else []


def _of_record(attributes: dict[str, str], made: Any) -> list[Statement]:
    out = []
    for name, cell in attributes.items():
        filled = cell.strip().lower() not in EMPTY
        if STATES.match(name) and filled:
            said = _of_text(cell.replace("_", " "), record=True)
            if said:
                out.append(made(f"{said[0]} ({name}: {cell})", *said[1:]))
            continue
        for says, pattern, content, shown in _COLUMNS:
            if pattern.match(name.rsplit(".", 1)[-1]) and filled:
                out.append(made(f"{says} ({name}: {cell})", content, shown))
                break
    return out


def _of_request(request: re.Match, attributes: dict[str, str], entity: str, made: Any) -> list[Statement]:
    """A request to the thing itself, by its method and status; one that only asks for it says nothing here."""
    method, path = request.groups()
    status = next(
        (
            v
            for k, v in attributes.items()
            if re.search(r"(?i)(?:^|[._])status(?:_?code)?$|response\.code$", k) and v.isdigit()
        ),
        "",
    )
    if path.split("?", 1)[0].rstrip("/").rsplit("/", 1)[-1] != entity or not status:
        return []
    good, absent = status.startswith("2"), status in ("404", "410")
    if method in ("PUT", "POST", "PATCH"):
        return [made(f"received ({method} {status})", True, None)] if good else []
    if method == "DELETE":
        return [made(f"deleted (DELETE {status})", False, False)] if good else []
    if good:
        return [made(f"served ({method} {status})", True, True)]
    return [made(f"not found ({method} {status})", None, False)] if absent else []


def _of_text(text: str, *, record: bool = False) -> tuple[str, bool | None, bool | None] | None:
    """What the last telling word of a message says: (says, content, shown)."""
    best: tuple[int, int, str, bool | None, bool | None] | None = None
    for says, pattern, content, shown in _COMPILED:
        for match in pattern.finditer(text[:2_000]):
            before, behind = (
                text[max(0, match.start() - 24) : match.start()],
                text[match.end() : match.end() + 60],
            )
            if INTENDED.search(before):
                continue
            told: tuple[int, int, str, bool | None, bool | None]
            if NEGATED.search(before):
                if shown is None or content is False:
                    continue
                told = (
                    match.start(),
                    match.end(),
                    f"not {says}" if shown else "",
                    None,
                    False if shown else None,
                )
            elif says == "deleted" and PASSING.match(behind):
                continue
            elif says == "deleted" and FROM_INDEX.match(behind):
                told = (match.start(), match.end(), "removed from the index", None, False)
            elif says == "deleted" and record:
                # A row that is still there and says it is deleted: its content may well be too.
                told = (match.start(), match.end(), "soft-deleted", None, False)
            else:
                told = (match.start(), match.end(), says, content, shown)
            if told[2] and (best is None or (told[1], told[1] - told[0]) > (best[1], best[1] - best[0])):
                best = told
    return best[2:] if best else None


def _last(statements: list[Statement]) -> list[Statement]:
    """Of each source its last statement on content and its last on being found; in order of time."""
    out: dict[tuple[str, str, str], Statement] = {}
    for statement in statements:
        if statement.content is not None:
            out[(statement.source, "content", "")] = statement
        if statement.shown is not None:
            out[(statement.source, "shown", "")] = statement
        if statement.content is None and statement.shown is None:
            out.setdefault((statement.source, "row", ""), statement)
    told = {s.source for s in out.values() if s.content is not None or s.shown is not None}
    kept = [s for s in out.values() if s.content is not None or s.shown is not None or s.source not in told]
    unique = {(s.origin, s.says): s for s in kept}
    return sorted(
        unique.values(),
        key=lambda s: (s.when is None, s.when.isoformat() if s.when else "", s.source, s.origin, s.says),
    )


def _decide(statements: list[Statement], missing_tables: list[str], step_missing: bool, silent: bool) -> str:
    firm = [s for s in statements if s.firm]
    content = [s for s in firm if s.content is not None]
    shown = [s for s in firm if s.shown is not None]
    witnesses = {s.witness for s in firm}
    there = {s.witness for s in _last(content) if s.content}
    timed = [s for s in content if s.when is not None]
    if timed and timed[-1].content is False:
        return "gone"
    if any(s.content is False for s in content if s.when is None) and not any(
        s.content for s in content if s.when is None
    ):
        return "gone"
    if not content:
        looked_for = all(s.says.startswith("not found") for s in shown)
        has_row = any(s.says == "has a row" for s in statements)
        return "never received" if looked_for and (missing_tables or not has_row) else "unknown"
    if missing_tables and not [s for s in content if s.when is None]:
        return "gone"
    if len(witnesses) < 2:
        return "unknown"
    # A row that says it was deleted hides the thing whatever was said before; else the last that was said counts.
    deleted = [s for s in shown if s.when is None and s.says.startswith("soft-deleted")]
    ordered = [s for s in shown if s.when is not None] or shown
    visible = False if deleted else ordered[-1].shown if ordered else None
    if visible:
        return "available"
    if visible is False or (step_missing and not silent):
        return "hidden" if len(there) >= 2 else "unknown"
    return "unknown"


def _missing_tables(events: Events, entity: str, own: pandas.DataFrame) -> list[str]:
    """Tables of records that hold nearly all ids that came the same way, and not this one."""
    if not any(source.kind == "record" for source in events.sources):
        return []
    rows = paths.mentions_of_kind(events, entity)
    moving = paths.on_the_way(rows)
    steps = paths.path(own)
    if steps:
        step, name = steps[0].token
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


def _control(events: Events, entity: str, own: pandas.DataFrame) -> bool:
    others = paths.mentions_of_kind(events, entity)
    return len(events.engine.fetch(others.filter(others.id != entity).select("id").limit(1))) > 0


def _to_load(events: Events, disposition: str, last: list[Statement]) -> tuple[str, ...]:
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
    last: list[Statement],
    found: paths.Comparison,
    missing_tables: list[str],
    control: bool,
) -> str:
    there = [s for s in last if s.content and s.firm]
    against = [s for s in last if s.shown is False and s.firm]
    gone = [s for s in last if s.content is False]
    if disposition == "gone":
        said = (
            _quoted(gone[0])
            if gone
            else f"it is missing from {say.listed(missing_tables)}, which holds the others"
        )
        return f"{entity} is gone: {said}."
    if disposition == "never received":
        control_said = (
            "others of its kind were" if control else "but no other id of this shape is seen either"
        )
        return f"{entity} was never received, by all that is loaded; {control_said}."
    names = sorted({s.source for s in there})
    present = (
        f"{say.listed(names)} {'say' if len(names) > 1 else 'says'} that it is stored"
        if there
        else "no source says that it is stored"
    )
    difference = found.difference
    step = ""
    if difference and difference.expected and not difference.late:
        step = f"; it has nothing like {difference.expected.token[0]} {say.quote(difference.expected.body, 60)}, which {found.healthy_id} has"
    if disposition == "hidden":
        because = f"; {_quoted(_telling(against))}" if against else ""
        return f"{entity} is hidden, not gone: {present}{because}{step}."
    if disposition == "available":
        visible = [s for s in last if s.shown and s.firm]
        return f"{entity} is available: {present}, and {_quoted(_telling(visible))}."
    witnesses = sorted({s.witness for s in last if s.firm})
    few = (
        "no source speaks" if not witnesses else f"only {witnesses[0]} speaks" if len(witnesses) == 1 else ""
    )
    few = few or f"{say.listed(witnesses)} speak"
    return f"It can't be said whether {entity} is gone or hidden: {few} of it, and not of whether it can be found{step}."


def _telling(statements: list[Statement]) -> Statement:
    """The statement that explains: the last step that left it out, before a search that did not find it."""
    steps = [s for s in statements if not s.says.startswith("not found")] or statements
    return max(steps, key=lambda s: (s.when is not None, s.when.isoformat() if s.when else ""))


def _quoted(statement: Statement) -> str:
    when = f" at {say.at(statement.when)}" if statement.when else f" ({statement.says})"
    return f"{statement.source} says {say.quote(statement.text, 70)}{when}"
