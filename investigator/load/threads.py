"""A thread that is here already and comes again, exported or copied anew: only what is new is added.

What both tell counts once, in the newer. The older keeps what the newer does not tell: the old text of what was edited,
what was deleted, and what lies outside of the part that was copied; each edited or deleted one says so in its own
attribute. Whoever wrote, the words and the clock are held against each other, or the messages' own ids.
"""

from __future__ import annotations

import itertools
import re
import uuid
from collections import Counter, defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from investigator.events import schema
from investigator.events.store import Manifest, Segment, Staging, Store, Units

if TYPE_CHECKING:
    import pyarrow as pa

#: The attribute of a message that says what became of it.
AFTERWARDS = "afterwards"
SAME, SAME_TIMED = 3, 2  # messages that are the same, at least; where all of them say when
SHARED = 0.5  # of the smaller thread's messages
NAMED, SHORT = 3, 60  # messages that are quoted of each sort; characters of each
ROWS_AT_MOST = 500_000  # of a thread: a larger one is no thread that somebody copies
_IDS = ("message id", "client_msg_id", "message_id", "msg_id")
#: What clients put in the place of a message that its author took back.
_DELETED = re.compile(
    r"^\W*(?:(?:this|the) message (?:was|has been) (?:deleted|removed|unsent)|you deleted this message|message (?:was )?(?:deleted|removed)"
    r"|\[?deleted(?: message)?\]?|(?:diese nachricht wurde|du hast diese nachricht) gelöscht|nachricht gelöscht"
    r"|ce message a été supprimé|vous avez supprimé ce message|(?:este|se eliminó este) mensaje(?: fue eliminado)?"
    r"|eliminaste este mensaje|questo messaggio è stato eliminato|(?:esta )?mensagem (?:foi )?apagada|dit bericht is verwijderd"
    r"|bu mesaj silindi|сообщение удалено|данное сообщение удалено|wiadomość usunięta|此消息已删除|このメッセージは削除されました)\W*$",
    re.IGNORECASE,
)
#: What clients put behind words that were changed.
_EDITED = re.compile(
    r"\((?:edited|bearbeitet|modifié|modificad[oa]|modificato|editad[oa]|bewerkt|redigera[dt]|redigert|edytowano|изменено)\)\s*$",
    re.IGNORECASE,
)


def without_notices(text: str) -> str:
    """The words of a message without the notice, on a line of its own, that another was deleted: nobody said that."""
    lines = text.split("\n")
    kept = [line for line in lines if not _DELETED.match(line)]
    return "\n".join(kept).strip() if len(kept) < len(lines) and any(map(str.strip, kept)) else text


@dataclass(frozen=True)
class Message:
    """Who said what, when as far as it is known, and which id the exporting client gave it."""

    who: str
    text: str
    when: str = ""
    id: str = ""
    channel: str = ""


@dataclass(frozen=True)
class Compared:
    """Two versions of a thread, by places: the same in both (older to newer), edited, deleted, not told any more, new."""

    same: dict[int, int]
    edited: dict[int, int]
    deleted: dict[int, int]
    gone: tuple[int, ...]
    added: tuple[int, ...]
    turned: bool = False  # the older one goes on where the newer one ends: it is the newer one


@dataclass(frozen=True)
class Told:
    """A thread and the newer version of it, and what is different between them."""

    older: str
    newer: str
    same: int
    edited: tuple[str, ...]
    deleted: tuple[str, ...]
    gone: tuple[str, ...]
    added: int

    asks = "Only what is new was added. Two different threads?"

    def __str__(self) -> str:
        counted = "1 message is" if self.same == 1 else f"{self.same:,} messages are"
        parts = [f"{counted} the same"]
        sorts = (
            (self.edited, "edited"),
            (self.deleted, "deleted"),
            (self.gone, "not there any more, deleted or not copied"),
        )
        for many, word in sorts:
            if many:
                more = f" and {len(many) - NAMED:,} more" if len(many) > NAMED else ""
                parts.append(f"{len(many):,} {word} ({'; '.join(many[:NAMED])}{more})")
        parts += [f"{self.added:,} new"] if self.added else []
        where = "" if self.older == self.newer else f" of {self.older}"
        return f"{self.newer} is a newer version of the thread{where}: {', '.join(parts)}."


