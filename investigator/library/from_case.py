"""A case becomes an incident of the library: read through what a case offers, and nothing of it is written.

The only file of the library that knows a case. Ids of the things it is about are left out of the customer's words, and
so is the contact: a library is read by many.
"""

from __future__ import annotations

import re
from datetime import datetime
from typing import TYPE_CHECKING, Any

from investigator import moment
from investigator.library import kinds, traits
from investigator.library.incident import Action, Incident
from investigator.library.postmortem import message

if TYPE_CHECKING:
    from investigator.case import Case

MESSAGES_AT_MOST = 5
CHANGES = {"deploy": "a deployment", "flag": "a feature flag"}
_PREFIX = re.compile(r"[A-Za-z]+[-_]?(?=\d)")


def incident(case: Case) -> Incident:
    """What the library keeps of a case: its words, causes, what broke, how long, and what was to be done."""
    state = case.state

    def told(text: Any) -> str:
        return _without_ids(str(text or ""), state.about)

    findings = [(entry.content or {}).get("finding") or {} for entry in state.pins]
    confirmed = [guess for guess in state.guesses.values() if guess.state == "confirmed"]
    causes = tuple(told(f"{guess.text}: {guess.why}" if guess.why else guess.text) for guess in confirmed)
    prose = {name: str((entry.content or {}).get("text", "")) for name, entry in state.prose.items()}
    factors = tuple(
        told(part) for name in ("surprise", "lessons") for part in prose.get(name, "").split("\n") if part
    )
    step, messages, changes, services = _shape(findings)
    onset = datetime.fromisoformat(state.onset) if state.onset else _onset(findings)
    ended = [entry.happened[0] for entry in state.phases if (entry.content or {}).get("text") == "resolved"]
    began = onset or (state.call.happened[0] if state.call else None)
    text = "\n".join((case.title, state.words, prose.get("summary", ""), *causes))
    broke = [*(CHANGES[one] for one in changes if one in CHANGES and confirmed)]
    broke += [*kinds.told("step", step), *kinds.told("break", text), *kinds.told("change", "\n".join(causes))]
    return Incident(
        id=case.id,
        title=told(case.title),
        kind="case",
        date=began.astimezone(moment.zone(state.zone)).date().isoformat() if began else "",
        symptoms=(told(state.words),) if state.words else (),
        summary=tuple(told(part) for part in prose.get("summary", "").split("\n") if part),
        causes=causes,
        factors=factors,
        services=tuple(services),
        messages=tuple(messages),
        step=step,
        broke=tuple(dict.fromkeys(broke)),
        detected="customer" if state.words and state.contact else "",
        detected_in=told(state.words[:300]) if state.words and state.contact else "",
        minutes=round((ended[-1] - onset).total_seconds() / 60)
        if ended and onset and ended[-1] >= onset
        else None,
        minutes_from="said" if ended and onset and ended[-1] >= onset else "",
        actions=tuple(Action(told(one.text), one.done, one.owner, one.due) for one in state.actions.values()),
        resolution=tuple(told((entry.content or {}).get("text", "")) for entry in state.decisions),
        doubts=() if confirmed else ("no cause was confirmed",),
    )


def _shape(findings: list[dict[str, Any]]) -> tuple[str, list[str], list[str], list[str]]:
    """The step that did not happen, the new messages, the kinds of the nearest change, the services: as findings say."""
    step = ""
    said: dict[str, int] = {}
    changes: list[str] = []
    services: dict[str, None] = {}
    for finding in findings:
        value = finding.get("value")
        if not isinstance(value, dict):
            continue
        missed = value.get("missing_step") or value.get("first_difference")
        if isinstance(missed, dict) and not step:
            what = missed.get("what") or missed.get("expected") or ""
            step = message(f"{missed.get('step', '')}: {what}") if what else ""
        if isinstance(missed, dict):
            services[str(missed.get("step", ""))] = None
            if missed.get("instead"):
                said.setdefault(message(str(missed["instead"])), 10**9)
        for one in value.get("new") or ():
            if (
                isinstance(one, dict)
                and one.get("example")
                and traits.came_with(one.get("first"), value.get("onset"))
            ):
                masked = message(str(one["example"]))
                said[masked] = max(said.get(masked, 0), int(one.get("count") or 0))
        nearest = next((one for one in value.get("changes") or () if isinstance(one, dict)), None)
        if nearest:
            changes.append(str(nearest.get("kind", "")))
            services[str(nearest.get("service") or "")] = None
    messages = sorted(said, key=lambda one: (-said[one], one))[:MESSAGES_AT_MOST]
    # A name with a dot or a slash is a file that was read, not a service.
    return (
        step,
        [one for one in messages if one],
        changes,
        [one for one in services if one and not re.search(r"[./!]", one)],
    )


def _onset(findings: list[dict[str, Any]]) -> datetime | None:
    told = [
        f["value"]["onset"] for f in findings if isinstance(f.get("value"), dict) and f["value"].get("onset")
    ]
    return datetime.fromisoformat(str(told[-1])) if told else None


def _without_ids(text: str, about: list[str]) -> str:
    """Text in which ids of the kinds that the case is about have no number: DOC-4711 is DOC-…"""
    for prefix in sorted({match[0] for one in about if (match := _PREFIX.match(one))}):
        text = re.sub(rf"(?<![\w]){re.escape(prefix)}\d[\w-]*", f"{prefix}…", text)
    return text
