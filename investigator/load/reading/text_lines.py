"""Lines by a pattern: those that match begin events, others join the one above, or are rejects."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from investigator.load.fast.buffers import bounds, one, plain
from investigator.load.fast.heads import Heads
from investigator.load.reading.foreign import look, outside_brackets
from investigator.load.reading.reader import Reader, ahead
from investigator.load.split import Chunk, chunks
from investigator.load.sql import quote
from investigator.load.tally import Tally
from investigator.sources._format import ANSI, Lines

if TYPE_CHECKING:
    import pyarrow as pa

EVENT_BYTES_AT_MOST = 1 << 20  # of one event with the lines that joined it
#: Groups of a pattern that are a text also where they are empty.
_NEVER_NULL = ("body", "time")
#: How a terminal's colours begin: they are no part of what a line says.
COLOURS = b"\x1b["


class TextReader:
    """Reads lines chunk by chunk; the last event of a chunk waits for the lines that may join it."""

    def __init__(self, reader: Reader, form: Lines) -> None:
        self._reader, self._form = reader, form
        self._tally = Tally(reader.name)
        self._heads = Heads(form.pattern, form.groups, joins=form.joins, never_null=_NEVER_NULL)
        self._started = False  # whether an event has begun

    def read(self) -> Tally:
        """Read it all."""
        content = self._reader.content
        held: tuple[Chunk, Any, Any] | None = None
        blocks = self._reader.whole(chunks(content.blocks(), doubt=content.doubt), self._form.cut)
        for chunk, starts, known in ahead(self._begun(chunk) for chunk in blocks):
            self._reader.count(self._tally, chunk)
            if not len(chunk):
                continue
            if held is not None:
                chunk = _joined(held[0], chunk)
                starts = np.concatenate([held[1], starts])
                alike = known is not None and held[2] is not None and held[2].shape[1:] == known.shape[1:]
                known = np.concatenate([held[2], known]) if alike else None
            held = self._chunk(chunk, starts, known, last=False)
        if held is not None:
            self._chunk(*held, last=True)
        return self._tally

    def _begun(self, chunk: Chunk) -> tuple[Chunk, Any, Any]:
        """A chunk, which of its lines begin an event, and the lengths of their heads where these are known."""
        import pyarrow as pa
        import pyarrow.compute as pc

        if COLOURS in self._reader.head.data:
            chunk.text = uncoloured(chunk.text)
        lengths = self._heads.lengths(chunk.text)
        if lengths is not None:
            starts = lengths[:, -1] > 0
            if lengths.shape[1] > 1 and not starts.all():
                # A line whose pieces don't fit one behind the other may fit as a whole.
                rest = np.flatnonzero(~starts)
                texts = chunk.text.take(pa.array(rest))
                starts[rest] = pc.match_substring_regex(texts, self._form.pattern).to_numpy(
                    zero_copy_only=False
                )
            return chunk, starts & ~chunk.blank, lengths
        starts = pc.match_substring_regex(chunk.text, self._form.pattern).to_numpy(zero_copy_only=False)
        return chunk, starts & ~chunk.blank, None

    def _chunk(self, chunk: Chunk, starts: Any, known: Any, *, last: bool) -> tuple[Chunk, Any, Any] | None:
        """Keep the events of a chunk; gives what of it waits for the next one."""
        import pyarrow as pa
        import pyarrow.compute as pc

        tally, form = self._tally, self._form
        if form.joins:
            starts = outside_brackets(chunk, starts)
        header = np.zeros(len(chunk), dtype=bool)
        if form.headers:
            header = (
                pc.match_substring_regex(chunk.text, form.headers).to_numpy(zero_copy_only=False) & ~starts
            )
            header &= ~chunk.blank
        held = None
        rest = ~starts & ~header & ~chunk.blank
        if "time" in form.groups and self._reader.turns and rest.any():
            rest = outside_brackets(chunk, starts, rest)
            if form.goes_on:
                rest &= ~pc.match_substring_regex(chunk.text, form.goes_on).to_numpy(zero_copy_only=False)
            look(chunk, rest, (self._reader.format,), self._reader.options.declared)
        first = np.flatnonzero(starts)
        if form.joins and not last and len(first):
            # The last event may go on in the next chunk: it waits, unless it is long already.
            cut = int(first[-1])
            if int(chunk.length[cut:].sum()) < EVENT_BYTES_AT_MOST:
                held = (
                    _part(chunk, cut, len(chunk)),
                    starts[cut:],
                    None if known is None else known[cut:],
                )
                chunk = _part(chunk, 0, cut)
                starts, header, first = starts[:cut], header[:cut], first[:-1]
        tally.structure("header", int(header.sum()))
        other = ~starts & ~header & ~chunk.blank
        ends = _ends_of(form, chunk, first, header, other)
        for index in _outside(other, first, ends):
            reason = "not as the other lines are"
            if form.joins and (not len(first) or index < first[0]):
                reason = "no time at its beginning, and no event above it to join"
                if self._started and not form.continues:
                    reason = f"it goes on an event that is over {EVENT_BYTES_AT_MOST >> 20} MB already"
            elif form.joins:
                reason = "it begins no event, and goes on none"
            text = chunk.text[int(index)].as_py().rstrip("\r\n")
            place = (chunk.unit[index], chunk.byte[index], chunk.length[index])
            self._reader.reject(tally, *place, reason, text)
            other[index] = False
        if len(first):
            # The lines of an event lie side by side in one buffer: joining them copies nothing.
            _, offsets = bounds(chunk.text)
            low, high = offsets[first], offsets[ends]
            last_line = ends - 1
            while form.joins and bool((chunk.blank[last_line] & (last_line > first)).any()):
                last_line = np.where(chunk.blank[last_line] & (last_line > first), last_line - 1, last_line)
            if form.joins:
                # A blank line inside an event is part of it; those after its end are blank.
                joined = int((last_line - first).sum())
                tally.joined += joined
                tally.structure("blank", int(other.sum()) - joined)
            high = offsets[last_line + 1]
            data = chunk.text.buffers()[2]
            texts = _slices(data, low, np.minimum(high, low + EVENT_BYTES_AT_MOST))
            table = pa.table(
                {
                    "unit": chunk.unit[first],
                    "units": (last_line - first + 1).astype(np.int64),
                    "byte": chunk.byte[first],
                    "text": texts,
                }
            )
            rows = self._captured(table, None if known is None else known[first])
            tally.used += rows.num_rows
            self._reader.events(tally, tuple(form.groups), rows)
        self._started |= bool(len(first))
        return held

    def _captured(self, table: pa.Table, lengths: Any) -> pa.Table:
        """Rows of what the pattern captures of each event."""
        import pyarrow as pa
        import pyarrow.compute as pc

        found = None
        texts = one(table["text"])
        several = table["units"].to_numpy() > 1
        while found is None and self._heads.worth and len(texts):
            if lengths is None or lengths.shape[1] != self._heads.pieces:
                lengths = self._heads.lengths(texts)  # this way of cutting heads is new
            elif several.any():
                # What joins a line may be part of its head.
                lengths = lengths.copy()
                lengths[several] = self._heads.lengths(texts.filter(pa.array(several)))
            found = self._heads.columns(texts, lengths)
            several = several[:0]
        if found is None:
            return self._by_engine(table)
        columns, right = found
        rows = table.select(["unit", "units", "byte"])
        if not right.all():
            wrong = pa.array(~right)
            others = self._by_engine(table.filter(wrong))
            columns = [
                pc.replace_with_mask(plain(column), wrong, one(others[f"f{i}"]).cast(pa.string()))
                for i, column in enumerate(columns)
            ]
        for i, column in enumerate(columns):
            rows = rows.append_column(f"f{i}", column)
        return rows

    def _by_engine(self, table: pa.Table) -> pa.Table:
        """Rows of what the pattern captures of each event, found by the engine line by line."""
        form, groups, connection = self._form, self._form.groups, self._reader.connection
        pattern = form.pattern.replace("(?P<body>.*)", "(?P<body>(?s:.*))") if form.joins else form.pattern
        names = ", ".join(quote(group) for group in groups)
        # `-` is how access logs and syslog say nothing.
        columns = ", ".join(
            f'g."{group}" AS f{i}'
            if group in ("body", "time")
            else f"nullif(nullif(g.\"{group}\", ''), '-') AS f{i}"
            for i, group in enumerate(groups)
        )
        connection.register("lines", table)
        try:
            return connection.execute(
                f"SELECT unit, units, byte, {columns} FROM (SELECT unit, units, byte, "
                f"regexp_extract(text, {quote(pattern)}, [{names}]) AS g FROM lines)"
            ).to_arrow_table()
        finally:
            connection.unregister("lines")


def _ends_of(form: Lines, chunk: Chunk, first: Any, header: Any, other: Any) -> Any:
    """Behind the last line of each event: the next event, a header, or a line that goes on none."""
    if not form.joins:
        return first + 1
    import pyarrow.compute as pc

    stops = header
    if form.continues:
        goes_on = pc.match_substring_regex(chunk.text, form.continues).to_numpy(zero_copy_only=False)
        stops = header | (other & ~goes_on)
    at = np.append(np.flatnonzero(stops), len(chunk))
    return np.minimum(np.append(first[1:], len(chunk)), at[np.searchsorted(at, first)])


def _outside(lines: Any, first: Any, ends: Any) -> Any:
    """Which of these lines lie in no event: between none's first line and its end."""
    if not lines.any():
        return ()
    step = np.zeros(len(lines) + 1, dtype=np.int64)
    step[first] += 1
    step[ends] -= 1
    return np.flatnonzero(lines & ~(np.cumsum(step[:-1]) > 0))