def compared(older: Sequence[Message], newer: Sequence[Message]) -> Compared | None:
    """What became of each message of a thread; None where the two are not versions of one thread."""
    ids = all(message.id for message in (*older, *newer))
    places: dict[tuple[str, ...], list[int]] = defaultdict(list)
    for place, message in reversed(list(enumerate(newer))):
        places[_key(message, ids)].append(place)
    met = {
        place: found.pop() for place, message in enumerate(older) if (found := places.get(_key(message, ids)))
    }
    same = {a: b for a, b in met.items() if older[a].text == newer[b].text}
    few = min(len(older), len(newer))
    timed = ids or all(older[a].when for a in same)
    least = SAME_TIMED if timed else SAME
    # What its client calls edited, by the same person at the same minute, is no other message.
    there = {(one.channel, one.who, one.when) for one in older if one.when}
    marked = sum(bool(_EDITED.search(m.text)) and (m.channel, m.who, m.when) in there for m in newer)
    known = len(same) + (marked if same else 0)
    if known < least or known < SHARED * few:
        return None
    changed = {a: b for a, b in met.items() if a not in same}
    left = [a for a in range(len(older)) if a not in met]
    taken = set(met.values())
    added = [b for b in range(len(newer)) if b not in taken]
    if not ids:
        changed = _edited(older, newer, same, left, added)
        left = [a for a in left if a not in changed]
        added = [b for b in added if b not in set(changed.values())]
    low, high = min(met), max(met)
    first, last = min(met.values()), max(met.values())
    gone = [
        a
        for a in left
        if (low < a < high)
        or (a < low and any(b < first for b in added))
        or (a > high and any(b > last for b in added))
    ]
    deleted = {a: b for a, b in changed.items() if _DELETED.match(newer[b].text)}
    edited = {a: b for a, b in changed.items() if a not in deleted}
    turned = any(a > high for a in left) and not any(b > last for b in added)
    return Compared(same, edited, deleted, tuple(gone), tuple(added), turned)


def _key(message: Message, ids: bool) -> tuple[str, ...]:
    return (
        (message.channel, message.id)
        if ids
        else (message.channel, message.who, message.when, " ".join(message.text.split()))
    )


def _edited(
    older: Sequence[Message],
    newer: Sequence[Message],
    same: dict[int, int],
    left: list[int],
    added: list[int],
) -> dict[int, int]:
    """Messages with other words by the same person at the same time, between the same two."""
    if not all(message.when for message in (*older, *newer)):
        return {}
    back = {b: a for a, b in same.items()}

    def spots(
        messages: Sequence[Message], places: list[int], named: dict[int, int]
    ) -> dict[tuple[Any, ...], int]:
        wanted, out, before = set(places), {}, -1
        counts: Counter[tuple[Any, ...]] = Counter()
        for place, message in enumerate(messages):
            if place in wanted:
                spot = (before, message.channel, message.who, message.when)
                counts[spot] += 1
                out[*spot, counts[spot]] = place
            elif place in named:
                before = named[place]
        return out

    here = spots(newer, added, back)
    return {a: here[spot] for spot, a in spots(older, left, {a: a for a in same}).items() if spot in here}


# -- in a store ------------------------------------------------------------------------------------------------------


def found(store: Store, load: int, apart: Collection[tuple[str, str]] = ()) -> tuple[Told, ...]:
    """The threads that this load brought again; of the older ones only what the newer do not tell stays.

    `apart` are pairs that somebody said are different threads.
    """
    threads = [s for s in store.manifest().current if s.kind == "message" and 0 < s.rows <= ROWS_AT_MOST]
    if len(threads) < 2 or not any(s.load == load for s in threads):
        return ()
    threads.sort(key=lambda s: (s.last or "", s.modified, s.load))
    tables = {_id(s): table_of(store, s) for s in threads}
    out: list[Told] = []
    for one, other in itertools.combinations(range(len(threads)), 2):
        pair = threads[one].source, threads[other].source
        mine = load in (threads[one].load, threads[other].load)
        if (
            not mine
            or pair in apart
            or pair[::-1] in apart
            or not (threads[one].rows and threads[other].rows)
        ):
            continue
        for older, newer in ((one, other), (other, one)):
            told = _taken_up(store, threads[older], threads[newer], tables, load, turn=older == one)
            if told is not None:
                out.append(told)
                before = threads[older]
                threads[older] = next(s for s in store.manifest().standing if _id(s)[:2] == _id(before)[:2])
                if threads[older].rows:
                    tables[_id(threads[older])] = table_of(store, threads[older])
                break
    return tuple(out)


def pairs(store: Store, source: str) -> list[tuple[str, str]]:
    """The threads of which only what a newer one does not tell is left, and these newer ones, for a source as either."""
    return [
        (s.source, s.told_in)
        for s in store.manifest().standing
        if s.told_in and source in (s.source, s.file, s.told_in)
    ]


def _id(segment: Segment) -> tuple[str, str, int]:
    return segment.source, segment.evidence, segment.load


