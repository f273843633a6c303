"""Trace ids as headers, agents and log lines write them, made the id that spans have.

A traceparent, X-Ray's Root=, a Cloud Trace context and Datadog's decimal number each hold an id inside; and a line of
text may say one where no column does. What the first rows show is looked for in all; nothing else costs time.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from investigator import re2
from investigator.load.sql import quote

#: What a column of trace ids may hold around the id, as RE2; the first group is the id.
_AROUND = (
    r"^[0-9a-f]{2}-([0-9a-f]{32})-[0-9a-f]{16}-[0-9a-f]{2}",  # W3C: traceparent
    r"(?:^|;)Root=(1-[0-9a-f]{8}-[0-9a-f]{24})",  # AWS X-Ray
    r"^(?:projects/[^/]+/traces/)?([0-9a-f]{32})/\d+",  # Google's X-Cloud-Trace-Context
    r"^projects/[^/]+/traces/([0-9a-f]{32})$",
    r"^([0-9a-f]{16,32}):[0-9a-f]{1,16}:[0-9a-f]{1,16}:\d+$",  # Jaeger's uber-trace-id
    r"^([0-9a-f]{16,32})-[0-9a-f]{16}(?:-[01d])?(?:-[0-9a-f]{16})?$",  # B3 in one header
)
#: Where a line says its trace, best first.
_SAID = (
    r"(?i)\btrace[_.-]?id\\*[\"']?\s*[=:]\s*\\*[\"']?([0-9a-f]{16,32})\b",
    r"\b00-([0-9a-f]{32})-[0-9a-f]{16}-[0-9a-f]{2}\b",
    r"\bRoot=(1-[0-9a-f]{8}-[0-9a-f]{24})\b",
    r"\[[\w.-]*,([0-9a-f]{16,32}),[0-9a-f]{16}(?:,(?:true|false)?)?\]",  # Spring Cloud Sleuth
    r"\[([0-9a-f]{32})-[0-9a-f]{16}\]",  # Spring Boot 3
    r"(?i)\bdd\.trace_id[\"']?\s*[=:]\s*[\"']?(\d{12,20})\b",
    r"(?i)\b(?:x[_-])?(?:request|correlation|req)[_-]?id[\"']?\s*[=:]\s*[\"']?([0-9a-zA-Z][\w.-]{7,63})",
)
#: Datadog writes the lower 64 bits as a decimal number; spans have them in hex.
_DECIMAL = re.compile(r"^\d{17,20}$")


@dataclass(frozen=True)
class Traced:
    """How a source's rows say their trace: what stands around it in its column, and where its text has it."""

    around: tuple[str, ...] = ()
    said: tuple[str, ...] = ()
    decimal: bool = False


def told(bodies: Sequence[str], ids: Sequence[str]) -> Traced:
    """How traces are said, by some of the texts and some of the values of the column of ids."""
    texts = [text[:2000] for text in bodies]
    said = tuple(shape for shape in _SAID if any(re2.matches(shape, texts)))
    return Traced(
        tuple(shape for shape in _AROUND if any(re.search(shape, value) for value in ids)),
        said,
        any(_DECIMAL.match(value) for value in ids) or _SAID[5] in said,
    )


def sql(columns: Sequence[str], body: str | None, traced: Traced) -> list[str]:
    """The expressions for a row's trace id, best first: those of its columns, and what its text says."""
    found = []
    for column in columns:
        inner = [f"nullif(regexp_extract({column}, {quote(shape)}, 1), '')" for shape in traced.around]
        found.append(f"coalesce({', '.join([*inner, column])})" if inner else column)
    if body:
        found += [f"nullif(regexp_extract({body}, {quote(shape)}, 1), '')" for shape in traced.said]
    return [_hex(column) for column in found] if traced.decimal else found


def _hex(column: str) -> str:
    return (
        f"CASE WHEN regexp_full_match({column}, '\\d{{17,20}}') AND try_cast({column} AS UBIGINT) IS NOT NULL "
        f"THEN lpad(lower(hex(try_cast({column} AS UBIGINT))), 16, '0') ELSE {column} END"
    )
