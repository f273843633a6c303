"""OpenTelemetry's severities, 1 to 24, out of the words, numbers and statuses that sources write."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from investigator.events import schema
from investigator.load.fast.buffers import one
from investigator.load.plan import Plan
from investigator.load.roles import plain

if TYPE_CHECKING:
    import pyarrow as pa

#: pino and bunyan count by tens; syslog and journald from 7 (debug) down to 0 (emergency).
_PINO = {10: 1, 20: 5, 30: 9, 40: 13, 50: 17, 60: 21}
_SYSLOG = {0: 24, 1: 22, 2: 21, 3: 17, 4: 13, 5: 10, 6: 9, 7: 5}
#: What glog, klog and logcat put in place of a word.
_LETTERS = {"T": 1, "V": 1, "D": 5, "I": 9, "N": 10, "W": 13, "E": 17, "C": 21, "F": 21}


def numbers(plan: Plan, table: pa.Table) -> pa.Array:
    """OpenTelemetry's 1 to 24 for each row: by number where there is one, by word, by an access log's status."""
    import pyarrow as pa
    import pyarrow.compute as pc

    rows = table.num_rows
    by_number = by_word = by_status = None
    if "severity_number" in table.column_names:
        by_number = _looked_up(table["severity_number"], _otel)
    if "severity_text" in table.column_names:
        counted = _syslog if _priority(plan) else _pino
        own = {word.lower(): number for word, number in plan.levels.items()}
        by_word = _looked_up(
            table["severity_text"], lambda text: own.get(text.strip().lower()) or _word(text) or counted(text)
        )
    if plan.roles.kind == "access":
        by_status = _by_status(plan, table)
    found = [item for item in (by_number, by_word, by_status) if item is not None]
    if not found:
        return pa.nulls(rows, pa.int8())
    return found[0] if len(found) == 1 else pc.coalesce(*found)


#: What an answer's status is called, best first; then whatever has the word in it.
_STATUS = (
    "status",
    "scstatus",
    "downstreamstatus",
    "edgeresponsestatus",
    "statuscode",
    "responsecode",
    "httpstatuscode",
)


def _by_status(plan: Plan, table: pa.Table) -> pa.Array | None:
    """Severities from the first column that is called a status and holds such numbers."""
    named = [(plain(key), i) for i, key in enumerate(plan.kept)]
    chosen = [i for word in _STATUS for name, i in named if name == word]
    for i in [*chosen, *(i for name, i in named if "status" in name and i not in chosen)]:
        found = _looked_up(table[f"a{i}"], _status)
        if found.null_count < len(found):
            return found
    return None


def _looked_up(column: pa.ChunkedArray, number: Callable[[str], int | None]) -> pa.Array:
    """A function of a text column, called once for each distinct text."""
    import pyarrow as pa

    encoded = one(column).dictionary_encode()
    values = pa.array(
        [number(text) if text is not None else None for text in encoded.dictionary.to_pylist()], pa.int8()
    )
    return values.take(encoded.indices)


def _word(text: str) -> int | None:
    word = text.strip().strip("[]<>():").lower()
    return schema.SEVERITY_WORDS.get(word) or _LETTERS.get(text.strip())


def _whole(text: str) -> int | None:
    try:
        return int(float(text)) if len(text) < 12 else None
    except (ValueError, OverflowError):
        return None


def _otel(text: str) -> int | None:
    number = _whole(text)
    return number if number is not None and 1 <= number <= 24 else None


def _pino(text: str) -> int | None:
    number = _whole(text)
    if number is None or number < 10:
        return _SYSLOG.get(number) if number is not None else None
    return _PINO.get(number // 10 * 10)


def _syslog(text: str) -> int | None:
    number = _whole(text)
    return _SYSLOG[number % 8] if number is not None and 0 <= number <= 191 else None


def _status(text: str) -> int | None:
    number = _whole(text)
    if number is None or not 100 <= number < 1000:
        return None
    return 17 if number >= 500 else 13 if number >= 400 else 9


def _priority(plan: Plan) -> bool:
    key = plan.roles.of.get("severity_text", "").lower()
    return key in ("priority", "syslog_severity", "syslogpriority")