def table_of(store: Store, segment: Segment) -> pa.Table:
    """The messages of a thread, in the order of their file."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    parts = [pq.ParquetFile(store.folder / "segments" / name).read() for name in segment.files]
    return pa.concat_tables(parts, promote_options="default").sort_by("unit")


def _messages(table: pa.Table, dated: bool) -> list[tuple[int, Message]]:
    """The messages of a table that nothing became of yet, each with its row."""
    out = []
    columns = (table[name].to_pylist() for name in ("time", "body", "attributes"))
    for row, (time, body, held) in enumerate(zip(*columns, strict=True)):
        said = dict(held or ())
        if AFTERWARDS in said:
            continue
        when = time.isoformat() if dated and time is not None else said.get("clock") or ""
        name = next((said[name] for name in _IDS if said.get(name)), "")
        out.append((row, Message(said.get("user") or "", body or "", when, name, said.get("channel") or "")))
    return out


def _taken_up(
    store: Store,
    older: Segment,
    newer: Segment,
    tables: dict[tuple[str, str, int], pa.Table],
    load: int,
    *,
    turn: bool,
) -> Told | None:
    """Keep of the older thread what the newer one does not tell; None where they are two, or where the older one goes
    on and they may `turn`."""
    before, after = tables[_id(older)], tables[_id(newer)]
    dated = not before["time"].null_count and not after["time"].null_count
    was, now = _messages(before, dated), _messages(after, dated)
    if not any(message.who for _, message in was):
        return None
    what = compared([message for _, message in was], [message for _, message in now])
    if what is None or (what.turned and turn):
        return None
    became: dict[int, str] = {}
    by_id = bool(was[0][1].id)
    for a, b in what.edited.items():
        became[was[a][0]] = f"edited, now: {now[b][1].text}"
    for a in what.deleted:
        became[was[a][0]] = "deleted"
    for a in what.gone:
        why = "deleted: it" if by_id else "it"
        became[was[a][0]] = (
            f"{why} is not in {newer.source} any more{'' if by_id else ', deleted or not copied'}"
        )
    rewritten(store, older, newer, before, {was[a][0] for a in what.same}, became, load)

    def quoted(places: Collection[int]) -> tuple[str, ...]:
        return tuple(f"{was[a][1].who}: {_short(was[a][1].text)}" for a in places)

    edited = tuple(
        f"{was[a][1].who}: {_short(was[a][1].text)} → {_short(now[b][1].text)}"
        for a, b in what.edited.items()
    )
    return Told(
        older.source, newer.source, len(what.same), edited, quoted(what.deleted), quoted(what.gone), len(what.added)
    )  # fmt: skip


def _short(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= SHORT else line[: SHORT - 3] + "..."


def rewritten(
    store: Store, older: Segment, newer: Segment, table: pa.Table, told: set[int], became: dict[int, str], load: int
) -> None:  # fmt: skip
    """The older thread without what the newer one tells, and with what became of the rest; its evidence stays as it is."""
    import pyarrow as pa
    import pyarrow.compute as pc
    import pyarrow.parquet as pq

    kept = [row for row in range(table.num_rows) if row not in told]
    spans = table["units"].to_pylist()
    lines = sum(spans[row] or 1 for row in told)
    rest = table.take(pa.array(kept, pa.int64()))
    column = f"{schema.ATTRIBUTE_PREFIX}{AFTERWARDS}"
    had = rest[column].to_pylist() if column in rest.column_names else [None] * len(kept)
    said = [became.get(row, old) for row, old in zip(kept, had, strict=True)]
    held = [
        [*(pair for pair in (known or ()) if pair[0] != AFTERWARDS), *([(AFTERWARDS, text)] if text else ())]
        for known, text in zip(rest["attributes"].to_pylist(), said, strict=True)
    ]
    place = rest.schema.get_field_index("attributes")
    rest = rest.set_column(place, "attributes", pa.array(held, rest.schema.field("attributes").type))
    number = pa.array([load] * len(kept), pa.int64())
    rest = rest.set_column(rest.schema.get_field_index("load"), "load", number)
    if column in rest.column_names:
        rest = rest.drop_columns([column])
    rest = rest.append_column(column, pa.array(said, pa.string())).sort_by(
        [("time", "ascending"), ("unit", "ascending")]
    )
    times = pc.min_max(rest["time"]).as_py() if kept else {"min": None, "max": None}
    units = older.units
    structural = dict(units.structural)
    structural["told again"] = structural.get("told again", 0) + lines
    changed = replace(
        older,
        load=load,
        rows=len(kept),
        units=Units(units.total, units.used - len(told), units.joined - (lines - len(told)), structural, units.rejected),
        first=times["min"] and f"{times['min'].isoformat()}+00:00",
        last=times["max"] and f"{times['max'].isoformat()}+00:00",
        attributes=tuple(dict.fromkeys((*older.attributes, column))),
        told_in=newer.source,
        supersedes=older.supersedes if older.load == load else older.load,
    )  # fmt: skip
    with store.writing() as staging:
        if kept:
            name = f"{load:06d}-{older.evidence.partition('!')[0]}-thread-{uuid.uuid4().hex[:6]}.parquet"
            pq.write_table(rest, staging.file(name), store_schema=False)
            changed = replace(changed, files=(name,))
        else:
            changed = replace(changed, files=())
        _committed(store, staging, older, changed, load)


def _committed(store: Store, staging: Staging, older: Segment, changed: Segment, load: int) -> None:
    """Put what is left of a thread beside it; in its place where this very load brought it."""
    if older.load != load:
        staging.commit([changed])
        return
    after = staging.commit([])
    segments = tuple(changed if _id(s) == _id(older) else s for s in after.segments)
    for name in changed.files:
        (staging.file(name)).replace(store.folder / "segments" / name)
    staging.write(Manifest(segments, None))
    staging.drop(after.entities)
    for name in older.files:
        (store.folder / "segments" / name).unlink(missing_ok=True)
