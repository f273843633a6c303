"""Statements: pinned findings as sentences, run again, so that the ones that no longer hold say so."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any, Literal

from investigator import performing, secrets
from investigator.case.snapshot import Snapshot
from investigator.check import Check, Expect
from investigator.errors import KitError
from investigator.finding import Finding, cell

if TYPE_CHECKING:
    from investigator.events.events import Events
    from investigator.ledger import Entry

Status = Literal["holds", "confirmed", "since then", "asked over more", "now known", "changed since", "contradicted", "can't be re-run"]  # fmt: skip
#: How each is said where many are counted.
SAID: dict[str, str] = {
    "holds": "as then",
    "confirmed": "as then, and confirmed by another source",
    "since then": "true then, otherwise by what happened since",
    "asked over more": "asked over more than then",
    "now known": "not sure then, known now",
    "changed since": "changed since",
    "contradicted": "contradicted",
    "can't be re-run": "can't be re-run",
}
#: Statuses of statements that say now what they said.
HOLD = ("holds", "confirmed")

#: What was loaded when a finding was pinned, opened only where it is asked for.
Loaded = Callable[[], "Events"] | None
_PLACE = re.compile(r"\{([A-Za-z0-9_.-]*)\}")


@dataclass(frozen=True)
class Statement:
    """A sentence, the finding behind it then and now, and how it fared."""

    entry: Entry
    sentence: str
    status: Status
    then: Finding
    now: Finding | None
    why: str = ""

    @property
    def finding(self) -> Finding:
        """The finding as it is now, else as it was kept."""
        return self.now or self.then


def places(sentence: str) -> list[str]:
    """The paths of a finding's value that a sentence names: "{affected} documents" names affected."""
    return _PLACE.findall(sentence)


def filled(sentence: str, finding: Finding) -> str:
    """The sentence with each `{path}` filled from the finding's value; an unknown path stays visible as it is."""

    def value(match: re.Match) -> str:
        found = Expect(match.group(1), "==", None).found(finding)
        return match.group(0) if found is None else cell(found)

    return _PLACE.sub(value, sentence)


def recheck(entry: Entry, events: Events, loaded: Loaded = None, *, own: bool = False) -> Statement:
    """Run a pinned finding's check again and hold it against what was kept, masked as that was.

    Where it says the same: `holds`, `confirmed` where a source that was loaded later is among its evidence. Where it
    does not, it is run on what was `loaded` then: the same again means that only later loads differ. Events of these
    from after the end of what was loaded then make it `since then` (of one thing) or `asked over more` (of a count), as does a
    list that came (of a count); earlier ones contradict it, or make `now known` what was not sure. An expectation that no longer holds is contradicted.
    What this folder itself wrote down (`own`) by the same code, of what is still there as it was, is not asked again of that.
    """
    content: dict[str, Any] = entry.content or {}
    then = Finding.from_json(content["finding"])
    template = str(content.get("sentence") or "")
    if then.check is None:
        sentence = filled(template, then) or then.answer
        return Statement(entry, sentence, "can't be re-run", then, None, "it was pinned without a check")
    try:
        check: Check = then.check
        now = performing.run(check, events).since(then)
    except (KitError, KeyError, TypeError, ValueError) as error:
        sentence = filled(template, then) or then.answer
        return Statement(entry, sentence, "can't be re-run", then, None, str(error).split("\n", 1)[0])
    sentence = secrets.mask(filled(template, now) or now.answer)
    if check.expect is not None and not check.holds(now):
        have = cell(check.expect.found(now))
        return Statement(entry, sentence, "contradicted", then, now, f"expected {check.expect}, found {have}")
    told = _differs(template, then, now)
    if told:
        status, why = _became(check, then, events, loaded, told, own)
        return Statement(entry, sentence, status, then, now, why)
    fresh = [name for name in now.evidence_sources if name not in then.coverage.sources]
    if fresh and then.coverage.sources and now.verdict == "inconclusive":
        return Statement(
            entry, sentence, "holds", then, now, f"another source was looked at, too: {', '.join(fresh[:3])}"
        )
    if fresh and then.coverage.sources:
        return Statement(
            entry, sentence, "confirmed", then, now, f"confirmed by another source: {', '.join(fresh[:3])}"
        )
    return Statement(entry, sentence, "holds", then, now)


def _differs(template: str, then: Finding, now: Finding) -> str:
    """In what a finding differs from what was kept, in words; empty where it doesn't. What has come into its value is no difference."""
    for path in places(template) or [""]:
        old, new = Expect(path, "==", None).found(then), _masked(Expect(path, "==", None).found(now))
        if isinstance(old, dict) and isinstance(new, dict):
            new = {key: new[key] for key in old if key in new}
        if not Expect("", "==", _masked(old)).holds(Finding("?", "?", new)):
            if path:
                return f"{cell(old)} to {cell(new)}"
            return f"then: {then.answer}"
    return f"{then.verdict} then, {now.verdict} now" if then.verdict != now.verdict else ""


