"""Other ways to serve the deadline: plans as steps with usual and bad minutes, and the last moment to start each safely.

    plan A export by hand | steps: query 10/30, export 20/60, check 5/10 | buffer 15m

The last safe moment is deadline - (sum of usual + root of the summed squares of (bad - usual)) - buffer. That is the
usual way to add independent doubts (root sum of squares, as PERT does with variances): it assumes that a step that
goes badly makes no other step go badly. Where one cause can spoil several steps, give a larger buffer.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from investigator import moment
from investigator.case.record.deadline import read_office
from investigator.case.record.model import Plan, Step
from investigator.case.say import day_clock
from investigator.errors import MomentError, ParameterError

if TYPE_CHECKING:
    from investigator.case.record.line import Given
    from investigator.case.record.line import Line as Said
    from investigator.case.record.record import Record
    from investigator.case.record.state import State
    from investigator.ledger import Entry

EXAMPLE = "plan A export by hand | steps: query 10/30, export 20/60, check 5/10 | buffer 15m"
#: What becomes of a plan, as people say it, and what the record keeps.
MOVES = {"start": "started", "started": "started", "done": "done", "drop": "dropped", "dropped": "dropped"}
_STEP = re.compile(
    r"^(?P<what>.*?\S)\s+(?P<usual>\d+(?:\.\d+)?)\s*/\s*(?P<bad>\d+(?:\.\d+)?)\s*(?:m|min|minutes)?$"
)
_BUFFER = re.compile(r"^(\d+(?:\.\d+)?)\s*(m|min|minutes|h|hours?)?$")


# -- writing ---------------------------------------------------------------------------------------------------


def read_steps(text: str) -> list[Step]:
    """Steps from `query 10/30, export 20/60`: usual minutes, and those of a bad day."""
    out = []
    for part in (part.strip() for part in re.split(r"[,;]", text)):
        if not part:
            continue
        found = _STEP.match(part)
        if not found:
            raise ParameterError(
                f"'{part}' is no step.",
                "A step has words, its usual minutes, and those of a bad day.",
                "Such as: query 10/30",
            )
        out.append(checked(Step(found["what"], float(found["usual"]), float(found["bad"]))))
    return out


def checked(step: Step) -> Step:
    """The step, if its minutes can be."""
    if not (0 <= step.usual <= step.bad < math.inf):
        raise ParameterError(
            f"The step '{step.what}' takes {step.usual:g} minutes usually and {step.bad:g} on a bad day.",
            "A bad day is no shorter than a usual one.",
            "Give both, as usual/bad: query 10/30",
        )
    return step


def read_buffer(text: str) -> float:
    """Minutes of a buffer written as 15, 15m or 1h."""
    found = _BUFFER.match(text.strip().lower())
    if not found:
        raise ParameterError(f"'{text}' is no buffer.", "It is minutes or hours.", "Such as: buffer 15m")
    return float(found[1]) * (60 if (found[2] or "m").startswith("h") else 1)


def plan(
    record: Record, name: str, text: str, steps: Sequence[Any], *, buffer: float = 0, **given: Any
) -> Entry:
    """Write down a plan: its name, its words, its steps as (what, usual minutes, bad minutes), a buffer in minutes.

    A plan of the same name takes the place of the earlier one.
    """
    kept = [checked(Step(str(what), float(usual), float(bad))) for what, usual, bad in steps]
    if not kept:
        raise ParameterError(
            f"Plan {name} has no steps.", "Without them nobody knows when it is too late.", EXAMPLE
        )
    if not 0 <= float(buffer) < math.inf:
        raise ParameterError(f"A buffer of {buffer} minutes can't be.", "", "Such as: buffer 15m")
    content = {"text": text, "name": name, "steps": [list(step) for step in kept], "buffer": float(buffer)}
    return record.append("plan", content, **given)


def move(
    record: Record, name: str, state: str, *, done: int | None = None, why: str = "", **given: Any
) -> Entry:
    """A plan was started, has so many steps done, is done, or was dropped."""
    known = record.state.plans
    found = known.get(name.upper())
    if found is None:
        raise ParameterError(
            f"There is no plan {name}.", f"There are: {', '.join(known) or 'none'}.", f"Such as: {EXAMPLE}"
        )
    state = MOVES.get(state, state)
    content: dict[str, Any] = {"text": f"plan {found.name} {state}", "state": state}
    if state == "done" and done is not None and done < len(found.steps):
        if done < 1:
            raise ParameterError(
                f"Plan {found.name} has steps 1 to {len(found.steps)}.", "", f"plan {found.name} done 1"
            )
        content = {
            "text": f"plan {found.name}: {found.steps[done - 1].what} is done",
            "state": "started",
            "done": done,
        }
    if why:
        content["why"] = why
    return record.append("plan", content, about=found.entry.id, **given)


def written(record: Record, line: Said, given: Given) -> tuple[Entry, tuple[str, ...]]:
    """What the shorthand `plan` writes: a plan, or what became of one; says the last safe moment."""
    name, _, rest = line.text.partition(" ")
    name = name.rstrip(":")
    words = rest.lower().split()
    if words and words[0] in MOVES and "steps" not in line.parts:
        number = int(words[1]) if len(words) > 1 and words[1].isdecimal() else None
        entry = move(record, name, words[0], done=number, why=line.parts.get("why", ""), **given)
    else:
        steps = read_steps(line.parts.get("steps", ""))
        buffer = read_buffer(line.parts["buffer"]) if line.parts.get("buffer") else 0
        entry = plan(record, name.upper(), rest.strip() or name, steps, buffer=buffer, **given)
    state = record.state
    found = next((p for p in state.plans.values() if entry.id == p.entry.id or entry in p.history), None)
    return entry, (sentence(found, state, record.now),) if found else ()


def written_office(record: Record, line: Said, given: Given) -> tuple[Entry, tuple[str, ...]]:
    """What the shorthand `office` writes; says by when it must be there."""
    kept = read_office(line.text, line.parts.get("closed", ""), zone=record.zone)
    content = {"text": f"the office is open {line.text}", "settings": {"office": kept}}
    entry = record.append("declare", content, **given)
    return entry, tuple(office_says(record.state))


def written_deadline(record: Record, line: Said, given: Given) -> tuple[Entry, tuple[str, ...]]:
    """What the shorthand `deadline tomorrow 12:00 | why: ...` writes: the deadline from here on; the earlier one stays."""
    from investigator import natural_times

    words = line.parts.get("why", "")
    try:
        due = natural_times.parse(line.text, zone_name=record.zone, reference=record.now)
    except MomentError:
        # `deadline 20:00 customs gives us two hours more`: what stands behind the time is why.
        found = natural_times.leading(line.text, zone_name=record.zone, reference=record.now, ahead=True)
        if found is None or found[0].low <= record.now:
            raise
        due, words = found[0], words or line.text[found[1] :].strip(" ,:;-")
    content: dict[str, Any] = {
        "text": f"the deadline is {moment.show(due.low, record.zone)}",
        "deadline": due.to_json(),
    }
    if words:
        content["why"] = words
    entry = record.append("call", content, **given)
    state = record.state
    return entry, (str(content["text"]), *office_says(state), *slack(state, record.now))


# -- how they stand --------------------------------------------------------------------------------------------


def crossed(state: State, now: datetime) -> list[tuple[Plan, datetime]]:
    """Plans that can no longer be started safely, each since when; none once somebody decided, or the deadline passed."""
    due = state.deadline.due if state.deadline else None
    if due is None or due <= now or state.phase == "resolved":
        return []
    out = []
    for one in state.plans.values():
        since = one.last_safe(due)
        if not one.open or since > now or _decided(state, one, since):
            continue
        out.append((one, since))
    return sorted(out, key=lambda pair: (pair[1], pair[0].name))


def _decided(state: State, one: Plan, since: datetime) -> bool:
    """Whether somebody decided about it after its last safe moment had passed."""
    named = re.compile(rf"(?i)\bplan {re.escape(one.name)}\b")
    return any(
        entry.happened[1] >= since and named.search(str((entry.content or {}).get("text", "")))
        for entry in state.decisions
    )


def decide_now(state: State, now: datetime) -> list[str]:
    """One sentence for each plan whose last safe moment has passed undecided."""
    out = []
    for one, since in crossed(state, now):
        at = day_clock(since, state.zone, now)
        if one.state == "started":
            out.append(
                f"plan {one.name} ({one.text}) no longer reaches the deadline safely since {at}: decide"
            )
        else:
            out.append(f"plan {one.name} ({one.text}) can no longer be started safely since {at}: decide")
    return out


def sentence(one: Plan, state: State, now: datetime) -> str:
    """How a plan stands, in one line."""
    head = f"plan {one.name}: {one.text}"
    if not one.open:
        at = f" {day_clock(one.ended, state.zone, now)}" if one.ended else ""
        return f"{head}, {one.state}{at}"
    due = state.deadline.due if state.deadline else None
    if due is None:
        return f"{head}, needs {moment.duration(one.needs)}; no deadline is known"
    since = one.last_safe(due)
    left = since - now
    slack = (
        f"{moment.duration(left)} slack" if left >= timedelta(0) else f"too late by {moment.duration(-left)}"
    )
    if one.state == "started":
        steps = f"{one.done} of {len(one.steps)} steps done, " if one.done else ""
        return f"{head}, started, {steps}{slack}"
    return f"{head}, last safe start {day_clock(since, state.zone, now)}, {slack}"


def slack(state: State, now: datetime) -> list[str]:
    """How each open plan stands, the one with the least room first; nothing once it is resolved."""
    due = state.deadline.due if state.deadline else None
    if state.phase == "resolved":
        return []
    ones = [one for one in state.plans.values() if one.open]
    ones.sort(key=lambda one: (one.last_safe(due) if due else one.entry.known, one.name))
    return [sentence(one, state, now) for one in ones]


def office_says(state: State) -> list[str]:
    """What the office's calendar does to the deadline; nothing where it is open then."""
    due = state.deadline
    if due is None or not due.moved:
        return []
    local = due.stated.low.astimezone(moment.zone(state.zone))
    return [
        f"The office is closed at the deadline ({local:%A %Y-%m-%d %H:%M}): reckoned to "
        f"{moment.show(due.due, state.zone)}. Ask whether the law moves it to the next working day."
    ]
