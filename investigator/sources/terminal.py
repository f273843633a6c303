"""What is copied from a terminal: prompts with their commands, and what these printed; lines with a time are events."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from investigator.sources._dates import WITHOUT_YEAR, find
from investigator.sources._format import ANSI, Head, Readable, Record, Records, Sure, own
from investigator.sources._levels import level_in

EXAMPLE = """\
dana@node-3:~$ kubectl get pods -l app=indexer
NAME                       READY   STATUS             RESTARTS   AGE
indexer-6c8f7d9b5-x2x7p    0/1     CrashLoopBackOff   12         40m
dana@node-3:~$ tail -2 /var/log/indexer.log
2026-06-17 09:14:07,120 ERROR could not index DOC-1
2026-06-17 09:14:08,002 WARN 14 waiting
dana@node-3:~$
"""
EXPECT = {
    "events": 4,
    "kind": "record",
    "service": "terminal",
    "body": "kubectl get pods -l app=indexer\nNAME                       READY   STATUS             RESTARTS   AGE\nindexer-6c8f7d9b5-x2x7p    0/1     CrashLoopBackOff   12         40m",
}

#: A prompt that names a person and a place, a folder, or a database; then its command.
_PROMPT = re.compile(
    r"^(?:\([\w.-]+\) )?(?:\[?(?P<clock>\d{2}:\d{2}(?::\d{2})?)\]? )?(?:"
    r"\[?(?P<user>[A-Za-z_][\w.-]*)@(?P<host>[\w.-]+)(?:[: ][^\n$#%>❯]*?)?\]?\s?[$#%>❯](?= |$)"
    r"|PS [A-Za-z]:\\[^>\n]*>|[A-Za-z]:\\[^>\n]*>"
    r"|(?:[\w-]+=[#>*]+|(?:mysql|MariaDB \[[^\]]*\]|sqlite|redis(?: [\d.:]+)?)>)"
    r")\s?(?P<command>.*)$"
)
_BARE = re.compile(r"^(?:[$❯➜%]|>>>) (?P<command>\S.*)$")
_MORE = re.compile(r"^> ")


def sure(head: Head) -> Sure:
    """A prompt comes first, or several do."""
    lines = head.lines
    named = [place for place, line in enumerate(lines) if _PROMPT.match(line)]
    bare = [place for place, line in enumerate(lines) if _BARE.match(line)]
    found = named or (bare if len(bare) >= 2 or len(lines) > 1 else [])
    if not found or found[0] > 2 or (found[0] and len(found) < 2):
        return Sure(0.0)
    return Sure(0.962 if named else 0.93, f"{len(found)} prompts with commands")


def read(path: Path, content: Readable) -> Iterator[Record]:
    """One record a command with what it printed, and one for each line of that with a time at its beginning."""
    held: list[tuple[int, int, str]] = []
    begun = 0
    prompt: dict[str, str | None] = {}
    command: str | None = None
    at: str | None = None  # of the event that is held; None for a command
    for unit, (byte, raw) in enumerate(content.lines(), start=1):
        line = re.sub(ANSI, "", raw.decode("utf-8", errors="backslashreplace")).rstrip("\r\n")
        match = _PROMPT.match(line) or _BARE.match(line)
        if match:
            yield from _event(begun, held, prompt, command, at)
            held, begun, at = [], unit, None
            prompt = {key: value for key, value in match.groupdict().items() if key != "command"}
            command = match["command"].strip()
            if not command:
                yield Record({}, unit, 1, byte, len(raw), structural="prompt")
                continue
            held = [(byte, len(raw), command)]
            continue
        found = find(line, within=8)
        if (
            found
            and command is not None
            and not (len(held) == 1 and at is None and re.match(r"date\b", command))
        ):
            yield from _event(begun, held, prompt, command, at)
            held, begun, at = [(byte, len(raw), line)], unit, found.time
        elif held:
            held.append((byte, len(raw), line))
        elif not line.strip():
            yield Record({}, unit, 1, byte, len(raw), structural="blank")
        else:
            yield Record({}, unit, 1, byte, len(raw), reject="no command above it", text=line[:2000])
    yield from _event(begun, held, prompt, command, at)


def _event(
    unit: int,
    lines: list[tuple[int, int, str]],
    prompt: dict[str, str | None],
    command: str | None,
    at: str | None,
) -> Iterator[Record]:
    if not lines:
        return
    text = "\n".join(line for _, _, line in lines).rstrip()
    if at is None and command and re.match(r"date\b", command) and len(lines) > 1:
        said = find(lines[1][2])
        at = said.time if said else None
    found = find(text.partition("\n")[0], within=8) if at and not text.startswith(command or "\0") else None
    body = text[found.end :].lstrip(" ])>|:,\t-") if found else text
    fields: dict[str, str | None] = {
        "time": at,
        "body": body,
        "command": command,
        "user": prompt.get("user"),
        "host": prompt.get("host"),
        "clock": prompt.get("clock"),
        "level": level_in(body) if found else None,
    }
    yield Record(fields, unit, len(lines), lines[0][0], sum(length for _, length, _ in lines))


FORMAT = Records(
    read,
    kind="log",
    line_based=False,
    time=WITHOUT_YEAR,
    roles={**own("time", "body", "host"), "level": "severity_text"},
    service="terminal",
)
