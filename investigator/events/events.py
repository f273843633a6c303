"""Events: what was loaded, or a selection of it, as a small frozen value.

A selection is JSON, so that a finding made on it can be made again by anyone: `Events` is what an analysis and a
view take, `events.table` is there for any free Ibis expression, to look at, not to pin.
"""

from __future__ import annotations

import html
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from investigator.asked import asked
from investigator.errors import ParameterError
from investigator.events import mask, schema
from investigator.events.engine import Engine, engine_for
from investigator.events.entities import mentions, named
from investigator.events.instants import aware, instant, literal
from investigator.events.searched import condition
from investigator.events.sources import Source, between, sources_of
from investigator.events.store import Store

if TYPE_CHECKING:
    import ibis.expr.types as ir
    import pandas

    from investigator.events.store import Manifest


#: Keys of a selection, in the order in which they are written.
SELECTION = ("window", "source", "service", "severity", "kind", "entity", "text", "load")


class Owner(Protocol):
    """Whose events they are: whoever holds them can say of which case they are, and in which zone that is read."""

    @property
    def zone(self) -> str: ...


@dataclass(frozen=True)
class Events:
    """Events of one case, or of one file: an Ibis `table`, the `entities` in it, and what each source covers."""

    table: ir.Table = field(repr=False)
    entities: ir.Table = field(repr=False)
    sources: tuple[Source, ...]
    selection: dict[str, Any]
    engine: Engine = field(repr=False)
    indexed: dict[str, str] = field(default_factory=dict, repr=False)  # kind -> pattern that the index holds
    current: tuple[str, ...] = field(default=(), repr=False)  # evidence that no newer snapshot replaced
    whole: ir.Table | None = field(default=None, repr=False)  # everything, before any selection
    memo: dict[Any, Any] = field(default_factory=dict, repr=False, compare=False)  # facts about `whole`, kept
    firsts: ir.Table | None = field(
        default=None, repr=False
    )  # the first times of all ids, where nothing is left out
    rejects: ir.Table | None = field(
        default=None, repr=False
    )  # units that could not be read, whatever is selected
    shared: ir.Table | None = field(
        default=None, repr=False
    )  # the ids that several sources saw, whatever is selected
    names: ir.Table | None = field(
        default=None, repr=False
    )  # other names of ids, where there are any, whatever is selected
    joins: tuple[str, ...] = field(default=(), repr=False)  # which columns hold other names, in sentences
    known: dict[str, str] = field(default_factory=dict, repr=False)  # `indexed`, also where it tells of later
    of: Owner | None = field(default=None, repr=False, compare=False)  # the case that they are of

    # -- making ------------------------------------------------------------------------------------------------

    @classmethod
    def open(
        cls,
        folder: Path | str,
        *,
        manifest: Manifest | None = None,
        engine: Engine | str | None = None,
        through: int | None = None,
    ) -> Events:
        """The events in a store's folder; `through` hides what a later load brought."""
        store = Store(folder)
        manifest = manifest or store.manifest()
        running = engine if isinstance(engine, Engine) else engine_for(folder, engine)
        standing = [(s.evidence, s.source, s.load) for s in manifest.standing]
        if through is not None:
            manifest = replace(manifest, segments=tuple(s for s in manifest.segments if s.load <= through))
        # What a newer snapshot replaced is not so any more; it is there again for a case as of an earlier load.
        kept = replace(manifest, segments=manifest.current)
        table = running.table(store.files(kept), schema.COLUMNS)
        index = manifest.entities
        # The index holds what stands now: as of an earlier time evidence may have been read otherwise.
        covered = index is not None and {s.load for s in manifest.segments} <= set(index.loads)
        complete = covered and {(s.evidence, s.source, s.load) for s in manifest.standing} <= set(standing)
        files = [str(store.folder / "entities" / index.file)] if index and complete else []
        entities = running.table(files, schema.ENTITY_COLUMNS)
        selection: dict[str, Any] = {}
        if through is not None:
            selection["load"] = through
            entities = entities.filter(entities.load <= through)
        gone = sorted({s.evidence for s in manifest.segments} - {s.evidence for s in kept.segments})
        if gone:
            entities = entities.filter(~entities.evidence.isin(gone))
        firsts = None
        if index and complete and index.firsts and through is None and not gone:
            firsts = running.table([str(store.folder / "entities" / index.firsts)], schema.FIRST_COLUMNS)
        unread = store.reject_files(manifest)
        shared = None
        if index and complete and index.shared and through is None and not gone:
            shared = running.table([str(store.folder / "entities" / index.shared)], schema.SHARED_COLUMNS)
        called = None
        if index and complete and index.names:
            called = running.table([str(store.folder / "entities" / index.names)], schema.NAME_COLUMNS)
        return cls(
            table,
            entities,
            sources_of(manifest),
            selection,
            running,
            dict(index.kinds) if index and complete else {},
            tuple(dict.fromkeys(s.evidence for s in manifest.current)),
            table,
            firsts=firsts,
            shared=shared,
            names=called,
            joins=index.joins if index and complete else (),
            known=dict(index.kinds) if index and covered else {},
            rejects=running.table(unread, schema.REJECT_COLUMNS) if unread else None,
        )

    @classmethod
    def from_frame(
        cls, frame: pandas.DataFrame, *, source: str = "frame", engine: Engine | str | None = None
    ) -> Events:
        """A DataFrame as events: columns of the schema are taken, the rest become attributes.

        Needs `time` or `body`; a time without a zone is read as UTC. The frame is left as it was.
        """
        import pandas as pd

        if not {"time", "body"} & set(frame.columns):
            raise ParameterError(
                "This DataFrame has neither a time nor a body column.",
                f"It has: {', '.join(map(str, frame.columns))}.",
                "Rename the columns to the schema's, such as df.rename(columns={'ts': 'time'}).",
            )
        out = pd.DataFrame(index=range(len(frame)))
        frame = frame.reset_index(drop=True)
        rest = [column for column in frame.columns if column not in schema.COLUMNS]
        for name, (short, _) in schema.COLUMNS.items():
            out[name] = _column(frame, name, short)
        for name in ("time_low", "time_high"):
            out[name] = out[name].fillna(out["time"])
        out["source"] = out["source"].fillna(source)
        out["kind"] = out["kind"].fillna("log")
        out["body"] = out["body"].fillna("")
        told = (
            out["severity_text"]
            .astype("object")
            .map(lambda word: schema.SEVERITY_WORDS.get(str(word).lower()))
        )
        out["severity_number"] = out["severity_number"].fillna(told.astype("Int8"))
        out["name"] = out["name"].where(out["name"].notna(), out["body"].map(mask.name))
        out["evidence"] = out["evidence"].fillna("0" * 12)
        numbers = pd.Series(range(1, len(out) + 1), dtype="Int64")
        out["unit"] = out["unit"].fillna(numbers)
        out["units"] = out["units"].fillna(1)
        out["load"] = out["load"].fillna(0)
        given = frame["attributes"] if "attributes" in frame.columns else None
        maps = []
        for position in range(len(frame)):
            held = given[position] if given is not None else None
            own = dict(held) if held is not None and held == held else {}  # an empty cell is NaN
            for column in rest:
                cell = frame[column][position]
                if cell is not None and cell == cell:
                    own[str(column)] = str(cell)
            maps.append(list(own.items()))
        out["attributes"] = pd.Series(maps, dtype="object", index=out.index)
        running = engine if isinstance(engine, Engine) else engine_for(None, engine)
        table = running.frame_table(out, schema.COLUMNS)
        groups = []
        for name, part in out.groupby("source", sort=True):
            low, high = part["time"].min(), part["time"].max()
            groups.append(
                Source(
                    str(name),
                    str(part["kind"].mode().iloc[0]),
                    len(part),
                    aware(low),
                    aware(high),
                    units=int(part["units"].sum()),
                    evidence=tuple(sorted(set(part["evidence"]))),
                )
            )
        entities = running.table([], schema.ENTITY_COLUMNS)
        return cls(
            table, entities, tuple(groups), {}, running, {}, tuple(sorted(set(out["evidence"]))), table
        )

    # -- narrowing ---------------------------------------------------------------------------------------------

    def where(
        self,
        *,
        window: tuple[Any, Any] | None = None,
        source: str | list[str] | None = None,
        service: str | list[str] | None = None,
        severity: int | str | None = None,
        kind: str | list[str] | None = None,
        entity: str | None = None,
        text: str | None = None,
    ) -> Events:
        """Fewer events; the selection stays JSON.

        `window` is (from, to), half open, ISO text or aware datetimes, None for no bound; events without a time
        (rows of a table) stay in. `severity` is the least OpenTelemetry number or a word. `entity` is an id. `text`
        is what lines say: words, "phrases", -without, key=value, key>5, /RE2 pattern/ (see `investigator.asked`).
        """
        new = dict(self.selection)
        if window is not None:
            low, high = (instant(bound) for bound in window)
            new["window"] = _narrower(new.get("window"), low, high)
        for key, given in (("source", source), ("service", service), ("kind", kind)):
            if given is not None:
                wanted = [given] if isinstance(given, str) else list(given)
                before = new.get(key)
                new[key] = sorted(set(wanted) if before is None else set(wanted) & set(before))
        if severity is not None:
            new["severity"] = max(schema.severity_of(severity), new.get("severity", 0))
        if entity is not None:
            new["entity"] = sorted({*new.get("entity", []), named(self, str(entity))})
        if text is not None:
            new["text"] = sorted({*new.get("text", []), str(asked(text))})
        return self._narrowed(new)

    def select(self, selection: dict[str, Any]) -> Events:
        """The events of a selection, as a finding or a check keeps it."""
        unknown = set(selection) - set(SELECTION)
        if unknown:
            raise ParameterError(
                f"A selection has no key '{sorted(unknown)[0]}'.",
                f"It has: {', '.join(SELECTION)}.",
                "Correct the check, or make it again from its finding.",
            )
        out = self.where(
            window=tuple(selection["window"]) if selection.get("window") else None,
            source=selection.get("source"),
            service=selection.get("service"),
            severity=selection.get("severity"),
            kind=selection.get("kind"),
        )
        for entity in selection.get("entity", []):
            out = out.where(entity=entity)
        for text in selection.get("text", []):
            out = out.where(text=text)
        if selection.get("load") is not None:
            limit = int(selection["load"])
            out = replace(
                out,
                table=out.table.filter(out.table.load <= limit),
                entities=out.entities.filter(out.entities.load <= limit),
                selection={**out.selection, "load": limit},
                firsts=None,
                shared=None,
                rejects=None if out.rejects is None else out.rejects.filter(out.rejects.load <= limit),
            )
        return out

    def _narrowed(self, new: dict[str, Any]) -> Events:
        added = {key: value for key, value in new.items() if self.selection.get(key) != value}
        table, entities = self.table, self.entities
        for key, value in added.items():
            if key in ("entity", "text"):
                continue
            table = _filtered(table, key, value)
            entities = _filtered(entities, key, value)
        for entity in added.get("entity", []):
            if entity in self.selection.get("entity", []):
                continue
            rows = mentions(replace(self, table=table, entities=entities), entity)
            table = table.semi_join(rows.select("evidence", "unit").distinct(), ["evidence", "unit"])
            entities = entities.semi_join(rows.select("evidence", "unit").distinct(), ["evidence", "unit"])
        for text in added.get("text", []):
            if text in self.selection.get("text", []):
                continue
            table = table.filter(condition(text, table))
            entities = entities.semi_join(table.select("evidence", "unit").distinct(), ["evidence", "unit"])
        sources = self.sources
        if "source" in added:
            sources = tuple(item for item in sources if item.name in added["source"])
        if "kind" in added:
            sources = tuple(item for item in sources if item.kind in added["kind"])
        ordered = {key: new[key] for key in SELECTION if key in new}
        return replace(
            self,
            table=table,
            entities=entities,
            sources=sources,
            selection=ordered,
            firsts=None if added else self.firsts,
        )

    # -- looking -----------------------------------------------------------------------------------------------

    @property
    def window(self) -> tuple[datetime | None, datetime | None]:
        """The selected window as aware datetimes; (None, None) where none was set."""
        low, high = self.selection.get("window") or (None, None)
        return (datetime.fromisoformat(low) if low else None, datetime.fromisoformat(high) if high else None)

    def fetch(self, expression: Any, *, limit: int | None = 100_000) -> Any:
        """The result of an Ibis expression: a DataFrame with aware times and origins, or a plain value.

        Refuses to pull more than `limit` rows: aggregate in the engine, or take the limit away by None.
        """
        import ibis.expr.types as ir

        if isinstance(expression, ir.Table):
            result = self.engine.fetch(expression if limit is None else expression.limit(limit + 1))
            if limit is not None and len(result) > limit:
                raise ParameterError(
                    f"This would bring more than {limit:,} rows into the notebook.",
                    "Pictures and findings need a few hundred.",
                    "Group or limit in the expression, or say limit=None.",
                )
            return schema.frame(result)
        return self.engine.fetch(expression)

    def count(self) -> int:
        """How many events are selected."""
        return int(self.fetch(self.table.count()))

    def span(self) -> tuple[datetime, datetime] | None:
        """The first and last time among the selected events, aware UTC; None where no event has a time."""
        row = self.engine.fetch(self.table.aggregate(low=self.table.time.min(), high=self.table.time.max()))
        low, high = row["low"].iloc[0], row["high"].iloc[0]
        if low is None or low != low:
            return None
        first, last = aware(low), aware(high)
        assert first is not None and last is not None
        return first, last

    def rows(self, limit: int = 20) -> pandas.DataFrame:
        """The first rows in time order, with origins: a look, not an analysis."""
        ordered = self.table.order_by([self.table[name] for name in schema.ORDER])
        frame = self.fetch(ordered.limit(limit))
        empty = [name for name in frame.columns if frame[name].isna().all()]
        return frame.drop(columns=empty)

    def __repr__(self) -> str:
        listing = "\n".join(
            f"  {item.name}: {item.rows:,} {item.kind} {between(item.first, item.last)}"
            for item in self.sources
        )
        chosen = "" if not self.selection else f"\n  selected: {self.selection}"
        return f"Events of {len(self.sources)} sources{chosen}\n{listing}"

    def _repr_html_(self) -> str:
        rows = "".join(
            f"<tr><td>{html.escape(item.name)}</td><td>{html.escape(item.kind)}</td><td>{item.rows:,}</td>"
            f"<td>{html.escape(between(item.first, item.last))}</td></tr>"
            for item in self.sources
        )
        return (
            "<table class='numbers'><thead><tr><th>source</th><th>kind</th><th>events</th><th>from, to (UTC)</th>"
            f"</tr></thead><tbody>{rows}</tbody></table>"
        )


