"""The story of an incident on one page, composed from the record in the words of those who were there.

Each part has a name under which people write it themselves (`case.record.prose('lucky', '...')`, or all at once with
`inv postmortem --edit`); where nobody did, it is composed of what the record says, and where that says nothing it is a gap.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from investigator.case.reasoning import in_place
from investigator.case.say import clock
from investigator.look import cut

if TYPE_CHECKING:
    from investigator.case.record.state import State
    from investigator.case.snapshot import Snapshot
    from investigator.ledger import Entry

#: Each part: its name, its heading, and what to write there.
PARTS = (
    ("system", "What the system does", "What does the system do for those who use it? One sentence."),
    ("summary", "What broke", "What broke, for whom, from when to when, and what brought it back? Three sentences."),
    ("believed", "What was believed, and what ruled it out", "What did people think first, why, and what told them otherwise?"),
    ("done", "What was done", "What was decided and done, by whom, and why that?"),
    ("back", "When it was back", "When was it back, who saw it, and what is still not?"),
    ("not_affected", "What was not affected", "What was looked at and found untouched?"),
    ("trigger", "What set it off", "What set it off? It is never the only cause."),
    ("technology", "What in the technology let it happen", "What in the systems let it through?"),
    ("process", "What in how we work let it happen", "What in reviews, releases or alerts let it through?"),
    ("organisation", "What in the organisation let it happen", "What about time, teams or knowledge let it through?"),
    ("detection", "How it was noticed, and how to halve that time", "Who noticed, how long after it began, and what would have told in half the time?"),
    ("response", "How the answer to it went", "What helped, and what cost time?"),
    ("surprise", "What surprised us", "What did nobody expect?"),
    ("lucky", "Where we were lucky", "What could have made it worse, and did not by chance?"),
    ("lessons", "What we take from it", "What does whoever reads this in a year need to know?"),
)  # fmt: skip


#: So much of what a customer said is told in the story; all of it is in the record.
WORDS_AT_MOST = 600


@dataclass(frozen=True)
class Part:
    """One part of the story: its name, its heading, its text; whose words it is (`people`, `record`), or a gap."""

    section: str
    heading: str
    text: str
    by: str
    prompt: str

    @property
    def gap(self) -> bool:
        """Whether nobody wrote it and the record does not say it."""
        return not self.text


def parts(snapshot: Snapshot) -> list[Part]:
    """Every part of the story, in order: as people wrote it, else as the record tells it, else empty."""
    out = []
    for section, heading, prompt in PARTS:
        entry = snapshot.state.prose.get(section)
        if entry is not None and entry.content is not None:
            out.append(Part(section, heading, str(entry.content["text"]), "people", prompt))
            continue
        compose = _COMPOSED.get(section)
        text = "\n".join(compose(snapshot)) if compose else ""
        out.append(Part(section, heading, text, "record", prompt))
    return out


def drifted(snapshot: Snapshot) -> list[tuple[str, str]]:
    """Every value within people's sentences that is not what it was: where it stands, and what it is now."""
    state = snapshot.state
    told = {part.section for part in parts(snapshot)}
    texts = [(part.heading, part.text) for part in parts(snapshot)]
    texts += [
        (section, str(entry.content["text"]))
        for section, entry in state.prose.items()
        if section not in told and entry.content
    ]
    others = [*state.decisions, *(one.entry for one in state.actions.values())]
    for entry in [*others, *(one.entry for one in state.guesses.values())]:
        content = entry.content or {}
        texts += [(f"#{entry.number}", str(content.get(name) or "")) for name in ("text", "why")]
    found: dict[str, str] = {}  # a decision stands in the story, too: it is said once
    for where, text in texts:
        for what in in_place.drifted(snapshot, text):
            found.setdefault(what, where)
    return [(where, what) for what, where in found.items()]


# -- composed of the record --------------------------------------------------------------------------------------------


def _ended(text: str) -> str:
    text = text.strip()
    return text if text.endswith((".", "!", "?", "…")) else f"{text}."


def _at(snapshot: Snapshot, entry: Entry) -> str:
    """The clock of an entry, with its day where that is not the day of the call."""
    call = snapshot.state.call
    return clock(entry.happened[0], snapshot.zone, (call or entry).happened[0])


def _summary(snapshot: Snapshot) -> Iterator[str]:
    state = snapshot.state
    if state.call is not None and (state.call.content or {}).get("words"):
        yield f"At {_at(snapshot, state.call)} they told us: \u201c{_ended(cut(state.words, WORDS_AT_MOST))}\u201d{_rest(state)}"


def _rest(state: State) -> str:
    long = state.call is not None and len(state.words) > WORDS_AT_MOST
    return f" All of it is in the record (#{state.call.number})." if long and state.call else ""


def _believed(snapshot: Snapshot) -> Iterator[str]:
    for guess in snapshot.state.guesses.values():
        last = guess.history[-1] if guess.history else None
        said = f"At {_at(snapshot, guess.entry)} {guess.entry.author} thought: {_ended(guess.text)}"
        if guess.state == "ruled out" and last is not None:
            yield f"{said} That was ruled out at {_at(snapshot, last)}{_because(guess.why)}"
        elif guess.state == "confirmed" and last is not None:
            yield f"{said} That was it{_because(guess.why)}"
        elif guess.state == "parked":
            yield f"{said} It was put aside, not ruled out{_because(guess.why)}"
        else:
            yield f"{said} Nothing has ruled it out or shown it yet."


def _because(why: str) -> str:
    return f": {_ended(why)}" if why.strip() else "."


def _done(snapshot: Snapshot) -> Iterator[str]:
    state = snapshot.state
    deeds = [note for note in state.notes if (note.content or {}).get("verb") == "did"]
    for entry in sorted([*state.decisions, *deeds], key=lambda one: (one.happened[0], one.known, one.id)):
        content = entry.content or {}
        why = str(content.get("why") or "")
        if entry.kind == "decision":
            yield f"At {_at(snapshot, entry)} {entry.author} decided: {_ended(str(content['text']))}{f' Why: {_ended(why)}' if why else ''}"
        else:
            yield f"At {_at(snapshot, entry)} {entry.author} {_ended(str(content['text']))}"


def _back(snapshot: Snapshot) -> Iterator[str]:
    state = snapshot.state
    seen = [r for r in state.recoveries if (r.content or {}).get("state") == "seen"]
    if seen:
        yield f"At {_at(snapshot, seen[0])} the first was seen again: {_ended(str((seen[0].content or {})['text']))}"
    if state.phase == "resolved":
        over = state.phases[-1]
        yield f"At {_at(snapshot, over)} it was called over{_because(str((over.content or {}).get('why') or ''))}"
    for entry in state.recoveries:
        if (entry.content or {}).get("state") == "exception":
            content = entry.content or {}
            count, why = len(content.get("ids", ())), str(content.get("why") or content["text"])
            yield f"{count:,} could not be counted as back: {_ended(why)}"


def _trigger(snapshot: Snapshot) -> Iterator[str]:
    for guess in snapshot.state.guesses.values():
        if guess.state == "confirmed":
            yield _ended(guess.text)


_COMPOSED = {"summary": _summary, "believed": _believed, "done": _done, "back": _back, "trigger": _trigger}
