"""A crontab: what runs when, five fields or @daily before a command, with the comments that say what it is for."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from investigator import zones
from investigator.sources._format import Head, Readable, Record, Records, Row, Sure, rows

EXAMPLE = """\
# times are those of Lisbon
MAILTO=ops@example.org
# drafts that nobody claims
10 3 * * 1-5  desk  /opt/desk/bin/drafts --discard --older-than 48h
@daily        root  /usr/bin/freshen
"""
EXPECT = {
    "events": 2,
    "kind": "note",
    "body": "10 3 * * 1-5 desk /opt/desk/bin/drafts --discard --older-than 48h # drafts that nobody claims",
}

_NAMES = "JAN|FEB|MAR|APR|MAY|JUN|JUL|AUG|SEP|OCT|NOV|DEC|SUN|MON|TUE|WED|THU|FRI|SAT"
_PART = rf"(?:\*|\?|(?:\d{{1,2}}|{_NAMES})(?:-(?:\d{{1,2}}|{_NAMES}))?)(?:/\d{{1,3}})?"
_FIELD = rf"{_PART}(?:,{_PART})*"
_NICK = r"@(?:yearly|annually|monthly|weekly|daily|midnight|hourly|reboot)"
_JOB = re.compile(rf"(?i)^\s*({_NICK}|{_FIELD}(?:\s+{_FIELD}){{4}})\s+(\S.*)$")
_SET = re.compile(r"^\s*([A-Za-z_]\w*)\s*=\s*(.*)$")
_PLACE = re.compile(
    r"[A-Z][A-Za-z_]+(?:/[A-Z][A-Za-z_+-]+)+|UTC(?:[+-]\d{1,2}(?::?\d{2})?)?|\b[A-Z]{3,4}\b|\b[A-Z][a-z]+(?:[ _][A-Z][a-z]+)?"
)
_USER = re.compile(r"([a-z_][a-z0-9_-]{0,31})\s+(\S.*)$")


def sure(head: Head) -> Sure:
    """Every line is a comment, a setting, or five fields of a schedule and a command; one at least is the last."""
    jobs = [line for line in head.lines if _JOB.match(line)]
    strange = [
        line
        for line in head.lines
        if not (_JOB.match(line) or _SET.match(line) or line.lstrip().startswith("#"))
    ]
    return Sure(0.97 if jobs and not strange else 0.0, f"{len(jobs)} scheduled jobs")


def zone_said(text: str) -> str:
    """The zone that a comment or a setting names, as IANA has it; empty where it names none."""
    for word in _PLACE.findall(text):
        found = zones.named(word)
        if found and (found.place or found.label):
            return zones.settled(found)
    return ""


def read(path: Path, content: Readable) -> Iterator[Record]:
    """One record a job: when it runs, what, as whom, and the comment behind or directly above it."""
    lines = list(rows(content))
    jobs = [match[2] for row in lines if (match := _JOB.match(row.text))]
    users = _have_users(jobs)
    zone = above = ""
    for row in lines:
        text = row.text.strip()
        job, setting = _JOB.match(text), _SET.match(text)
        if job:
            yield _job(row, job, zone, above, users=users)
            above = ""
        elif text.startswith("#"):
            said = text.lstrip("# ").strip()
            here = zone_said(said)
            zone = here or zone
            above = "" if here else said
            yield row.structural("comment")
        elif setting:
            if setting[1] in ("TZ", "CRON_TZ"):
                zone = zone_said(setting[2].strip("\"' ")) or zone
            above = ""
            yield row.structural("setting")
        elif not text:
            above = ""
            yield row.structural("blank")
        else:
            yield row.reject("no schedule and command")


def _have_users(jobs: list[str]) -> bool:
    """Whether a user stands before each command, as in /etc/crontab."""
    found = [_USER.match(job) for job in jobs]
    return all(found) and any(one and one[2].startswith(("/", ".", "test ", "cd ")) for one in found)


def _job(row: Row, job: re.Match[str], zone: str, above: str, *, users: bool) -> Record:
    command, _, behind = job[2].partition(" #")
    user = ""
    if users and (split := _USER.match(command)):
        user, command = split[1], split[2]
    comment = behind.strip() or above
    schedule = " ".join(job[1].split())
    told = " ".join(part for part in (schedule, user, " ".join(command.split())) if part)
    fields = {
        "schedule": schedule,
        "zone": zone,
        "user": user,
        "command": command.strip(),
        "comment": comment,
        "message": f"{told} # {comment}" if comment else told,
    }
    return row.event({name: value for name, value in fields.items() if value})


FORMAT = Records(read, kind="note", listing=True, repeating=True, roles={"message": "body", "zone": ""})
