"""The word for a severity inside a line of text, where no column holds it."""

from __future__ import annotations

import re

_CAPITALS = (
    "TRACE|VERBOSE|DEBUG|INFO|INFORMATION|NOTICE|WARN|WARNING|ERROR|ERR|SEVERE|CRITICAL|CRIT|FATAL|ALERT|EMERG|"
    "EMERGENCY|PANIC|FEHLER|WARNUNG|HINWEIS|ERREUR|AVERTISSEMENT"
)
#: In capitals anywhere near the beginning; in small letters only where it stands in brackets, before a colon, or first.
_WORD = re.compile(
    rf"(?<![\w/.-])(?P<capital>{_CAPITALS})(?![\w/])"
    r"|[\[(<|](?P<inside>(?i:trace|verbose|debug|info|information|notice|warn|warning|error|err|severe|critical|crit|fatal|alert|emerg))\s*[\])>|]"
    r"|^(?P<first>(?i:trace|debug|info|notice|warn|warning|error|err|critical|crit|fatal|panic))\b(?:\s*:|\s+(?=\S))"
    r"|\b(?P<before>(?i:warning|error|fatal|panic|fehler|warnung|erreur)) ?:"
    r"|\b(?:level|lvl|severity)=\"?(?P<key>[A-Za-z]{3,11})"
    r"|^\S{0,20}?\s*(?<![\w.])(?P<letter>[VDIWEF])(?=\s+[\w.\[/-])"
)


def level_in(text: str) -> str | None:
    """The first word for a severity in the first 160 characters, as it is written; None where there is none."""
    match = _WORD.search(text[:160].partition("\n")[0])
    return match[match.lastgroup or 0] if match else None
