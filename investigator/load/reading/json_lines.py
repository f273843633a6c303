"""One JSON object a line: lines of one shape become columns in one pass of the engine."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from investigator.load.direct import ROWS_AT_ONCE
from investigator.load.fast.buffers import bounds
from investigator.load.reading.foreign import Foreign, formats_of
from investigator.load.reading.reader import Reader, ahead
from investigator.load.reading.shapes import headed, leaves, merged, pointer, rows_of
from investigator.load.split import Chunk, chunks
from investigator.load.sql import quote
from investigator.load.tally import Tally
from investigator.sources._format import JsonLines

if TYPE_CHECKING:
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
        self._damaged = False  # whether a block of JSON lines had some that are none

    def read(self) -> Tally:
        """Read it all."""
        content = self._reader.content
        blocks = self._reader.whole(chunks(content.blocks(), doubt=content.doubt), self._form.cut)
        for chunk, lines in ahead((chunk, table_of(chunk)) for chunk in blocks):
            self._reader.count(self._tally, chunk)
            if lines.num_rows:
                self._chunk(lines)
        return self._tally

    def _chunk(self, lines: pa.Table) -> None:
        """Events of one chunk of JSON lines."""
        rows, tally = self._rows(lines), self._tally
        if rows is not None and tally.plan is not None:
            tally.used += rows.num_rows
            self._reader.known(tally, rows)

    def _rows(self, table: pa.Table) -> pa.Table | None:
        """Rows of the lines of a chunk, in one pass of the engine where every line is as its columns say; None of none.

        A line whose count of keys (`":`) is what its columns explain is complete. The others (nulls, lists of
        objects, and keys that the shape lacks) are looked at key by key, and the shape grows where it must.
        """
        import duckdb
        import pyarrow.compute as pc

        connection = self._reader.connection
        self._register(table)
        shape = self._shape
        checked: set[str] = set()
        try:
            if self._damaged:
                # Where one block had broken lines others have them: looking first costs less than failing first.
                checked.add("valid")
                self._reject_lines("NOT json_valid(text)", "'no JSON'")
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
                    checked.add("valid")
                    self._damaged = self._reject_lines("NOT json_valid(text)", "'no JSON'")
                    continue
                if "object" not in checked and pc.any(rows["empty"]).as_py():
                    if "valid" not in checked:
                        # Where no column is asked for, the engine did not look whether it is JSON.
                        checked.add("valid")
                        self._reject_lines("NOT json_valid(text)", "'no JSON'")
                    checked.add("object")
                    self._reject_lines("json_type(text) <> 'OBJECT'", "'JSON, but no object'")
                    continue
                if pc.any(rows["gap"]).as_py():
                    connection.register("odd", rows.filter(rows["gap"]).select(["unit"]))
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

    def _reject_lines(self, condition: str, reason: str) -> bool:
        """Set apart the lines of which a condition holds, each as a reject with its reason; whether there were any."""
        import pyarrow as pa

        bad = self._reader.connection.execute(
            f"SELECT unit, byte, length, {reason} AS why, left(text, 2000) AS said FROM lines WHERE {condition} ORDER BY unit"
        ).to_arrow_table()
        if not bad.num_rows:
            return False
        if self._reader.turns and self._form.mixes:
            said = [text for text in bad["said"].to_pylist() if text[:1] not in ' \t"{[}],']
            if parts := formats_of(said, (self._reader.format,), self._reader.options.declared):
                raise Foreign(parts)
        for row in bad.to_pylist():
            text = row["said"].rstrip("\r\n")
            self._reader.reject(self._tally, row["unit"], row["byte"], row["length"], row["why"], text)
        # By their numbers: asking each line a second time would cost as much as the first.
        good = ~np.isin(self._lines["unit"].to_numpy(), bad["unit"].to_numpy())
        self._register(self._lines.filter(pa.array(good)))
        return True

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