def _filtered(table: ir.Table, key: str, value: Any) -> ir.Table:
    import ibis

    if key == "window":
        low, high = value
        keep = ibis.literal(True)
        if low:
            keep = keep & (table.time >= literal(instant(low)))
        if high:
            keep = keep & (table.time < literal(instant(high)))
        return table.filter(keep | table.time.isnull())
    if key == "severity":
        return table.filter(table.severity_number >= value)
    return table.filter(table[key].isin(value))


def _narrower(before: list[str] | None, low: datetime | None, high: datetime | None) -> list[str | None]:
    old_low, old_high = (instant(bound) for bound in (before or (None, None)))
    lows = [bound for bound in (old_low, low) if bound]
    highs = [bound for bound in (old_high, high) if bound]
    return [max(lows).isoformat() if lows else None, min(highs).isoformat() if highs else None]


def _column(frame: pandas.DataFrame, name: str, short: str) -> Any:
    import pandas as pd

    if name not in frame.columns or short == "map":
        return pd.Series([None] * len(frame), dtype="datetime64[us]" if short == "time" else "object")
    column = frame[name]
    if short == "time":
        return pd.to_datetime(column, utc=True).dt.tz_localize(None).astype("datetime64[us]")
    if short in ("int8", "int64"):
        return column.astype("Int64")
    if short == "float64":
        return column.astype("float64")
    return column.map(lambda cell: None if cell is None or cell != cell else str(cell)).astype("object")
