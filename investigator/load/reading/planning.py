"""How rows of fields become events: which key is which role, how times are written, what becomes a column of its own."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from investigator import moment, zones
from investigator.events import schema
from investigator.load import dated, spelled, things, times, traces, written, years
from investigator.load.content import Content
from investigator.load.options import Options
from investigator.load.plan import Plan
from investigator.load.roles import Roles, assign, plain
from investigator.load.tally import Tally
from investigator.sources._dates import WITH_OFFSET, WITHOUT_YEAR, dates_in
from investigator.sources._format import Form, Head, JsonLines, Lines, Records

if TYPE_CHECKING:
    import pyarrow as pa

SAMPLE = 400
_GENERIC = re.compile(
    r"^(?:app|application|access|error|log|logs|logfile|output|out|stdout|stderr|messages|syslog|data|export|events?|"
    r"all|console|system|server|main|trace|traces|metrics?|[0-9_.-]*|.*\d{2}[-_]\d{2}.*)$",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Planner:
    """Makes plans from rows: one text column a key, f0, f1, ..."""

    rows: pa.Table
    content: Content
    name: str
    form: Form
    options: Options
    evidence: Callable[[], str]
    head: Head
    samples: Mapping[str, Sequence[str]]  # of the head of the file
    constant: Mapping[str, str]  # what every event says of itself

    def plan(self, tally: Tally, keys: tuple[str, ...]) -> Plan:
        """The plan for rows of these keys; it goes on with what the tally's own plan found before."""
        before = tally.plan
        first = self.rows.slice(0, SAMPLE * 5)
        some = list(zip(*(first[f"f{i}"].to_pylist() for i in range(len(keys))), strict=True))
        samples = {
            key: [*self.samples.get(key, ()), *(row[i] for row in some if row[i] not in (None, ""))][:SAMPLE]
            for i, key in enumerate(keys)
        }
        form = self.form
        made = tally.dated.key if tally.dated else ""  # whose times were made of what somebody said
        if isinstance(form, Lines):
            roles = line_roles(form, keys, made)
        else:
            mapping = {**form.roles, **({"time": "", made: "time"} if made else {}), **self.options.mapping}
            roles = assign(keys, samples, kind=tally.kind or form.kind, mapping=mapping)
            if not (tally.kind or form.kind) and self._lists_things(roles, keys, some, before):
                roles = roles.listed()
        said = samples.get(roles.of.get("body", ""), ())
        if roles.kind == "log" and self.head.whole:
            levels = samples.get(roles.of.get("severity_text", ""), ())
            kind = written.kind_of(keys, roles.taken, said, levels, body=roles.of.get("body", ""))
            roles = replace(roles, kind=kind or "log")
        time_key = roles.of.get("time")
        declared, year_missing = _declared(form, samples.get(time_key or "", ()))
        zone_key = _zone_key(keys, samples) if time_key and not isinstance(form, Lines) else ""
        texts = samples.get(time_key, ()) if time_key else ()

        def style_of(texts: Sequence[str]) -> times.Style:
            order = self.options.order or ""
            return times.style(
                texts,
                declared,
                year_missing=year_missing,
                name=time_key or "",
                order=order,
                near=_Spans(self._near),
            )

        style = style_of(texts)
        zone_unit = spelled.offset_unit(zone_key, samples.get(zone_key, ())) if zone_key else 0
        if zone_key and style.zoned:
            zone_key = ""  # each time says its own
        elif zone_key:
            first_zone = spelled.offset(samples[zone_key][0], zone_unit)
            beside = [f"{text} {first_zone}" for text in texts]
            joined = style_of(beside)
            told = joined.spelling or spelled.told(beside, order=self.options.order or "", near=self._near())
            if told:
                style, texts = replace(joined, zoned=told.zoned, spelling=told), beside
            else:
                zone_key = ""
        if (told := style.spelling or style.dated) and told.unsure:
            style = self._order(style, texts, declared, time_key or "")
        if style.spelling:
            texts = [text for value in texts if (text := style.spelling.text(value))]
        elif zone_key:
            zone_key = ""
        also = self._also(keys, roles)
        level = keys.index(roles.of["severity_text"]) if "severity_text" in roles.of else None
        observed_key = roles.of.get("observed_time")
        observed = times.style(samples.get(observed_key, ())) if observed_key else None
        attributes = before.attributes if before else self._attribute_keys(keys, roles, some)
        ids = (roles.of.get("trace_id", ""), *also.get("trace_id", ()))
        year, year_why = (
            (before.year, before.year_why)
            if before is not None and before.style.year_missing
            else self._year(style, texts)
        )
        return Plan(
            keys=keys,
            roles=roles,
            style=style,
            observed=observed,
            attributes=tuple(attributes),
            zone=self.options.zone,
            zone_why=self.options.zone_why,
            year=year,
            year_why=year_why,
            interval=(isinstance(form, Records) and form.interval) or dated.ENDS[0] in keys[-2:],
            source=f"{self.name}{tally.inside}",
            evidence=lambda: f"{self.evidence()}{tally.inside}",
            load=self.options.load,
            service=_service_of(self.name, roles.kind) or form.service,
            constant={**(form.constant if isinstance(form, Lines) else {}), **self.constant},
            levels=form.levels,
            wrapped=(before is not None and before.wrapped)
            or any(text.lstrip().startswith("{") for text in said)
            or (isinstance(form, Lines) and any(re.search(r'[ \t]\{".*\}$', x) for x in self.head.lines)),
            unlevelled=level is not None and any(row[level] in (None, "") for row in some),
            trimmed=(before is not None and before.trimmed) or any(text[-1:].isspace() for text in said),
            year_said=self.options.year is not None,
            level=form.level if isinstance(form, (JsonLines, Records)) else "",
            traced=traces.told([*said, *self.head.lines], [v for key in ids for v in samples.get(key, ())]),
            also=also,
            also_styles={key: times.style(samples.get(key, ()), name=key) for key in also.get("time", ())},
            zone_key=zone_key,
            zone_unit=zone_unit,
            others=roles.others,
            likely=roles.likely,
            listing=isinstance(form, Records) and form.listing,
            lines=isinstance(form, Lines),
            repeating=isinstance(form, Records) and form.repeating,
            clock="" if time_key and style.name != "none" else dated.clock_of(keys, samples),
            age="" if time_key and style.name != "none" else dated.age_of(keys, samples),
            dated=self._said(made, dated.ENDS[0] in keys[-2:]),
        )

    def _lists_things(
        self,
        roles: Roles,
        keys: tuple[str, ...],
        some: Sequence[Sequence[str | None]],
        before: Plan | None,
    ) -> bool:
        """Whether each row is a thing of its own: by the first rows, proved on all that there are."""
        if roles.kind not in ("log", "metric"):
            return False
        if before is not None:
            return before.roles.kind == "record"
        key = things.one_row_each(roles, keys, some)
        if not key:
            return False
        import pyarrow.compute as pc

        column = self.rows[f"f{keys.index(key)}"]
        return bool(pc.count_distinct(column).as_py() == len(column) - column.null_count)

    def _said(self, made: str, aged: bool) -> str:
        """What was said of the day of clocks, or of when ages were, in words."""
        if not made:
            return ""
        if aged:
            return f"its times are made of how old things were at {self.options.taken}, as you said"
        return f"its {made} names no day: read as {self.options.day} and on, as you said"

    def _near(self) -> list[tuple[datetime, datetime]]:
        """When other sources are, whose own days are certain."""
        return [
            (years.naive(s.first), years.naive(s.last))
            for s in self.options.store.manifest().standing
            if s.source.partition("!")[0] != self.name and s.first and s.last and not _unsure(s.doubt)
        ]

    def _order(
        self, style: times.Style, texts: Sequence[str], declared: tuple[str, ...], name: str
    ) -> times.Style:
        """The style with day and month as the rest of the file tells them, where its beginning doesn't."""
        rest = dates_in(self.content.again())
        found = times.style([*texts, *rest], declared, name=name) if rest else style
        told = found.spelling or found.dated
        return found if told and told.order and not told.unsure else style

    def _also(self, keys: tuple[str, ...], roles: Roles) -> dict[str, tuple[str, ...]]:
        """The further keys of a role that some row needs, because it lacks the best one."""
        import pyarrow.compute as pc

        out = {}
        for role, others in roles.also.items():
            lacks = pc.invert(_said(self.rows[f"f{keys.index(roles.of[role])}"].slice(0, SAMPLE * 5)))
            needed = tuple(
                key
                for key in others
                if pc.any(
                    pc.and_(lacks, _said(self.rows[f"f{keys.index(key)}"].slice(0, SAMPLE * 5)))
                ).as_py()
            )
            if needed:
                out[role] = needed
        return out

    def _attribute_keys(
        self, keys: tuple[str, ...], roles: Roles, some: Sequence[Sequence[str | None]]
    ) -> list[str]:
        """The keys that get a column of their own; `some` are the first rows."""
        rest = [key for key in keys if key not in roles.taken and key not in roles.numbers]
        if not rest:
            return []
        if len(some) == self.rows.num_rows:
            counts = [sum(bool(row[keys.index(key)]) for row in some) for key in rest]
        else:
            import pyarrow.compute as pc

            counts = [pc.sum(_said(self.rows[f"f{keys.index(key)}"])).as_py() or 0 for key in rest]
        floor = max(self.rows.num_rows * schema.ATTRIBUTE_SHARE_AT_LEAST, 1)
        ranked = sorted(
            ((count, key) for count, key in zip(counts, rest, strict=True) if count >= floor),
            key=lambda pair: (-pair[0], pair[1]),
        )
        return [key for _, key in ranked[: schema.ATTRIBUTE_COLUMNS_AT_MOST]]

    def _year(self, style: times.Style, values: Sequence[str]) -> tuple[int | None, str]:
        """The year of the first times where they name none, and why: as said, else as `years` finds it."""
        if not style.year_missing:
            return None, ""
        if self.options.year:
            return self.options.year, ""
        written = years.written(self.content, moment.now())
        ends = years.ends(self.content, self.form.pattern) if isinstance(self.form, Lines) else []
        others = [s for s in self.options.store.manifest().segments if s.source != self.name]
        return years.chosen(style, values, ends, written, others)


