"""What each event and row says of a thing: whether its content is there, and whether it can be found."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from investigator.analyses import _say as say
from investigator.facts import statements as vocabulary
from investigator.facts import traces

if TYPE_CHECKING:
    import pandas

    from investigator.events.events import Events


@dataclass(frozen=True)
class Saying:
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


def attributes_of(events: Events, own: pandas.DataFrame) -> dict[str, dict[str, str]]:
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


def sayings(row: Any, entity: str, attributes: dict[str, str]) -> list[Saying]:
    """What one event says about the id; several for a record with several telling columns."""
    body, when = traces._text(row.body), say.aware(row.time)
    line = body.split("\n", 1)[0][:300]

    def made(says: str, content: bool | None, shown: bool | None, *, firm: bool = True) -> Saying:
        return Saying(str(row.source), str(row.origin), when, says, content, shown, line, firm)

    if row.kind in traces.PEOPLE_KINDS:
        return [made("mentioned by people", None, None, firm=False)]
    if row.kind == "record":
        return _of_record(attributes, made) or [made("has a row", None, None, firm=False)]
    request = vocabulary.REQUEST.match(body)
    if request:
        return _of_request(request, attributes, entity, made)
    said = vocabulary.of_text(body)
    return [made(*said)] if said else []


def _of_record(attributes: dict[str, str], made: Any) -> list[Saying]:
    out = []
    for name, cell in attributes.items():
        said = vocabulary.of_cell(name, cell)
        if said:
            out.append(made(f"{said[0]} ({name}: {cell})", *said[1:]))
    return out


def _of_request(request: re.Match, attributes: dict[str, str], entity: str, made: Any) -> list[Saying]:
    """A request to the thing itself, by its method and status; one that only asks for it says nothing here."""
    method, path = request.groups()
    status = next((v for k, v in attributes.items() if vocabulary.STATUS.search(k) and v.isdigit()), "")
    status = status or next(iter(re.findall(r"^ ([1-5]\d\d)\b", request.string[request.end() :])), "")
    if not vocabulary.is_of(path, entity) or not status:
        return []
    said = vocabulary.of_status(method, status)
    return [made(f"{said[0]} ({method} {status})", *said[1:])] if said else []


def last_of(statements: list[Saying]) -> list[Saying]:
    """Of each source its last statement on content and its last on being found; in order of time."""
    out: dict[tuple[str, str, str], Saying] = {}
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


def telling(statements: list[Saying]) -> Saying:
    """The statement that explains: the last step that left it out, before a search that did not find it."""
    steps = [s for s in statements if not s.says.startswith("not found")] or statements
    return max(steps, key=lambda s: (s.when is not None, s.when.isoformat() if s.when else ""))


def quoted(statement: Saying) -> str:
    when = f" at {say.at(statement.when)}" if statement.when else f" ({statement.says})"
    return f"{statement.source} says {say.quote(statement.text, 70)}{when}"
