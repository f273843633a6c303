"""One JSON object a line: lines of one shape become columns in one pass of the engine."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from investigator.load.direct import ROWS_AT_ONCE
from investigator.load.fast.buffers import bounds, one
from investigator.load.reading.foreign import Foreign, formats_of
from investigator.load.reading.reader import Reader, ahead
from investigator.load.reading.shapes import explained, headed, leaves, merged, pointer, rows_of
from investigator.load.split import Chunk, chunks
from investigator.load.sql import quote
from investigator.load.tally import Tally
from investigator.sources._format import JsonLines

if TYPE_CHECKING:
    import duckdb
    import pyarrow as pa

_PIECE = 1 << 18  # of a block, so that it stays in the processor's cache
KEYS_AT_MOST = 400  # keys of one source that are told apart; the rest stay as JSON


class JsonReader:
    """Reads JSON lines chunk by chunk; the shape grows with the keys that turn up."""

    def __init__(self, reader: Reader, form: JsonLines) -> None:
        self._reader, self._form = reader, form
        self._tally = Tally(reader.name)
        # Keys and their first values come from the head of the whole file, also where this is only its tail.
        self._shape, samples = headed(reader.head)
        reader.samples = dict(zip(form.named(list(samples)), samples.values(), strict=True))
        self._lines: Any = None
        #: Whether a block had lines that are no JSON, and whether some of these look as if they were.
        self._damaged = self._hidden = False

    def read(self) -> Tally:
        """Read it all."""
        content = self._reader.content
        blocks = self._reader.whole(chunks(content.blocks(), doubt=content.doubt), self._form.cut)
        for chunk, lines, bad in ahead((chunk, *self._sound(table_of(chunk))) for chunk in blocks):
            self._reader.count(self._tally, chunk)
            if bad is not None:
                self._set_apart(bad)
            if lines.num_rows:
                self._chunk(lines, bad is not None)
        return self._tally

    def _sound(self, lines: pa.Table) -> tuple[pa.Table, pa.Table | None]:
        """Lines, where one block had some that are no JSON without those that look so and are none, and these: looking first
        costs less than failing first, and is done beside what is read. None of them where it was not looked."""
        if not self._damaged or self._hidden or not lines.num_rows:
            return lines, None
        with self._reader.connection.cursor() as connection:
            bad = _broken(connection, lines, odd=True)
        return _without(lines, bad), bad

    def _chunk(self, lines: pa.Table, looked: bool) -> None:
        """Events of one chunk of JSON lines; `looked` at for what is none where it looks so."""
        rows, tally = self._rows(lines, {"odd"} if looked else set()), self._tally
        if rows is not None and tally.plan is not None:
            tally.used += rows.num_rows
            self._reader.known(tally, rows)

    def _rows(self, table: pa.Table, checked: set[str]) -> pa.Table | None:
        """Rows of the lines of a chunk, in one pass of the engine where every line is as its columns say; None of none.
        How far lines were looked at is `checked`.

        A line whose count of keys (`":`) is what its columns explain is complete. The others (nulls, lists of
        objects, and keys that the shape lacks) are looked at key by key, and the shape grows where it must.
        """
        import duckdb
        import pyarrow as pa

        connection = self._reader.connection
        self._register(table)
        shape = self._shape
        try:
            if self._hidden:
                self._reject_broken(checked)
                if not self._lines.num_rows:
                    return None
            for _ in range(12):
                try:
                    rows = connection.execute(rows_of(shape)).to_arrow_table()
                    self._reader.planned(self._tally, self._names(shape), rows)
                except duckdb.Error:
                    if "valid" in checked:
                        raise
                    # Something is no JSON: set it apart, line by line, and read the rest.
                    self._damaged |= self._reject_broken(checked)
                    continue
                told = explained(rows)
                if "object" not in checked and not told.all():
                    if "valid" not in checked:
                        # Where no column is asked for, the engine did not look whether it is JSON.
                        checked.add("valid")
                        self._reject(_broken(connection, self._lines))
                    checked.add("object")
                    self._reject(
                        _told(connection, self._lines, "json_type(text) <> 'OBJECT'", "JSON, but no object")
                    )
                    continue
                gap = self._lines["keys"].to_numpy() != told
                if gap.any():
                    connection.register("odd", rows.select(["unit"]).filter(pa.array(gap)))
                    wider = merged(
                        shape, self._exact_shape("(SELECT text FROM lines SEMI JOIN odd USING (unit))", 0)
                    )
                    connection.unregister("odd")
                    if wider != shape:
                        shape = wider
                        continue
                break
            self._shape = shape
            return rows
        finally:
            connection.unregister("lines")

    def _names(self, shape: dict[str, Any]) -> tuple[str, ...]:
        """What the leaves of a shape are called, in order."""
        return tuple(self._form.named([name for name, _ in leaves(shape)]))

    def _register(self, table: Any) -> None:
        """Make `lines` of the engine the lines of a table, in batches that it can take one by one."""
        import pyarrow as pa

        self._lines = pa.Table.from_batches(table.to_batches(max_chunksize=ROWS_AT_ONCE), schema=table.schema)
        self._reader.connection.register("lines", self._lines)

    def _reject_broken(self, checked: set[str]) -> bool:
        """Set apart lines that are no JSON: first of those that look so, then of all, and of all at once where some look
        otherwise; whether there were any. How far they are looked at is `checked` then."""
        odd = not self._hidden and "odd" not in checked
        checked.add("odd" if odd else "valid")
        found = self._reject(_broken(self._reader.connection, self._lines, odd=odd))
        self._hidden |= found and not odd
        return found

    def _reject(self, bad: pa.Table) -> bool:
        """Go on without these lines, each of which is a reject; whether there were any."""
        if bad.num_rows:
            self._set_apart(bad)
            self._register(_without(self._lines, bad))
        return bool(bad.num_rows)

    def _set_apart(self, bad: pa.Table) -> None:
        """Set lines apart, each as a reject with its reason."""
        if self._reader.turns and self._form.mixes:
            said = [text for text in bad["said"].to_pylist() if text[:1] not in ' \t"{[}],']
            if parts := formats_of(said, (self._reader.format,), self._reader.options.declared):
                raise Foreign(parts)
        for row in bad.to_pylist():
            text = row["said"].rstrip("\r\n")
            self._reader.reject(self._tally, row["unit"], row["byte"], row["length"], row["why"], text)

    def _exact_shape(self, relation: str, depth: int) -> dict[str, Any]:
        """Every key of these texts, nested as they are, told by the engine.

        A container in which more than 400 keys turn up (ids as keys) stays one JSON text, so nothing is lost.
        """
        connection = self._reader.connection
        counted = connection.execute(
            f"SELECT key, count(*) FROM (SELECT unnest(json_keys(text)) AS key FROM {relation} AS x) "
            f"GROUP BY key ORDER BY count(*) DESC, key"
        ).fetchall()
        if len(counted) > KEYS_AT_MOST:
            if depth:
                return {}
            self._reader.content.doubt.append(
                f"it has {len(counted):,} keys: the rarest are only in the evidence"
            )
            counted = counted[:KEYS_AT_MOST]
        shape: dict[str, Any] = {}
        for key, _ in sorted(counted):
            place = quote(pointer(key))
            inner = f"(SELECT json_extract(x.text, {place}) AS text FROM {relation} AS x)"
            found = connection.execute(
                f"SELECT bool_and(json_type(text) IN ('OBJECT', 'NULL')), bool_or(json_type(text) = 'OBJECT') "
                f"FROM {inner} AS y WHERE text IS NOT NULL"
            ).fetchone()
            nested = bool(found and found[0] and found[1]) and depth < 6
            kept = (
                self._exact_shape(
                    f"(SELECT text FROM {inner} AS z WHERE json_type(text) = 'OBJECT')", depth + 1
                )
                if nested
                else None
            )
            shape[key] = kept or None
        return shape


def table_of(chunk: Chunk) -> pa.Table:
    """The lines of a chunk that are not blank, as the engine takes them."""
    import pyarrow as pa

    columns = {"unit": chunk.unit, "byte": chunk.byte, "length": chunk.length}
    text = chunk.text
    if bool(chunk.blank.any()):
        which = np.flatnonzero(~chunk.blank)
        columns = {name: column[which] for name, column in columns.items()}
        text = text.take(pa.array(which))
    return pa.table({**columns, "text": text, "keys": _key_counts(text)})


def _key_counts(text: pa.LargeStringArray) -> Any:
    """How often `":` stands in each line: the number of its keys, where no string holds it."""
    data, offsets = bounds(text)
    # In pieces that stay in the processor's cache.
    found = []
    for low in range(0, len(data) - 1, _PIECE):
        piece = data[low : low + _PIECE + 1]
        found.append(np.flatnonzero((piece[:-1] == 34) & (piece[1:] == 58)) + low)
    marks = np.concatenate(found) if found else np.zeros(0, dtype=np.int64)
    return np.diff(np.searchsorted(marks, offsets)).astype(np.int32)


def _told(connection: duckdb.DuckDBPyConnection, lines: pa.Table, condition: str, reason: str) -> pa.Table:
    """The lines of which a condition holds, with a reason."""
    connection.register("asked", lines)
    try:
        return connection.execute(
            f"SELECT unit, byte, length, {quote(reason)} AS why, left(text, 2000) AS said FROM asked WHERE {condition} ORDER BY unit"
        ).to_arrow_table()
    finally:
        connection.unregister("asked")


def _broken(connection: duckdb.DuckDBPyConnection, lines: pa.Table, *, odd: bool = False) -> pa.Table:
    """The lines that are no JSON; only of those that look so, if `odd`."""
    import pyarrow as pa

    some = lines.filter(pa.array(_odd(lines))) if odd else lines
    return _told(connection, some, "NOT json_valid(text)", "no JSON")


def _without(lines: pa.Table, bad: pa.Table) -> pa.Table:
    """Lines without some, by their numbers: asking each a second time would cost as much as the first."""
    import pyarrow as pa

    if not bad.num_rows:
        return lines
    return lines.filter(pa.array(~np.isin(lines["unit"].to_numpy(), bad["unit"].to_numpy())))


def _odd(lines: pa.Table) -> Any:
    """Which lines do not begin and end as an object does, or have not as many keys as most."""
    data, offsets = bounds(one(lines["text"]))
    keys, ends = lines["keys"].to_numpy(), offsets[1:] - 1
    for sign in b"\n\r":
        ends = ends - (data[np.maximum(ends, offsets[:-1])] == sign)
    whole = (data[offsets[:-1]] == ord("{")) & (data[np.maximum(ends, offsets[:-1])] == ord("}"))
    return ~whole | (keys != np.bincount(keys).argmax())
