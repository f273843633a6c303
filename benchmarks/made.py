"""Log lines made for measuring: like a platform's, flat in memory, from a seed."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random

_SAID = (
    "received {id} from {customer}",
    "stored object for {id} in {took} ms",
    "scanning document {id}",
    "document {id} is clean",
    "indexed document {id}",
    "query returned {took} hits",
    "health check passed in {took} ms",
)
_SERVICES = ("upload", "storage", "scan", "indexer", "search", "filing")


def write_logs(path: Path, rows: int, *, seed: int = 7) -> None:
    """JSON lines in time order: time, level, service, message, trace id, nested http, a few attributes."""
    random = Random(seed)
    start = datetime(2026, 6, 15, tzinfo=UTC)
    with open(path, "w", encoding="utf-8") as stream:
        for first in range(0, rows, 10_000):
            lines = []
            for number in range(first, min(first + 10_000, rows)):
                at = start + timedelta(milliseconds=number * 40)
                identifier = f"DOC-{random.randrange(1000, 1000 + max(rows // 10, 1000))}"
                said = _SAID[number % len(_SAID)].format(
                    id=identifier, customer=f"CUST-{number % 40:04d}", took=number % 97
                )
                lines.append(
                    json.dumps(
                        {
                            "time": at.strftime("%Y-%m-%dT%H:%M:%S.%f")[:-3] + "Z",
                            "level": "error" if number % 997 == 0 else "info",
                            "service": _SERVICES[number % 6],
                            "message": said,
                            "trace_id": f"{random.getrandbits(128):032x}",
                            "http": {
                                "method": "GET",
                                "status": 200 if number % 50 else 500,
                                "took": number % 97,
                            },
                            "worker": number % 8,
                        }
                    )
                )
            stream.write("\n".join(lines) + "\n")