def uncoloured(text: pa.LargeStringArray) -> pa.LargeStringArray:
    """Texts without what a terminal makes colours of."""
    import pyarrow.compute as pc

    return pc.replace_substring_regex(text, ANSI, "")


def _part(chunk: Chunk, low: int, high: int) -> Chunk:
    return Chunk(
        chunk.unit[low:high],
        chunk.byte[low:high],
        chunk.length[low:high],
        chunk.text.slice(low, high - low),
        chunk.blank[low:high],
        [],
    )


def _joined(first: Chunk, second: Chunk) -> Chunk:
    import pyarrow as pa

    return Chunk(
        np.concatenate([first.unit, second.unit]),
        np.concatenate([first.byte, second.byte]),
        np.concatenate([first.length, second.length]),
        pa.concat_arrays([first.text, second.text]),
        np.concatenate([first.blank, second.blank]),
        [],
    )


def _slices(data: Any, low: Any, high: Any) -> Any:
    """Texts that are slices of one buffer: neighbours share offsets where they touch, else they are copied."""
    import pyarrow as pa

    if len(low) and bool((high[:-1] == low[1:]).all()):
        offsets = np.append(low, high[-1:]).astype(np.int64)
        return pa.LargeStringArray.from_buffers(len(low), pa.py_buffer(offsets.tobytes()), data)
    view = memoryview(data)
    texts = [
        bytes(view[a:b]).decode("utf-8", errors="ignore")
        for a, b in zip(low.tolist(), high.tolist(), strict=True)
    ]
    return pa.array(texts, type=pa.large_string())
