"""The name of a log line's kind: 12 hex of md5 of its body with the variable parts masked.

The same expression in DuckDB (at load) and in Python (for one line). The version is in the manifest: when the
mask changes, names change, and a case loaded with the old one says so. Masking numbers and ids before hashing is
the first step of every log parser since SLCT (Vaarandi 2003); mined templates are a second table, recomputed.
"""

from __future__ import annotations

import hashlib
import re

VERSION = 1

#: RE2 syntax, applied in order. Only the first line of a body is masked: a stack trace has its message's name.
#: Any word that holds a digit is a variable part. One pattern instead of twelve: five times quicker, and an id
#: of a shape that nobody foresaw is masked too.
PATTERNS: tuple[tuple[str, str], ...] = ((r"[A-Za-z0-9_.:+/%@#-]*[0-9][A-Za-z0-9_.:+/%@#-]*", "#"),)


def masked(body: str) -> str:
    """The first line of a body with its variable parts masked, at most 300 characters of it."""
    text = body.split("\n", 1)[0][:300]
    for pattern, replacement in PATTERNS:
        text = re.sub(pattern, replacement, text)
    return text


def name(body: str) -> str:
    """The name of a log line's kind: 12 hex."""
    return hashlib.md5(masked(body).encode(), usedforsecurity=False).hexdigest()[:12]


def sql(column: str) -> str:
    """The name of a body as a DuckDB expression over that column."""
    text = f"substr(split_part({column}, chr(10), 1), 1, 300)"
    for pattern, replacement in PATTERNS:
        text = f"regexp_replace({text}, '{pattern}', '{replacement}', 'g')"
    return f"substr(md5({text}), 1, 12)"


#: A word with three figures or more in a row, or with figures and letters in turn: it tells one thing from another.
_ONE = re.compile(r"[\w/.:#-]*(?:\d{3}|\d[A-Za-z]+\d[A-Za-z]+\d)[\w/:#-]*(?:\.\w+)*")


def of_any(text: str) -> str:
    """What a message says of any thing: what names the one that it was written of is left out."""
    return _ONE.sub("…", text.split("\n", 1)[0].strip())
