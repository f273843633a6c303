"""The command that fetches from a system, filled in with the case's window and id, ready to copy. It is never run here.

    {start} {end}     as 2026-06-17T07:00:00Z; {start:%d.%m.%Y %H:%M} as strftime writes it, in the system's zone;
                      {start:epoch}, {start:ms}, {start:ns}
    {window}          start/end
    {id}              the id in question

Each value is quoted for a shell. An id that a shell would read differently is put in only where its quotes are the
shell's own: not inside quotes that are there already, and not in what another shell reads again (ssh, sh -c).
"""

from __future__ import annotations

import difflib
import re
import shlex
from datetime import UTC, datetime

from investigator import moment

PLACES = ("{start}", "{end}", "{window}", "{id}")
_PLACE = re.compile(r"\{(start|end|window|id)(?::([^{}]*))?\}")
_WORD = re.compile(r"(?<!\$)\{([a-z_]{2,12})\}")
_HARMLESS = re.compile(r"^[A-Za-z0-9_.:/@+,=%-]+(?: [A-Za-z0-9_.:/@+,=%-]+)*$")
_READ_AGAIN = re.compile(r"(?:^|[\s|;&(])(?:ssh|su|sudo|eval|xargs|watch|\S*sh\s+-\w*c)\s|<<|`|\$\(|\bexec\b")
_COUNTS = {"epoch": 1, "s": 1, "ms": 1_000, "us": 1_000_000, "ns": 1_000_000_000}


def mistake(text: str) -> str:
    """What is wrong with a command's places; empty where nothing is. Braces of awk, jq and the shell are left alone."""
    for word in _WORD.findall(text):
        if f"{{{word}}}" in PLACES:
            continue
        near = difflib.get_close_matches(word, [place.strip("{}") for place in PLACES], n=1, cutoff=0.75)
        if near:
            return f"there is no place {{{word}}} in a command. Did you mean {{{near[0]}}}?"
    for name, form in _PLACE.findall(text):
        if form and name in ("id", "window"):
            return f"{{{name}:{form}}}: only a time takes a form."
        if form and "%" not in form and form not in _COUNTS:
            return f"{{{name}:{form}}}: a form is strftime's, such as %H:%M, or one of {', '.join(_COUNTS)}."
    return ""


def filled(
    text: str, *, start: datetime, end: datetime, id: str = "", zone: str = ""
) -> tuple[str, list[str]]:
    """The command with its places filled, and what to know before it is copied."""
    notes: list[str] = []
    again = bool(_READ_AGAIN.search(text))
    out, last = [], 0
    for match in _PLACE.finditer(text):
        out.append(text[last : match.start()])
        last = match.end()
        name, form = match[1], match[2]
        quoted = _inside(text[: match.start()])
        if name != "id":
            value = f"{_time(start, '', zone)}/{_time(end, '', zone)}" if name == "window" else ""
            value = value or _time(start if name == "start" else end, form or "", zone)
            out.append(value if quoted and _HARMLESS.match(value) else shlex.quote(value))
            continue
        if not id:
            notes.append("no id is in question yet: case.record.declare(about='DOC-4711')")
            out.append(match[0])
        elif _HARMLESS.match(id) and not id.startswith("-") and (quoted or " " not in id):
            out.append(id)
        elif quoted or again or not id.isprintable():
            notes.append("the id holds signs that a shell reads: put it in by hand where {id} stands")
            out.append(match[0])
        else:
            notes.append("the id holds signs that a shell reads: look at this line before you run it")
            out.append(shlex.quote(id))
    out.append(text[last:])
    return "".join(out), list(dict.fromkeys(notes))


def _inside(before: str) -> bool:
    """Whether a place lies inside quotes, told from the text before it."""
    quote, i = "", 0
    while i < len(before):
        char = before[i]
        if char == "\\" and quote != "'":
            i += 2
            continue
        if not quote and char in "'\"":
            quote = char
        elif char == quote:
            quote = ""
        i += 1
    return bool(quote)


def _time(at: datetime, form: str, zone: str) -> str:
    at = at.astimezone(UTC)
    if form in _COUNTS:
        return str(int(at.timestamp()) * _COUNTS[form])
    if not form:
        return f"{at:%Y-%m-%dT%H:%M:%SZ}"
    return (at.astimezone(moment.zone(zone)) if zone else at).strftime(form)