def _said(column: pa.ChunkedArray) -> Any:
    """In which rows a column says something."""
    import pyarrow.compute as pc

    return pc.fill_null(pc.greater(pc.binary_length(column), 0), False)


class _Spans(Sequence[tuple[datetime, datetime]]):
    """Spans of other sources, looked up when they are asked for: mostly a time's spelling needs none."""

    def __init__(self, found: Callable[[], list[tuple[datetime, datetime]]]) -> None:
        self._found = cache(found)

    def __len__(self) -> int:
        return len(self._found())

    def __getitem__(self, place: Any) -> Any:
        return self._found()[place]


#: Doubts of a source that make its own days no measure for another's.
_UNSURE = re.compile("day from month|decades|name no year")


def _unsure(doubt: Sequence[str]) -> bool:
    return any(_UNSURE.search(text) for text in doubt)


_ZONE_KEYS = frozenset(
    "timezone tz zone timezoneid timezonename tzid utcoffset zeitzone fuseau zonahoraria zeitzonen tzname".split()
)


def _zone_key(keys: tuple[str, ...], samples: Mapping[str, Sequence[str]]) -> str:
    """The key that names the zone of each row's time."""
    for key in keys:
        values = {value for value in samples.get(key, ()) if value}
        named = plain(key) in _ZONE_KEYS and all(
            zones.named(v) or re.fullmatch(r"[A-Z]{3}\d[A-Z]{3}", v) for v in values
        )
        if values and (named or spelled.offset_unit(key, list(values))):
            return key
    return ""


