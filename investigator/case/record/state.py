"""The state of a case: a fold over its entries. Nothing is stored that the entries don't say."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any

from investigator import re2
from investigator.case.record.deadline import Deadline, Office
from investigator.case.record.model import Action, Ask, Guess, Held, Plan, Prediction, Step
from investigator.case.record.retracted import taken_back
from investigator.ledger.kept import unswept
from investigator.moment import Moment

if TYPE_CHECKING:
    from investigator.ledger import Entry


@dataclass
class State:
    """Everything the entries say, folded in order."""

    title: str = ""
    words: str = ""
    contact: str = ""
    call: Entry | None = None
    stated: Moment | None = None  # the deadline, as the customer or the law states it
    zone: str = "UTC"
    about: list[str] = field(default_factory=list)
    kinds: dict[str, str] = field(default_factory=dict)
    formats: dict[str, dict[str, Any]] = field(default_factory=dict)  # of one's own, by name
    zones: dict[str, str] = field(default_factory=dict)  # source -> zone of its times, as somebody answered
    years: dict[str, int] = field(default_factory=dict)
    apart: dict[str, str] = field(default_factory=dict)  # a list -> another that is no newer export of it
    no_names: list[str] = field(
        default_factory=list
    )  # columns (source: column) that hold no other name of a thing
    orders: dict[str, str] = field(default_factory=dict)  # source -> dmy, mdy or ymd, as somebody answered
    days: dict[str, str] = field(default_factory=dict)  # source -> the day of its first clock
    taken: dict[str, str] = field(default_factory=dict)  # source -> when its ages were
    lifecycle: str = ""  # the expected course, as YAML
    contacts: dict[str, str] = field(default_factory=dict)
    window: tuple[str | None, str | None] = (None, None)
    onset: str | None = None
    phases: list[Entry] = field(default_factory=list)
    guesses: dict[str, Guess] = field(default_factory=dict)
    predictions: dict[str, Prediction] = field(default_factory=dict)
    decisions: list[Entry] = field(default_factory=list)
    notes: list[Entry] = field(default_factory=list)
    pins: list[Entry] = field(default_factory=list)
    actions: dict[str, Action] = field(default_factory=dict)
    asks: dict[str, Ask] = field(default_factory=dict)
    statuses: list[Entry] = field(default_factory=list)
    recoveries: list[Entry] = field(default_factory=list)
    corrections: list[Entry] = field(default_factory=list)
    prose: dict[str, Entry] = field(default_factory=dict)
    prose_history: dict[str, list[Entry]] = field(default_factory=dict)
    loads: list[Entry] = field(default_factory=list)
    trail: list[Entry] = field(default_factory=list)
    reports: list[Entry] = field(default_factory=list)
    last_new: datetime | None = None
    cadence: int = 20  # minutes between two statuses
    settings: dict[str, Any] = field(default_factory=dict)
    plans: dict[str, Plan] = field(default_factory=dict)
    claims: list[Entry] = field(default_factory=list)
    drafts: dict[str, Entry] = field(default_factory=dict)
    approvals: list[Entry] = field(default_factory=list)

    @property
    def phase(self) -> str:
        """Where we are: investigating until somebody says otherwise."""
        return str((self.phases[-1].content or {})["text"]) if self.phases else "investigating"

    @property
    def deadline(self) -> Deadline | None:
        """The deadline and how it stands; None where none is known."""
        if self.stated is None:
            return None
        office = self.settings.get("office")
        over = self.phases[-1].happened[0] if self.phase == "resolved" else None
        return Deadline(self.stated, Office.of(office, self.zone) if office else None, over)

    @property
    def working_guess(self) -> Guess | None:
        """The guess we act on: confirmed, else acted on, else the newest open one."""
        for wanted in ("confirmed", "acting on", "open"):
            found = [guess for guess in self.guesses.values() if guess.state == wanted]
            if found:
                return found[-1]
        return None


#: Kinds of entries that tell something new; a check that ran or a report that was written doesn't.
_NEW = (
    "call",
    "note",
    "ask",
    "guess",
    "prediction",
    "decision",
    "pin",
    "phase",
    "action",
    "recovery",
    "plan",
    "claim",
)


def fold(entries: list[Entry]) -> State:
    """The state after these entries, given in their order; erased and undone ones say nothing."""
    with unswept():
        return _folded(entries)


def _folded(entries: list[Entry]) -> State:
    state = State()
    undone = taken_back(entries)
    newest: Entry | None = None
    for entry in entries:
        if not entry.says or (undone and entry.id in undone):
            continue
        kind = entry.kind
        if kind == "check":
            # The trail is most of a long record, and is read only where it is shown.
            state.trail.append(entry)
            continue
        step = _STEPS.get(kind)
        if step:
            step(state, entry, entry.content or {})
        if kind in _NEW and (newest is None or entry.latest > newest.latest):
            newest = entry
    if newest is not None:
        state.last_new = newest.happened.high
    return state


def _call(state: State, entry: Entry, content: dict[str, Any]) -> None:
    state.call = state.call or entry
    for name in ("title", "words", "contact"):
        if content.get(name):
            setattr(state, name, str(content[name]))
    state.words = state.words or str(content.get("text", ""))
    if content.get("zone"):
        state.zone = str(content["zone"])
    if content.get("deadline"):
        state.stated = Moment.from_json(content["deadline"])
    for identifier in content.get("about", []):
        if identifier not in state.about:
            state.about.append(str(identifier))


def _name_kinds(state: State, kinds: dict[str, str]) -> None:
    """Kinds of ids by their patterns. What somebody calls an id in question replaces what its shape alone was called."""
    from investigator.events.entities import kind_of

    for one in state.about if kinds else ():
        name, pattern = kind_of(one)
        named = name not in kinds and any(re2.whole(other, one) for other in kinds.values())
        if named and state.kinds.get(name) == pattern:
            del state.kinds[name]
    state.kinds.update(kinds)


def _declare(state: State, entry: Entry, content: dict[str, Any]) -> None:
    _name_kinds(state, {str(k): str(v) for k, v in content.get("kinds", {}).items()})
    state.formats.update({str(k): dict(v) for k, v in content.get("formats", {}).items()})
    for said, known in (
        (content.get("zones", {}), state.zones),
        (content.get("years", {}), state.years),
        (content.get("orders", {}), state.orders),
        (content.get("apart", {}), state.apart),
        (content.get("days", {}), state.days),
        (content.get("taken", {}), state.taken),
    ):
        for source, value in said.items():
            known.pop(source, None)  # what was said last comes last, and is found first
            known[str(source)] = value
    state.no_names += [str(one) for one in content.get("no_names", []) if one not in state.no_names]
    state.lifecycle = str(content.get("lifecycle") or state.lifecycle)
    state.contacts.update({str(k): str(v) for k, v in content.get("contacts", {}).items()})
    for identifier in content.get("about", []):
        if identifier in state.about:
            state.about.remove(identifier)
        state.about.insert(0, str(identifier))
    if content.get("window"):
        low, high = content["window"]
        state.window = (low, high)
    state.settings.update(content.get("settings") or {})
    if (content.get("settings") or {}).get("cadence"):
        state.cadence = int(content["settings"]["cadence"])
    if content.get("onset"):
        state.onset = str(content["onset"])
    if content.get("zone"):
        # What named no zone was read in the one of before: its clock stays, and is read in the new one.
        state.stated = state.stated and state.stated.read_in(str(content["zone"]))
        state.zone = str(content["zone"])


def _guess(state: State, entry: Entry, content: dict[str, Any]) -> None:
    about = entry.about
    if about and about in state.guesses:
        guess = state.guesses[about]
        if content.get("side"):
            guess.held.append(Held.of(entry, content))
            return
        guess.history.append(entry)
        guess.state = str(content.get("state") or guess.state)
        guess.why = str(content.get("why") or content.get("text") or guess.why)
        return
    state.guesses[entry.id] = Guess(
        entry, str(content["text"]), str(content.get("state") or "open"), str(content.get("why", ""))
    )


def _action(state: State, entry: Entry, content: dict[str, Any]) -> None:
    about = entry.about
    if about and about in state.actions:
        action = state.actions[about]
        action.done = bool(content.get("done", action.done))
        action.owner = str(content.get("owner") or action.owner)
        action.due = str(content.get("due") or action.due)
        return
    state.actions[entry.id] = Action(
        entry,
        str(content["text"]),
        str(content.get("owner", "")),
        str(content.get("due", "")),
        bool(content.get("done", False)),
    )


def _ask(state: State, entry: Entry, content: dict[str, Any]) -> None:
    about = entry.about
    if about and about in state.asks:
        ask = state.asks[about]
        ask.history.append(entry)
        if content.get("state") == "seen":
            ask.seen = True
        else:
            ask.answer, ask.answered = str(content.get("answer") or content["text"]), entry
        return
    due = datetime.fromisoformat(content["due"]) if content.get("due") else None
    state.asks[entry.id] = Ask(entry, str(content["text"]), tuple(content.get("who", [])), due)


def _prediction(state: State, entry: Entry, content: dict[str, Any]) -> None:
    about = entry.about
    if about and about in state.predictions:
        state.predictions[about].told(entry, content)
        return
    state.predictions[entry.id] = Prediction.of(entry, content)


def _noted(state: State, entry: Entry, content: dict[str, Any]) -> None:
    state.notes.append(entry)
    if content.get("verb") == "corrects":
        state.corrections.append(entry)


def _prose(state: State, entry: Entry, content: dict[str, Any]) -> None:
    section = str(content["section"])
    state.prose[section] = entry
    state.prose_history.setdefault(section, []).append(entry)


def _plan(state: State, entry: Entry, content: dict[str, Any]) -> None:
    """A plan's entry into the state."""
    found = next((p for p in state.plans.values() if p.entry.id == entry.about), None)
    if found is not None:
        found.history.append(entry)
        found.state = str(content.get("state") or found.state)
        found.done = int(content.get("done") or (len(found.steps) if found.state == "done" else found.done))
        if found.state == "started" and found.started is None:
            found.started = entry.happened[0]
        if not found.open:
            found.ended = entry.happened[0]
        return
    if entry.about or not content.get("name"):
        return
    steps = tuple(Step(str(what), float(usual), float(bad)) for what, usual, bad in content.get("steps", []))
    name = str(content["name"]).upper()
    state.plans.pop(name, None)
    state.plans[name] = Plan(entry, name, str(content["text"]), steps, float(content.get("buffer", 0)))


_STEPS = {
    "call": _call,
    "declare": _declare,
    "guess": _guess,
    "prediction": _prediction,
    "action": _action,
    "prose": _prose,
    "plan": _plan,
    "claim": lambda state, entry, _: state.claims.append(entry),
    "draft": lambda state, entry, _: state.drafts.__setitem__(entry.id, entry),
    "approval": lambda state, entry, _: state.approvals.append(entry),
    "decision": lambda state, entry, _: state.decisions.append(entry),
    "note": _noted,
    "ask": _ask,
    "status": lambda state, entry, _: state.statuses.append(entry),
    "recovery": lambda state, entry, _: state.recoveries.append(entry),
    "pin": lambda state, entry, _: state.pins.append(entry),
    "phase": lambda state, entry, _: state.phases.append(entry),
    "load": lambda state, entry, _: state.loads.append(entry),
    "report": lambda state, entry, _: state.reports.append(entry),
}
