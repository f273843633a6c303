"""Prometheus' HTTP API: a range query, in pages of time, kept as one answer of the same shape.

https://prometheus.io/docs/prometheus/latest/querying/api/#range-queries
"""

from __future__ import annotations

import base64
import json
import math
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.error import HTTPError, URLError
from urllib.parse import unquote, urlencode, urlsplit, urlunsplit
from urllib.request import HTTPRedirectHandler, Request, build_opener

from investigator.connect.address import Address
from investigator.connect.answer import Answer
from investigator.errors import DataError, ParameterError

#: Points a series that one request may have; Prometheus itself refuses more than 11,000.
POINTS_A_PAGE = 10_000
POINTS_BY_DEFAULT = 1_000
LEAST_STEP = 15.0
BYTES_AT_MOST = 256 << 20


def ask(
    where: Address,
    query: str,
    target: Path,
    *,
    window: tuple[datetime, datetime] | None,
    limit: int,
    seconds: float,
    step: float | None = None,
    progress: Callable[[int, int, str], None] | None = None,
) -> Answer:
    """Write the samples of a range query to `target`, a matrix as Prometheus gives it.

    Without a `step`, a thousand points over the window, at least 15 seconds apart. DataError where the server can't be
    reached or refuses the query.
    """
    if window is None:
        raise ParameterError(
            "Metrics are asked for a window, and there is none.", "", "Give from when to when."
        )
    start, end = (at.astimezone(UTC).timestamp() for at in window)
    step = step or max(LEAST_STEP, math.ceil((end - start) / POINTS_BY_DEFAULT))
    number = math.floor((end - start) / step) + 1
    series: dict[str, tuple[dict[str, str], list[list[Any]]]] = {}
    limits: list[str] = []
    samples = 0
    for first in range(0, number, POINTS_A_PAGE):
        last = min(first + POINTS_A_PAGE, number) - 1
        answer = _page(where, query, start + first * step, start + last * step, step, seconds)
        limits += [f"Prometheus warns: {text}" for text in answer.get("warnings", ())]
        for one in answer["data"]["result"]:
            labels = one["metric"]
            values = series.setdefault(json.dumps(labels, sort_keys=True), (labels, []))[1]
            values += one["values"]
            samples += len(one["values"])
        if progress is not None:
            progress(last + 1, number, f"{samples:,} samples")
        if samples > limit:
            break
    complete = samples <= limit
    if not complete:
        samples, until = _cut(series, limit)
        limits.insert(
            0,
            f"Cut at {limit:,} samples, whole before {datetime.fromtimestamp(until, UTC):%Y-%m-%d %H:%M:%S} UTC."
            " Narrow the window, or take a longer step.",
        )
    result = [{"metric": labels, "values": values} for labels, values in series.values() if values]
    text = json.dumps(
        {"status": "success", "data": {"resultType": "matrix", "result": result}}, ensure_ascii=False
    )
    target.write_text(text + "\n", encoding="utf-8")
    return Answer(samples, complete, tuple(dict.fromkeys(limits)), {"step": step})


def _cut(series: dict[str, tuple[dict[str, str], list[list[Any]]]], limit: int) -> tuple[int, float]:
    """Keep at most so many samples: all before one moment and none from then on, so that no series looks silent."""
    times = sorted(float(at) for _, values in series.values() for at, _ in values)
    until = times[limit]
    kept = 0
    for _, values in series.values():
        values[:] = [sample for sample in values if float(sample[0]) < until]
        kept += len(values)
    return kept, until


class _NoRedirect(HTTPRedirectHandler):
    """A password is sent to the host that it was given for, and to no other."""

    def redirect_request(self, *_: Any, **__: Any) -> None:
        return None


def _page(
    where: Address, query: str, start: float, end: float, step: float, seconds: float
) -> dict[str, Any]:
    parts = urlsplit(where.url)
    host = parts.netloc.rpartition("@")[2]
    url = urlunsplit((parts.scheme, host, f"{parts.path.rstrip('/')}/api/v1/query_range", "", ""))
    asked = {"query": query, "start": f"{start:.3f}", "end": f"{end:.3f}", "step": f"{step:g}"}
    asked["timeout"] = f"{math.ceil(seconds)}s"
    request = Request(url, urlencode(asked).encode(), {"Accept": "application/json"})
    if parts.password and parts.username == "bearer":
        request.add_header("Authorization", f"Bearer {unquote(parts.password)}")
    elif parts.password:
        pair = f"{unquote(parts.username or '')}:{unquote(parts.password)}"
        request.add_header("Authorization", "Basic " + base64.b64encode(pair.encode()).decode())
    try:
        with build_opener(_NoRedirect).open(request, timeout=seconds + 5) as response:
            body = response.read(BYTES_AT_MOST + 1)
    except HTTPError as error:
        with error:
            raise _refused(where, error.code, error.read(20_000)) from None
    except (URLError, OSError) as error:
        reason = where.without_secrets(str(getattr(error, "reason", error)))
        raise DataError(
            f"{where} can't be reached: {reason}.",
            "Nothing was fetched.",
            "Check the address and the network.",
        ) from None
    if len(body) > BYTES_AT_MOST:
        raise DataError(
            f"{where} answered with more than {BYTES_AT_MOST >> 20} MB.",
            "Nothing was fetched.",
            "Take a longer step.",
        )
    try:
        answer = json.loads(body)
        if answer["status"] != "success" or answer["data"]["resultType"] != "matrix":
            raise ValueError("no matrix")
        return answer
    except (ValueError, KeyError, TypeError):
        raise _refused(where, 200, body) from None


def _refused(where: Address, code: int, body: bytes) -> DataError:
    try:
        said = str(json.loads(body)["error"])
    except (ValueError, KeyError, TypeError):
        said = "this is no answer of Prometheus"
    said = where.without_secrets(said)[:300]
    return DataError(
        f"{where} refused ({code}): {said}.",
        "Nothing was fetched.",
        "Correct the query, the address or the account.",
    )
