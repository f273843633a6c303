"""The lines of a terminal in which somebody was asked for a command or a query."""

from __future__ import annotations

import re

#: Where somebody was asked: what follows is a query or a command.
_PROMPT = re.compile(
    r"^(?:\[[^\]]*@[^\]]*\][$#]|[\w.@:~/\\-]*[$#%]|(?:PS )?[A-Za-z]:\\[^>]*>|PS [^>]*>|[\w.\-]+(?:\[[^\]]*\])?(?:[=\-'\"*(]*[>#])|SQL>|>>>|(?:\d+)?>)(?:\s|$)"
)
#: Lines above a table that a terminal shows: the prompt, and a query of some lines.
ABOVE_AT_MOST = 60


def asked(line: str) -> bool:
    """Whether a line begins with a prompt."""
    return bool(_PROMPT.match(line))
