"""What formats of Kubernetes share: the name of a workload, told from the names of its pods and replica sets."""

from __future__ import annotations

import re

_TAIL = re.compile(r"-[0-9a-f]{6,10}-[a-z0-9]{5}$|-[0-9a-f]{8,10}$")


def workload(name: str) -> str:
    """The name without what a deployment puts behind it: indexer-6c8f7d9b5-x2x7p is indexer."""
    return _TAIL.sub("", name)


_COMMANDED = re.compile(r"^(?:\S+ )?\S*[$#%>❯] +(?:sudo +|watch +)?[a-z][\w./-]*(?: .*)?$")


def commanded(line: str) -> bool:
    """Whether a line is a prompt with a command, as it is copied with what the command printed."""
    return bool(_COMMANDED.match(line))


def prompted(line: str) -> bool:
    """Whether a line is a prompt with nothing behind it."""
    return bool(re.match(r"^(?:\S+ )?\S*[$#%>❯]\s*$", line))


def below_command(lines: list[str]) -> list[str]:
    """The lines below the prompt with the command that printed them, where one stands above."""
    return lines[1:] if lines and commanded(lines[0]) else lines
