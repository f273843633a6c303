"""A text for the customer before it goes out: filled by checks, held against the gates, approved, sent.

    draft {#12} and the search does not show it; next word by 14:40
    approve #31
    sent #31

An approval is of what was known: it lapses when a statement that the text stands on changes.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any

from investigator import moment
from investigator.case.customer import guard
from investigator.case.customer.guard import Problem
from investigator.case.evidence.evidence import Evidence
from investigator.case.reasoning import claims
from investigator.case.reasoning.statements import Statement, again, statements
from investigator.case.record import mode
from investigator.case.record.line import Given, understood
from investigator.case.record.line import Line as Said
from investigator.case.shown import Shown, copied, escape
from investigator.case.snapshot import Snapshot
from investigator.errors import CaseError, ParameterError

if TYPE_CHECKING:
    from investigator.ledger import Entry


#: Words of a sentence that says when they hear from us.
_WRITES = re.compile(
    r"(?i)\b(hear from us|next (?:word|update|status|mail|call|message)|we (?:will |'ll )?(?:write|call|get back|report|update you))\b"
)


@dataclass
class Draft:
    """A text for the customer: shown, it says what keeps it from going out, and whether it is approved."""

    evidence: Evidence
    template: str
    text: str
    cites: tuple[Statement, ...] = ()
    problems: list[Problem] = field(default_factory=list)
    promised: datetime | None = None
    entry: Entry | None = None
    acknowledges: bool = False

    # -- what becomes of it ------------------------------------------------------------------------------------

    def masked(self) -> Draft:
        """The same with inside names replaced by what to say instead."""
        return drafted(self.evidence, guard.masked(self.template, self.problems), promised=self.promised)

    def save(self, **given: Any) -> Draft:
        """Put it into the record, so that somebody can approve it."""
        content: dict[str, Any] = {
            "text": self.text,
            "sentence": self.template,
            "audience": "customer",
            "cites": [statement.entry.id for statement in self.cites],
            "problems": [str(problem) for problem in self.problems],
        }
        if self.promised:
            content["promised"] = self.promised.isoformat()
        self.entry = self.evidence.record.append("draft", content, **given)
        return self

    def approve(self, **given: Any) -> Draft:
        """Take down that somebody approves it as it is now, with what every statement in it says now."""
        if self.entry is None:
            self.save(**given)
        assert self.entry is not None
        content = {"text": f"approved #{self.entry.number}", "values": _values(self)}
        self.evidence.record.append("approval", content, about=self.entry.id, **given)
        return self

    @property
    def approval(self) -> tuple[str, Entry | None]:
        """How its approval stands: none, approved, or lapsed with the reason; and the entry that gave it."""
        if self.entry is None:
            return "not approved yet", None
        given = [a for a in self.evidence.record.state.approvals if a.about == self.entry.id]
        if not given:
            return "not approved yet", None
        last = given[-1]
        then, now = (last.content or {}).get("values", {}), _values(self)
        for key, value in then.items():
            if now.get(key) != value:
                return f"lapsed: {self._what(key)}", last
        return (
            f"approved by {last.author} {moment.show(last.happened[0], self.evidence.record.zone, day=False)}",
            last,
        )

    def _what(self, key: str) -> str:
        for statement in self.cites:
            if statement.entry.id == key:
                return f"what #{statement.entry.number} says has changed since ({statement.why or statement.sentence})"
        return "what it stands on was taken back" if key != "text" else "its words have changed since"

    def stops(self) -> list[str]:
        """Why it may not go out as it is; empty where it may."""
        out = [str(problem) for problem in self.problems]
        state, entry = self.approval
        if entry is not None and state.startswith("lapsed"):
            out.append(f"its approval has {state}")
        for statement in self.cites:
            if statement.status in ("contradicted", "can't be re-run"):
                out.append(f"#{statement.entry.number} is {statement.status} ({statement.why})")
        return out

    def send(self, *, anyway: str = "", **given: Any) -> Entry:
        """Take down that it went out, with what it promises; refused while something stops it, unless `anyway` says why.

        Sending itself is yours.
        """
        stops = self.stops()
        if stops and not anyway.strip():
            raise CaseError(
                f"This can't go to the customer as it is: {stops[0]}.",
                f"In all {len(stops)}: {'; '.join(stops)}."
                if len(stops) > 1
                else f'It says: "{self.text[:160]}"',
                "Reword it (draft.masked() replaces inside names), or go ahead with anyway='the reason'.",
            )
        if stops:
            self.evidence.record.append(
                "anyway", {"text": anyway.strip(), "gate": f"to the customer: {'; '.join(stops)}"}, **given
            )
        content: dict[str, Any] = {"text": self.text, "audience": "customer"}
        content["cites"] = [statement.entry.id for statement in self.cites]
        if self.promised:
            content["promised"] = self.promised.isoformat()
        about = self.entry.id if self.entry is not None else None
        return self.evidence.record.append("status", content, about=about, **given)

    # -- to look at --------------------------------------------------------------------------------------------

    def notes(self) -> list[str]:
        """What to know before it goes out: what stops it, what it stands on, how its approval stands."""
        out = [f"Not as it is: {stop}." for stop in self.stops()]
        if not out:
            out.append("Nothing here stops it.")
        stands = [f"#{s.entry.number} {s.status}" for s in self.cites]
        if stands:
            out.append(f"It stands on {', '.join(stands)}.")
        elif not self.acknowledges:
            out.append("It stands on no check: say only what nobody can hold against us.")
        out.append(f"{self.approval[0][0].upper()}{self.approval[0][1:]}.")
        if self.promised:
            out.append(
                f"It promises a word by {moment.show(self.promised, self.evidence.record.zone, day=False)}."
            )
        return out

    def __str__(self) -> str:
        return "\n".join([self.text, "", *self.notes()])

    __repr__ = __str__

    def _repr_html_(self) -> str:
        items = "".join(f"<li>{escape(note)}</li>" for note in self.notes())
        if self.stops():  # what may not go out has no button that copies it
            markup = f"<p class='stopped'>Not to be sent as it is.</p><pre>{escape(self.text)}</pre>"
        else:
            markup = f"<p class='question'>For the customer.</p>{copied(self.text)}"
        return Shown(str(self), f"{markup}<ul class='missing'>{items}</ul>")._repr_html_()


def drafted(
    evidence: Evidence,
    text: str,
    *,
    promised: datetime | None = None,
    cites: tuple[Statement, ...] = (),
    author: str = "",
    acknowledges: bool = False,
) -> Draft:
    """A text as a draft: its `{#12.path}` filled by checks, held against the gates with every pinned statement."""
    if not text.strip():
        raise ParameterError(
            "A text for the customer needs words.", "", "Such as: draft {#12}; next word by 14:40"
        )
    snapshot = Snapshot.of(evidence)
    claim = claims.of(snapshot, text.strip())
    pinned = statements(snapshot)
    problems = guard.problems(snapshot, claim.text, [*pinned, *cites], author=author or mode.author())
    backing = [*cites, *claim.cites, *_comforting(pinned, claim.text, problems)]
    kept = {statement.entry.id: statement for statement in backing}
    found = promised or next_word(snapshot, claim.text)
    return Draft(
        evidence, claim.template, claim.text, tuple(kept.values()), problems, found, None, acknowledges
    )


def _comforting(pinned: list[Statement], text: str, problems: list[Problem]) -> list[Statement]:
    """The checks of whereabouts that let words of comfort pass: the text stands on them too."""
    if not guard.COMFORT.search(text) or any(problem.sort == "comfort" for problem in problems):
        return []
    out = []
    for statement in pinned:
        check = statement.then.check
        value = statement.finding.value
        if check is not None and check.analysis == "whereabouts" and isinstance(value, dict):
            if str(value.get("entity") or "") in text or value.get("dispositions"):
                out.append(statement)
    return out


def next_word(snapshot: Snapshot, text: str) -> datetime | None:
    """The time by which a text says that they hear from us again; None where it says none."""
    for sentence in re.split(r"(?<=[.!?;])\s+|\n+", text):
        if _WRITES.search(sentence):
            line = understood("told", sentence, zone=snapshot.zone, now=snapshot.now)
            if line.due is not None:
                return line.due.low
    return None


def kept(evidence: Evidence, which: str | int | Entry) -> Draft:
    """A draft of the record as it stands now: filled again, held against the gates again."""
    entry, snapshot = evidence.record.entry(which), Snapshot.of(evidence)
    content = entry.content or {}
    if entry.kind != "draft":
        there = [f"#{e.number}" for e in snapshot.state.drafts.values()]
        raise ParameterError(
            f"#{entry.number} is no draft.", f"There are: {', '.join(there) or 'none'}.", "Give one of these."
        )
    pins = {pin.id: pin for pin in snapshot.state.pins}
    cites = tuple(again(pins[one], snapshot.events()) for one in content.get("cites", []) if one in pins)
    promised = datetime.fromisoformat(content["promised"]) if content.get("promised") else None
    found = drafted(evidence, str(content["sentence"]), promised=promised, cites=cites, author=entry.author)
    found.entry = entry
    return found


def _values(draft: Draft) -> dict[str, str]:
    """What a draft says and stands on, as short digests: the same as long as nothing of it changed."""
    out = {"text": _digest(draft.template)}
    for s in draft.cites:
        value = [s.status, s.finding.verdict, s.finding.to_json().get("value"), s.sentence]
        out[s.entry.id] = _digest(value)
    return out


def _digest(value: Any) -> str:
    import json

    return hashlib.sha256(json.dumps(value, sort_keys=True, default=str).encode()).hexdigest()[:16]


# -- shorthand -------------------------------------------------------------------------------------------------


def written(evidence: Evidence, line: Said, given: Given) -> tuple[Entry, tuple[str, ...]]:
    """What the shorthand `draft`, `approve #12` and `sent #12 | anyway: ...` write."""
    if line.verb == "draft":
        draft = drafted(evidence, line.text, author=given["author"]).save(**given)
        assert draft.entry is not None
        return draft.entry, (draft.text, *draft.notes())
    if not line.numbers:
        there = ", ".join(
            f"#{e.number} {str((e.content or {})['text'])[:40]}"
            for e in evidence.record.state.drafts.values()
        )
        raise ParameterError("Which draft?", f"There are: {there or 'none'}.", f"Such as: {line.verb} #31")
    draft = kept(evidence, line.numbers[0])
    if line.verb == "approve":
        draft.approve(**given)
        state, entry = draft.approval
        assert entry is not None
        return entry, (draft.text, state, *(f"note: {stop}" for stop in draft.stops()))
    entry = draft.send(anyway=line.parts.get("anyway", ""), **given)
    return entry, (draft.text,)
