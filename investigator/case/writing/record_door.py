"""`case.record`: one method a verb. Each ends in the same function as its line of shorthand, and writes the same."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING, Any, NoReturn

from investigator.case.evidence.evidence import Evidence
from investigator.case.record import entries, mode, plans
from investigator.case.record.news import News, since_now
from investigator.case.record.state import State
from investigator.case.snapshot import Snapshot
from investigator.errors import MovedError, ParameterError

if TYPE_CHECKING:
    from investigator.case.reasoning.next_checks import NextChecks
    from investigator.case.reasoning.statements import Statement
    from investigator.case.writing.paste import Pasted
    from investigator.check import Check
    from investigator.finding import Finding
    from investigator.ledger import Entry


class RecordDoor:
    """What is written down in a case, and the verbs that write. `author`, `happened` and `about` go with any of them."""

    def __init__(self, evidence: Evidence) -> None:
        self._evidence, self._record = evidence, evidence.record

    def entries(self, kind: str | None = None) -> list[Entry]:
        """The entries in order; as they stood, where this is a case as of a time."""
        return self._record.entries(kind)

    @property
    def state(self) -> State:
        """What the entries say, folded; to look at, never to change."""
        return self._record.state

    def news(self) -> News:
        """What others write from here on: `.look()` gives the new entries, each once."""
        return since_now(self._record)

    def head(self) -> dict[str, tuple[int, str]]:
        """The last number and hash of every chain, as it stood."""
        return self._record.head()

    # -- what was seen, asked and said -------------------------------------------------------------------------

    def note(
        self,
        text: str,
        *,
        verb: str = "note",
        who: str | Iterable[str] = (),
        due: datetime | str | None = None,
        ids: Iterable[str] = (),
        about: Entry | str | int | None = None,
        **given: Any,
    ) -> Entry:
        """Something seen; with `verb` something done, heard, told, promised; `about` is the entry that it speaks of."""
        return entries.note(self._record, text, verb=verb, who=who, due=due, ids=ids, about=about, **given)

    def ask(
        self,
        text: str,
        *,
        who: str | Iterable[str] = (),
        minutes: int | None = None,
        due: datetime | str | None = None,
        **given: Any,
    ) -> Entry:
        """A question to somebody, with minutes to answer; `due` is a time instead of minutes, such as "14:30"."""
        return entries.ask(self._record, text, who=who, minutes=minutes, due=due, **given)

    def answer(self, ask: str | int | Entry, text: str, *, state: str = "answered", **given: Any) -> Entry:
        """What came back on a question; `state="seen"` says only that they are on it."""
        return entries.answer(self._record, ask, text, state=state, **given)

    def paste(self, text: str) -> Pasted:
        """A pasted thread, log lines or a table as understood, before it is in the record: look, then `.keep()`."""
        from investigator.case.writing.paste import pasted

        return pasted(self._evidence, text)

    # -- what we make of it ------------------------------------------------------------------------------------

    def guess(
        self, text: str, *, expect: str = "", state: str = "open", sure: str = "", why: str = "", **given: Any
    ) -> Entry:
        """What may be the cause, in one line; `expect` is what we should see if it is so; `sure`: low, even, high."""
        from investigator.case.reasoning.guesses import guess

        return guess(self._record, text, expect=expect, state=state, sure=sure, why=why, **given)

    def judge(self, guess: str | int | Entry, state: str, why: str = "", **given: Any) -> Entry:
        """Change how a guess stands: open, acting on, parked, ruled out, confirmed; with a reason.

        Confirming says what is untested, ruling out that nothing refutes it; both go ahead with `why`, which stands in
        the report.
        """
        from investigator.case.reasoning.guesses import judge

        return judge(self._evidence, guess, state, why, **given)

    def hold(
        self,
        guess: str | int | Entry,
        side: str,
        what: Any = None,
        text: str = "",
        *,
        anyway: str = "",
        **given: Any,
    ) -> Entry:
        """Set a finding, an entry (by its number), a list of them, or only words `for` or `against` a guess.

        A search that found nothing counts where it would have seen it: its control passed and its coverage is whole.
        `anyway` is a reason why another one counts all the same.
        """
        from investigator.case.reasoning.weighing import hold

        return hold(self._record, guess, side, what, text, anyway=anyway, **given)

    def predict(
        self,
        check: Check | Finding | str,
        likely: dict[Any, str],
        *,
        minutes: float = 5,
        text: str = "",
        **given: Any,
    ) -> Entry:
        """A check, or a question to a person, written down before it runs: how likely its outcome is under each guess.

        `likely` names guesses by number: {7: "very likely", 8: "unlikely"}; a guess that is not named is even. The
        steps: very unlikely, unlikely, even, likely, very likely. `minutes` is what it costs.
        """
        from investigator.case.reasoning.predictions import predict

        return predict(self._record, check, likely, minutes=minutes, text=text, **given)

    def outcome(self, prediction: str | int | Entry, came: str, text: str = "", **given: Any) -> Entry:
        """What came out of a prediction that a person looked after: as expected, otherwise, can't tell."""
        from investigator.case.reasoning.predictions import outcome

        return outcome(self._record, prediction, came, text, **given)

    def next_checks(self) -> NextChecks:
        """Which check tells most for its minutes, by expected bits a minute: of the predictions, else of the usual ones."""
        from investigator.case.reasoning.next_checks import next_checks

        return next_checks(self._evidence)

    def pin(self, finding: Finding, sentence: str = "", **given: Any) -> Entry:
        """Put a finding into the record. `sentence` may name its values: "{affected} documents were hidden"."""
        from investigator.case.reasoning.pins import pin

        return pin(self._record, finding, sentence, **given)

    def claim(self, text: str, **given: Any) -> Entry:
        """A sentence whose `{#12.path}` values a pinned check fills whenever it is said; what is typed is *reported*."""
        from investigator.case.reasoning.claims import claim

        return claim(self._evidence, text, **given)

    def statements(self) -> list[Statement]:
        """Every pinned finding, run again on the evidence as it is now."""
        from investigator.case.reasoning.statements import statements

        return statements(Snapshot.of(self._evidence))

    # -- what was decided and is to be done --------------------------------------------------------------------

    def decide(
        self,
        text: str,
        *,
        why: str = "",
        options: Iterable[str] | None = None,
        who: Iterable[str] = (),
        due: datetime | None = None,
        **given: Any,
    ) -> Entry:
        """A decision between options, with what was known at that moment kept by the two clocks."""
        from investigator.case.reasoning.decisions import decide

        return decide(self._record, text, why=why, options=options or (), who=who, due=due, **given)

    def phase(self, name: str, *, why: str = "", anyway: str = "", **given: Any) -> Entry:
        """Where we are now: investigating, identified, monitoring, resolved.

        Where a recovery was listed, resolved needs every item explained; `anyway` is a reason to say it before, and
        stands in the record.
        """
        from investigator.case.recovery.phase import phase

        return phase(self._evidence, name, why=why, anyway=anyway, **given)

    def plan(self, name: str, text: str, steps: list[Any], *, buffer: float = 0, **given: Any) -> Entry:
        """A way to serve the deadline: steps as (what, usual minutes, bad minutes), and a buffer in minutes."""
        return plans.plan(self._record, name, text, steps, buffer=buffer, **given)

    def action(self, text: str, *, owner: str = "", due: str = "", **given: Any) -> Entry:
        """Something to do afterwards, with an owner and a date."""
        return entries.action(self._record, text, owner=owner, due=due, **given)

    def prose(self, section: str, text: str, **given: Any) -> Entry:
        """What people write into the postmortem (summary, surprise, lessons); survives every re-render."""
        return entries.prose(self._record, section, text, **given)

    # -- the case itself ---------------------------------------------------------------------------------------

    def declare(
        self,
        *,
        kinds: dict[str, str] | None = None,
        about: list[str] | str | None = None,
        window: tuple[Any, Any] | None = None,
        onset: datetime | str | None = None,
        zone: str | None = None,
        cadence: int | None = None,
        **given: Any,
    ) -> Entry:
        """Tell the case what it can't know: kinds of ids and their patterns, the ids in question, window, onset, zone.

        `cadence` is how many minutes may pass between two statuses (default 20).
        """
        return entries.declare(
            self._record,
            kinds=kinds,
            about=about,
            window=window,
            onset=onset,
            zone=zone,
            cadence=cadence,
            **given,
        )

    def write(self, kind: str, content: dict[str, Any], **given: Any) -> Entry:
        """Put an entry of any kind into the record; `kind` and its fields as `investigator.ledger` lists them."""
        return self._record.append(kind, content, **given)

    def undo(self, entry: Entry | str | int, why: str = "", **given: Any) -> Entry:
        """Take an entry back: it stays in the record, and says nothing any more. `why` stands beside it."""
        return entries.undo(self._record, entry, why, **given)

    def erase(
        self,
        entry: Entry | str | int | None = None,
        reason: str = "",
        *,
        text: str = "",
        released: bool = False,
        author: str | None = None,
    ) -> list[str]:
        """Destroy an entry for good, with all that came from it; or a `text` wherever it stands. The chain still verifies.

        Gives the released pages and receipts that still hold it; `released` erases those, too.
        """
        from investigator.case.evidence import erase

        who = author or mode.author()
        if text:
            return erase.erase_text(self._evidence, text, reason, who, released=released)
        if entry is None:
            raise ParameterError("Nothing to erase was named.", "", "Give an entry's number, or text='...'.")
        return erase.erase(self._evidence, self._record.entry(entry), reason, who, released=released)

    def legal_hold(self, text: str, *, why: str = "", **given: Any) -> Entry:
        """A lawyer's hold: while it stands nothing of this case is erased. An empty text lifts it."""
        return entries.legal_hold(self._record, text, why=why, **given)

    def __call__(self, *_: Any, **__: Any) -> NoReturn:
        raise MovedError(
            "case.record() is no screen any more.",
            "case.record holds the verbs that write: case.record.note('...').",
            "Use case.brief.record().",
        )

    def __repr__(self) -> str:
        return (
            f"The record of {self._record.id}: {len(self.entries())} entries. case.record.note('...') adds one; "
            "case.brief.record() shows them."
        )