def _masked(value: Any) -> Any:
    """A value as a record keeps it: what looks like a secret is masked on both sides, or it would differ for that alone."""
    return secrets.masked({"value": value})["value"]


def _became(
    check: Check, then: Finding, events: Events, loaded: Loaded, told: str, own: bool
) -> tuple[Status, str]:
    """What made a statement another: what happened since, more that was asked, or what speaks against it."""
    then_events = loaded() if loaded is not None else None
    try:
        if then_events is None:
            before = None
        elif own and then.over and then.over == performing.over(then_events):
            before = then
        else:
            before = performing.run(check, then_events).since(then)
    except (KitError, KeyError, TypeError, ValueError):
        before = None
    if then_events is None or before is None or _differs("", then, before):
        return "changed since", told
    known = {source.name: source for source in then_events.sources}
    end = max((s.last for s in known.values() if s.last), default=None)
    new = [s for s in events.sources if s.name not in known and s.kind != "record"]
    grown = [s for s in events.sources if s.name in known and s.evidence != known[s.name].evidence]
    # A list tells what there is, not when: it makes a count one of more, and speaks against none.
    lists = [s for s in events.sources if s.name not in known and s.kind == "record"]
    if lists and not new and not grown and _counts(then.value):
        added = ", ".join(source.name for source in lists[:3])
        here = {source.name for source in events.sources if set(source.evidence) & set(events.current)}
        away = ", ".join(sorted(known.keys() - here)[:3])
        if away:
            return "changed since", f"{told}; asked with {added}, without {away}"
        return "asked over more", f"{told}; asked over more than then ({added})"
    fresh = ", ".join(source.name for source in (new or grown)[:3])
    # A log that went on, and a newer export, tell of later; a source that is new may tell of any time.
    if end is not None and (new or grown) and all(s.first and s.first > end for s in new):
        if _counts(then.value):
            return "asked over more", f"{told}; asked over a longer time ({fresh})"
        return "since then", f"{told.removesuffix('.')}; since then otherwise, by {fresh}"
    if not new:
        return "changed since", told
    if then.verdict == "inconclusive":
        return "now known", f"{told.removesuffix('.')}; contradicted or completed by {fresh}"
    return "contradicted", f"{told.removesuffix('.')}; contradicted by {fresh}"


def _counts(value: Any) -> bool:
    """Whether a finding is a count of many, and not what became of one thing."""
    return isinstance(value, dict) and not any(key in value for key in ("entity", "disposition", "like"))


def again(entry: Entry, events: Events, loaded: Loaded = None, *, own: bool = False) -> Statement:
    """The same as `recheck`, run once for these events: evidence that comes makes new ones."""
    key = f"statement {entry.id}"
    if key not in events.memo:
        events.memo[key] = recheck(entry, events, loaded, own=own)
    return events.memo[key]


def repeated(statements: list[Statement]) -> set[str]:
    """The entries of statements that only ask again what an earlier one asked: the same check, no second source."""
    first: set[str] = set()
    out = set()
    for statement in statements:
        check = statement.then.check
        if check is not None and (code := check.code()) in first:
            out.add(statement.entry.id)
        elif check is not None:
            first.add(code)
    return out


def tally(statements: list[Statement]) -> str:
    """One line for the foot of a first screen: how many statements there are, how many checks, and how they fared."""
    if not statements:
        return "No statement was pinned."
    twice = repeated(statements)
    again = [s for s in statements if s.entry.id not in twice]
    counts = [(sum(s.status == status for s in again), words) for status, words in SAID.items()]
    parts = [f"{count} {words}" for count, words in counts if count]
    if twice:
        parts.append(f"{len(twice)} repeated by the same check")
    noun = "statement" if len(statements) == 1 else "statements"
    return f"{len(statements)} {noun}, checked again: {', '.join(parts)}."


def statements(snapshot: Snapshot) -> list[Statement]:
    """Every pinned finding, run again on the evidence as it is now."""
    return [stands(snapshot, entry) for entry in snapshot.state.pins]


def stands(snapshot: Snapshot, entry: Entry) -> Statement:
    """How one pinned finding stands on the evidence as it is now."""
    return again(
        entry, snapshot.events(), partial(_as_of, snapshot, entry), own=entry.replica in snapshot.own
    )


def _as_of(snapshot: Snapshot, entry: Entry) -> Events:
    """What was loaded when a finding was pinned."""
    return snapshot.at(entry.known).events()


def newest(statements: list[Statement]) -> list[Statement]:
    """Of statements with the same check the last one: the same question asked again replaces its older answer."""
    kept: dict[str, Statement] = {}
    for statement in statements:
        check = statement.then.check
        kept[check.code() if check else statement.entry.id] = statement
    return list(kept.values())
