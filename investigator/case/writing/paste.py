"""What people paste: a chat becomes who, when and what, as reported; logs, tables and JSON become evidence.

Nothing is written before it was looked at: a `Pasted` shows what it would put into the record, `keep()` puts it there,
and one undo takes the whole batch back. A thread pasted again adds only what is new, and what was edited or deleted.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from investigator import moment, secrets
from investigator.case import shown
from investigator.case.evidence import intake
from investigator.case.evidence.evidence import Evidence
from investigator.case.record import mode
from investigator.case.record.retracted import EDITED, taken_back
from investigator.case.shown import Shown
from investigator.case.snapshot import Snapshot
from investigator.errors import MomentError, ParameterError
from investigator.moment import Moment

if TYPE_CHECKING:
    from investigator.ledger import Entry
    from investigator.sources._chat import Said

#: So many messages are shown before they are taken in; the rest is counted.
SHOWN = 12
#: A text is a log or a table, and not words, where its format is so sure of it.
SURE = 0.6


@dataclass(frozen=True)
class Again:
    """What of a pasted thread the record holds: places that it has, places that were edited with their old text, and
    who said what that is not there any more."""

    same: frozenset[int] = frozenset()
    edited: dict[int, str] = field(default_factory=dict)
    gone: tuple[tuple[str, str], ...] = ()
    added: int = 0

    @property
    def all_here(self) -> bool:
        """Whether there is nothing to write down."""
        return bool(self.same) and not (self.edited or self.gone or self.added)

    def __str__(self) -> str:
        counts = ((len(self.same), "here already"), (self.added, "new"), (len(self.edited), "edited"), (len(self.gone), "not there any more"))  # fmt: skip
        return ", ".join(f"{count:,} {word}" for count, word in counts if count)


@dataclass
class Pasted:
    """A pasted text as it was understood, before it is in the record. Shown, it is the preview."""

    evidence: Evidence
    text: str
    kind: str  # chat, evidence or words
    why: str
    said: list[Said] = field(default_factory=list)
    happened: list[Moment] = field(default_factory=list)
    again: Again | None = None  # what of it the record holds already
    kept: str = ""  # what became of it
    number: int | None = None  # of the entry that takes it back

    def keep(self, *, author: str | None = None, undo: str = "%undo #{}") -> Pasted:
        """Put it into the record: a chat as one batch, anything else as one piece. A second time adds nothing.

        `undo` is how a batch is taken back from here, with {} for its number.
        """
        me = author or mode.author()
        if self.kind == "evidence":
            report = intake.text(
                self.evidence, self.text, name=f"pasted-{_digest(self.text)[:8]}.txt", author=me
            )
            self.kept = str(report)
            return self
        again, known = self.again or Again(), self.already
        if again.all_here and not known:
            self.kept = f"All {len(self.said)} messages are in the record already."
            return self
        headline = self._headline() + (f", {again}" if self.again else "")
        batch = self._write("note", {"text": headline, "verb": "pasted"}, me, "batch")
        self.number = batch.number
        if self.kind == "words":
            self.kept = _echo(batch, batch, self.evidence.record.id, undo)
            return self
        last = batch
        for place, (said, when) in enumerate(zip(self.said, self.happened, strict=True)):
            if self._before(str(place)) is None if known else place in again.same:
                continue
            content = {"text": said.text, "verb": "heard", "who": [said.who], "batch": batch.id}
            if place in again.edited:
                content["why"] = f"{EDITED}{again.edited[place]}"
            last = self._write("note", content, me, str(place), when)
        for place, (who, text) in enumerate(() if known else again.gone):
            why = "not in the thread as it was pasted later: deleted, or not copied"
            content = {"text": text, "verb": "deleted", "who": [who], "batch": batch.id, "why": why}
            last = self._write("note", content, me, f"gone {place}")
        self.kept = _echo(batch, last, self.evidence.record.id, undo)
        return self

    def _write(
        self, kind: str, content: dict[str, Any], author: str, part: str, happened: Moment | None = None
    ) -> Entry:
        return self.evidence.record.append(
            kind, content, author=author, happened=happened, key=self._key(part)
        )

    def _key(self, part: str) -> list[str]:
        return ["paste", _digest(self.text), str(self._times_taken_back()), part]

    def _before(self, part: str) -> Entry | None:
        return self.evidence.record.before(self._key(part))

    def _times_taken_back(self) -> int:
        """How often this very text was pasted and taken back before: then it may come in once more."""
        if self._taken_back is None:
            entries = self.evidence.record.entries()
            gone = taken_back(entries)
            mine = [e for e in entries if (e.content or {}).get("verb") == "pasted" and e.id in gone]
            said = [str((e.content or {}).get("text", "")) for e in mine]
            self._taken_back = sum(text.startswith(self._headline()) for text in said)
        return self._taken_back

    _taken_back: int | None = None

    def _headline(self) -> str:
        if self.kind == "words":
            return self.text.strip()
        people = list(dict.fromkeys(said.who for said in self.said))
        named = ", ".join(people[:6]) + (f" and {len(people) - 6} more" if len(people) > 6 else "")
        number = f"{len(self.said)} message{'' if len(self.said) == 1 else 's'}"
        return f"pasted {number} of {named} ({_digest(self.text)[:8]})"

    @property
    def already(self) -> bool:
        """Whether this very text stands in the record."""
        if self.kind == "evidence":
            return False  # loading the same again adds nothing, and says so
        return self._before("batch") is not None

    def preview(self) -> Shown:
        """What would be written, secrets masked, and what is doubtful about it."""
        if self.kind == "evidence":
            head = shown.paragraph(f"Reads like {self.why}: it becomes evidence, and is loaded.")
            lines = secrets.mask(self.text).strip().splitlines()
            more = f"\n... {len(lines) - 5} lines more" if len(lines) > 5 else ""
            return head + shown.paragraph("\n".join(line[:160] for line in lines[:5]) + more, "missing")
        if self.kind == "words":
            words = secrets.mask(self.text).strip()
            return shown.paragraph("Neither a chat nor a log: it becomes one note.") + shown.paragraph(
                words if len(words) <= 600 else words[:600] + " ...", "missing"
            )
        headline = self._headline()
        again = self.again or Again()
        out = shown.paragraph(f"{headline[:1].upper()}{headline[1:]}, each as reported by who said it.")
        if self.again:
            out += shown.paragraph(f"A thread that is in the record: {again}.")
        rows = []
        new = [
            pair for at, pair in enumerate(zip(self.said, self.happened, strict=True)) if at not in again.same
        ]
        for said, when in new[:SHOWN]:
            words = secrets.mask(said.text)
            short = words if len(words) <= 160 else words[:157] + "..."
            rows.append([_when(self.evidence.record.zone, when), said.who, short])
        out += shown.table(["when", "who", "what"], rows)
        if len(new) > SHOWN:
            out += shown.missing(f"... {len(new) - SHOWN} more")
        undated = sum(bool(when.doubt) and not when.text for when in self.happened)
        if undated:
            out += shown.missing(
                f"{undated} without a time: in their order, between what is dated before and after."
            )
        return out

    def __str__(self) -> str:
        return self.kept or str(self.preview())

    __repr__ = __str__

    def _repr_html_(self) -> str:
        return (shown.missing(self.kept) if self.kept else self.preview())._repr_html_()


def pasted(evidence: Evidence, text: str) -> Pasted:
    """A pasted text as understood: a chat, evidence, or words. Raises ParameterError for nothing."""
    from investigator.load.threads import without_notices
    from investigator.sources import _chat

    if not text.strip():
        raise ParameterError(
            "Nothing was pasted.", "", "Copy a thread, log lines or a table, and paste again."
        )
    evidence.record.writable("paste")
    found = [replace(one, text=without_notices(one.text)) for one in _chat.messages(text)]
    name = _format(text)
    if found and (name is None or name[1] < SURE or name[3] == "message"):
        happened = _happened(Snapshot.of(evidence), found)
        again = _again(evidence, found, happened)
        return Pasted(evidence, text, "chat", "a chat", found, happened, again)
    if name and name[1] >= SURE:
        return Pasted(evidence, text, "evidence", name[2])
    return Pasted(evidence, text, "words", "words")


def _again(evidence: Evidence, said: list[Said], happened: list[Moment]) -> Again | None:
    """What the record holds of a thread that was pasted before, in one piece or several; None where it is another."""
    from investigator.load.threads import Message, compared

    entries = evidence.record.entries()
    gone = taken_back(entries)
    batches: dict[str, list[Message]] = {}
    for entry in entries:
        content = entry.content or {}
        if entry.kind == "note" and content.get("verb") == "heard" and content.get("batch"):
            who = str((content.get("who") or [""])[0])
            if entry.id not in gone:
                message = Message(who, str(content["text"]), _minute(*entry.happened[:2]))
                batches.setdefault(str(content["batch"]), []).append(message)
    now = [
        Message(one.who, secrets.mask(one.text), _minute(when.low, when.high))
        for one, when in zip(said, happened, strict=True)
    ]
    here = set(now)
    before = [one for batch in batches.values() if here & set(batch) for one in batch]
    if all(one.when for one in before):
        before.sort(key=lambda one: one.when)
    found = compared(before, now)
    if found is None:
        return None
    changed = {**found.edited, **found.deleted}
    return Again(
        frozenset(found.same.values()),
        {place: before[old].text for old, place in changed.items()},
        tuple((before[old].who, before[old].text) for old in found.gone),
        len(found.added),
    )


def _minute(low: datetime, high: datetime) -> str:
    """When something was said, to its minute; empty where that is not known."""
    return low.isoformat() if high - low <= timedelta(minutes=1) else ""


def _format(text: str) -> tuple[str, float, str, str] | None:
    """The format that recognises it best, how sure it is, what it is called, its kind; None for plain words."""
    from investigator import catalogue
    from investigator.load import recognise
    from investigator.sources._format import Head

    head = Head(text.encode(), text, "pasted", True)
    best: tuple[str, float] = ("", 0.0)
    for name, module in recognise.formats().items():
        share = recognise.sureness(name, module, head).share
        if share > best[1]:
            best = (name, share)
    if not best[0] or best[0] == "plain_text":
        return None
    called = catalogue.first_line(recognise.SOURCES, best[0]).rstrip(".").split(":")[0].lower()
    return best[0], best[1], called, recognise.formats()[best[0]].FORMAT.kind


def _happened(snapshot: Snapshot, found: list[Said]) -> list[Moment]:
    """When each was said; without a time, between what is dated before and after it, at most from the call to now."""
    from investigator.sources import _chat

    zone = moment.zone(snapshot.zone)
    now = snapshot.now
    times = _chat.times(found, now.astimezone(zone).replace(tzinfo=None))
    out: list[Moment | None] = []
    for said, interval in zip(found, times, strict=True):
        if interval is None:
            out.append(None)
            continue
        text = f"{said.day} {said.clock}".strip()
        try:
            low = moment.local(interval[0], snapshot.zone, text=text)
        except MomentError:  # clocks went forward over it
            out.append(None)
            continue
        high = low.high + (interval[1] - interval[0])
        out.append(Moment(low.low, max(high, low.low), snapshot.zone, low.doubt, text))
    call = snapshot.state.call
    begin = call.happened[0] if call is not None else now - timedelta(days=1)
    dated = [when for when in out if when is not None]
    begin = min([begin, *(when.low for when in dated[:1])])
    return [
        when or _between(out, place, min(begin, now), now, snapshot.zone) for place, when in enumerate(out)
    ]


def _between(out: list[Moment | None], place: int, begin: datetime, now: datetime, zone: str) -> Moment:
    low = next((w.low for w in reversed(out[:place]) if w is not None), begin)
    high = next((w.high for w in out[place:] if w is not None), now)
    return Moment(min(low, high), max(low, high), zone, ("no time was given: by its place in the order",))


def _when(zone: str, when: Moment) -> str:
    if when.doubt and not when.text:
        return f"before {moment.show(when.high, zone, day=False)}"
    return moment.show(when.low, zone)


def _digest(text: str) -> str:
    return hashlib.sha256(text.strip().encode()).hexdigest()


def _echo(first: Entry, last: Entry, case: str, undo: str) -> str:
    numbers = f"#{first.number}" + (f" to #{last.number}" if last.number != first.number else "")
    return f"{'already ' if first.already else ''}{numbers} · {case} · undo: {undo.format(first.number)}"
