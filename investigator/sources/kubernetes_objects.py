"""Objects of a cluster as `kubectl get -o yaml` writes them: one, several between lines of dashes, or a List of them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

from investigator.sources._format import Head, Readable, Record, Records, Sure, at, flat, own
from investigator.sources._kubernetes import event_fields, workload

EXAMPLE = """\
apiVersion: v1
kind: Pod
metadata:
  name: indexer-6c8f7d9b5-x2x7p
  namespace: prod
status:
  phase: Running
  startTime: "2026-06-17T07:00:00Z"
  containerStatuses:
  - name: indexer
    restartCount: 3
    state:
      waiting:
        reason: CrashLoopBackOff
    lastState:
      terminated:
        exitCode: 137
        reason: OOMKilled
        finishedAt: "2026-06-17T07:14:07Z"
"""
EXPECT = {
    "events": 3,
    "kind": "log",
    "time": "2026-06-17T07:00:00",
    "severity": 9,
    "service": "indexer",
    "body": "Pod indexer-6c8f7d9b5-x2x7p: startTime",
}

OBJECT_AT_MOST, VALUES_AT_MOST = 16 << 20, 20_000
_RULE = re.compile(r"^---(?:\s|$)")
_INSTANT = re.compile(r"^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d+)?Z$")
_BAD = re.compile(r"BackOff|Err|Fail|OOM|Evicted|NotReady|Unknown|Lost|Unhealthy")


def sure(head: Head) -> Sure:
    """Keys of an object of Kubernetes, at the beginning of lines, in YAML."""
    lines = [line for line in head.lines if not line.startswith("#")]
    keys = {line.split(":")[0] for line in lines if re.match(r"^[A-Za-z]\w*:", line)}
    found = {"apiVersion", "kind"} <= keys and bool({"metadata", "items"} & keys)
    first = bool(lines) and bool(re.match(r"^(?:---|%YAML|apiVersion:|kind:|items:|metadata:)", lines[0]))
    return Sure(0.97 if found and first else 0.0, "objects of a cluster in YAML")


def read(path: Path, content: Readable) -> Iterator[Record]:
    """An object over all its lines: its state, and an event for each time that its state names."""
    held: list[tuple[int, int, str]] = []
    begun = 1
    for unit, (byte, raw) in enumerate(content.lines(), start=1):
        line = raw.decode("utf-8", errors="backslashreplace")
        if _RULE.match(line):
            yield from _document(held, begun)
            held = []
            yield Record({}, unit, 1, byte, len(raw), structural="rule")
        elif not held and not line.strip():
            yield Record({}, unit, 1, byte, len(raw), structural="blank")
        else:
            begun = unit if not held else begun
            held.append((byte, len(raw), line))
    yield from _document(held, begun)


def _document(lines: list[tuple[int, int, str]], unit: int) -> Iterator[Record]:
    """The objects of one document: itself, or the items of a List."""
    import yaml

    if not lines:
        return
    place = (unit, len(lines), lines[0][0], sum(size for _, size, _ in lines))
    text = "".join(line for _, _, line in lines)
    why, value = "", None
    try:
        if len(text) > OBJECT_AT_MOST:
            why = "larger than any object is"
        else:
            value = getattr(yaml, "CSafeLoader", yaml.SafeLoader)(text).get_single_data()
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        why = f"no YAML: {' '.join(str(error).split())[:120]}"
    items = value.get("items") if isinstance(value, dict) else None
    objects = items if isinstance(items, list) else [value]
    if (
        not why
        and objects
        and not any(_small(one) and (at(one, "metadata", "name") or _is_event(one)) for one in objects)
    ):
        why = "no object with a name, or none that ends"
    if why:
        yield Record({}, *place, reject=why, text=text[:2000])
        return
    if not objects:
        yield Record({}, *place, structural="empty list")
    for one in objects:
        if not isinstance(one, dict) or not _small(one):
            yield Record({"body": "an object that can't be read: it is too large, or none"}, *place)
            continue
        for fields in _events(one):
            yield Record(fields, *place)


def _is_event(one: Any) -> bool:
    return isinstance(one, dict) and one.get("kind") == "Event" and bool(one.get("reason"))


def _small(value: Any) -> bool:
    """Whether it has no more values than an object has; what refers to itself has no end."""
    if not isinstance(value, dict):
        return False
    left, waiting = VALUES_AT_MOST, [value]
    while waiting and left > 0:
        left -= 1
        one = waiting.pop()
        waiting += one.values() if isinstance(one, dict) else one if isinstance(one, list) else ()
    return left > 0


def _events(one: dict[str, Any]) -> Iterator[dict[str, str | None]]:
    if _is_event(one):
        told = _texts(one)
        yield event_fields({"involvedObject": {}, **told} if not told.get("regarding") else told)
        return
    kind, name = str(one.get("kind") or "object"), str(at(one, "metadata", "name") or "")
    named: dict[str, str | None] = {
        "object": name,
        "object_kind": kind,
        "namespace": at(one, "metadata", "namespace"),
        "service": workload(name),
        "host": at(one, "spec", "nodeName"),
    }
    state = _state(one)
    rest = {key: value for key, value in one.items() if key in ("spec", "status", "type", "data")}
    whole = {f"{key}": value for key, value in flat(_texts(rest)).items()}
    level = "error" if _BAD.search(state) else None
    yield {**dict(list(whole.items())[:370]), **named, "state": state or None, "body": f"{kind} {name}: {state}".rstrip(": "), "severity": level, "time": None}  # fmt: skip
    for when, what, bad in _times(one.get("status"), ""):
        yield {
            **named,
            "time": when,
            "body": f"{kind} {name}: {what}",
            "severity": "error" if bad else "info",
        }


def _texts(value: Any) -> Any:
    """The same with days and instants as text."""
    if isinstance(value, dict):
        return {str(key): _texts(one) for key, one in value.items()}
    if isinstance(value, list):
        return [_texts(one) for one in value]
    return value.isoformat() if isinstance(value, date) else value


def _state(one: dict[str, Any]) -> str:
    """How an object stands: why its containers wait or ended, its phase, its conditions, how many are ready."""
    status = one.get("status")
    if not isinstance(status, dict):
        return ""
    out = []
    for box in status.get("containerStatuses") or []:
        for way in ("waiting", "terminated"):
            if reason := at(box, "state", way, "reason"):
                out.append(f"{at(box, 'name')} {reason}")
    out += [str(status["phase"])] if status.get("phase") else []
    for condition in status.get("conditions") or []:
        named, holds = at(condition, "type"), at(condition, "status")
        if named and (holds == "False") == (named in ("Ready", "Available", "Progressing", "Complete")):
            out.append(f"{'not ' if holds == 'False' else ''}{named}" + (f" ({at(condition, 'reason')})" if at(condition, "reason") else ""))  # fmt: skip
    wanted = at(one, "spec", "replicas")
    if wanted is not None and not isinstance(wanted, dict):
        out.append(f"{status.get('readyReplicas') or 0} of {wanted} ready")
    return ", ".join(dict.fromkeys(out))


def _times(value: Any, path: str) -> Iterator[tuple[str, str, bool]]:
    """Each time of a state, with what it is of and why, and whether that is bad."""
    for key, one in value.items() if isinstance(value, dict) else enumerate(value if isinstance(value, list) else ()):  # fmt: skip
        named = str(at(one, "name") or at(one, "type") or "") if isinstance(one, dict) else ""
        below = " ".join(part for part in (path, named or (str(key) if isinstance(key, str) else "")) if part)
        if isinstance(one, dict | list):
            yield from _times(one, path if isinstance(one, list) else below)
        elif isinstance(one, str) and _INSTANT.match(one):
            reason, code = at(value, "reason"), at(value, "exitCode")
            holds = at(value, "status")
            more = [str(holds)] if holds is not None and at(value, "type") else []
            more += [str(reason)] if reason else []
            more += [f"exit code {code}"] if code is not None else []
            told = ", ".join(more)
            yield one, f"{below}{': ' + told if told else ''}", code not in (None, 0, "0")


FORMAT = Records(read, kind="log", listing=True, roles={**own("time", "body", "service", "host", "severity")})