def _declared(form: Form, values: Sequence[str]) -> tuple[tuple[str, ...], bool]:
    """The time formats that a format declares for these values, and whether they name no year."""
    if isinstance(form, Lines):
        return form.time, form.year_missing
    yearless = sum(bool(re.match(r"\d\d-\d\d ", value)) for value in values) * 2 > len(values)
    if not (isinstance(form, Records) and form.time and yearless):
        return (), False
    zoned = form.time == WITHOUT_YEAR and all(re.search(r" [+-]\d{4}$", value) for value in values)
    return (WITH_OFFSET if zoned else form.time), True


def line_roles(form: Lines, keys: tuple[str, ...], made: str = "") -> Roles:
    """The groups of a line format are named as roles are, or as attributes; `made` is one whose values became times."""
    names = {
        "time": "time",
        "level": "severity_text",
        "priority": "severity_text",
        "service": "service",
        "program": "service",
        "host": "host",
        "body": "body",
        "trace_id": "trace_id",
        "span_id": "span_id",
    }
    of: dict[str, str] = {}
    also: dict[str, tuple[str, ...]] = {}
    for key in keys:
        role = "time" if key == made else names.get(key)
        if role and role not in of:
            of[role] = key
        elif role:
            also[role] = (*also.get(role, ()), key)
    return Roles(of, "log" if made and form.kind == "record" else form.kind, also=also)


def _service_of(name: str, kind: str) -> str:
    """The service that a log's own file name tells, where no key does: logs/scan.jsonl is scan's."""
    if kind not in ("log",):
        return ""
    stem = Path(name.partition("!")[0]).name.split(".", 1)[0]
    return "" if _GENERIC.match(stem) or len(stem) > 40 else stem
