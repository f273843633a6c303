"""What formats of Kubernetes share: the name of a workload, told from the names of its pods and replica sets."""

from __future__ import annotations

import re

_TAIL = re.compile(r"-[0-9a-f]{6,10}-[a-z0-9]{5}$|-[0-9a-f]{8,10}$")


def workload(name: str) -> str:
    """The name without what a deployment puts behind it: indexer-6c8f7d9b5-x2x7p is indexer."""
    return _TAIL.sub("", name)
