"""The case: open it, add what there is, ask, look, and write down what was said, decided and done."""

from __future__ import annotations

import copy
import dataclasses
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from investigator import moment, natural_times
from investigator.case import marks, shelves
from investigator.case.evidence.evidence import Evidence
from investigator.case.record import folder, location, trail
from investigator.case.record.mode import author as default_author
from investigator.case.record.mode import reporting
from investigator.case.record.model import GUESS_STATES, PHASES, SURE
from investigator.case.record.record import Record
from investigator.case.record.state import State
from investigator.case.shown import Shown
from investigator.case.snapshot import Snapshot
from investigator.catalogue import Shelf
from investigator.errors import CaseError, ParameterError
from investigator.finding import Finding
from investigator.moment import Moment

if TYPE_CHECKING:
    from investigator.case.brief.live import News, Watching
    from investigator.case.brief.status import Status
    from investigator.case.customer.customer import Customer
    from investigator.case.evidence.around import Around
    from investigator.case.evidence.bundle import Bundled
    from investigator.case.evidence.fetching import Fetch
    from investigator.case.evidence.merging import Merged
    from investigator.case.evidence.verify import Verified
    from investigator.case.reasoning.contradictions import Contradictions
    from investigator.case.reasoning.next_checks import NextChecks
    from investigator.case.reasoning.statements import Statement
    from investigator.case.recovery.recovery import Recovery
    from investigator.case.writing.paste import Pasted
    from investigator.check import Check
    from investigator.events.events import Events
    from investigator.events.store import Manifest, Store
    from investigator.ledger import Entry, Ledger
    from investigator.load import LoadReport, Progress
    from investigator.load.trial import Trial

#: The case that this process opened last: the one at hand.
opened: list[Case] = []


class Case:
    """One incident on disk: its evidence, its events, its record. Made by `Case.new`, opened by `Case.open`."""

    def __init__(
        self, path: Path, ledger: Ledger, *, engine: str | None = None, as_of: datetime | None = None
    ) -> None:
        self.path = Path(path)
        #: Its bytes and its events; `evidence.record` is what is written down.
        self.evidence = Evidence(self.path, Record(ledger, as_of, id=self.path.name), engine=engine)
        #: The findings of this session, in order; the trail in the record keeps them for everyone.
        self.asked: list[Finding] = []

    # -- making and opening ------------------------------------------------------------------------------------

    @classmethod
    def new(
        cls,
        id: str,
        *,
        title: str = "",
        words: str = "",
        contact: str = "",
        deadline: str | Moment | None = None,
        zone: str = "UTC",
        root: Path | str | None = None,
        author: str | None = None,
        about: list[str] | None = None,
        happened: datetime | None = None,
        ledger: str | None = None,
    ) -> Case:
        """A new case with the call as its first entry. Only an id is needed; the customer's words are what matters.

        `deadline` is text such as "today 18:00 Berlin"; `zone` the customer's IANA zone; `about` the ids in question;
        `ledger` is where a team keeps the record: env:NAME or keyring:SERVICE/USER of a PostgreSQL URL, or one without
        a password (default: SQLite in the case's folder).
        """
        from investigator.events.entities import kind_of

        name = folder.check_id(id)
        path = folder.root(root) / name
        if location.is_case(path):
            raise CaseError(
                f"There is a case {name} already, in {path}.",
                "",
                f"Open it with inv.Case.open('{name}'), or choose another id.",
            )
        moment.zone(zone)
        due = (
            natural_times.parse(deadline, zone_name=zone, reference=happened, ahead=True)
            if isinstance(deadline, str)
            else deadline
        )
        case = cls(path, folder.made(path, lambda: location.begin(path, ledger or "", name)))
        opened[:] = [case]
        content: dict[str, Any] = {
            "text": words or title or name,
            "words": words,
            "title": title,
            "contact": contact,
            "zone": zone,
            "about": [str(item) for item in about or []],
            "deadline": due.to_json() if due else None,
        }
        case._record.append("call", content, author=author, happened=happened)
        kinds = dict(kind_of(item) for item in about or [])
        kinds.pop("trace", None)
        if kinds:
            case.declare(kinds=kinds, author=author)
        return case

    @classmethod
    def open(
        cls,
        which: Path | str = "sample",
        *,
        root: Path | str | None = None,
        engine: str | None = None,
        as_of: datetime | str | None = None,
    ) -> Case:
        """A case by its id or its folder; `sample` is the bundled incident, made when first asked for.

        `engine` is an address such as sc://host:15002 (default: embedded). Opening runs no code from the case.
        """
        from investigator.ledger import Ledger

        if str(which) == "sample":
            from investigator.case.sample import sample_case

            path = sample_case()
        else:
            path = folder.find(which, root)
        case = cls(path, Ledger.open(location.place(path)), engine=engine)
        opened[:] = [case]
        return case.as_of(as_of) if as_of is not None else case

    @classmethod
    def join(cls, id: str, record: str, *, root: Path | str | None = None) -> Case:
        """A folder here for a case whose record is with the team: `record` as for `ledger` in `Case.new`."""
        name = folder.check_id(id)
        path = folder.root(root) / name
        if location.is_case(path):
            raise CaseError(f"There is a case {name} already, in {path}.", "", f"Open it: inv lab {name}")
        case = cls(path, folder.made(path, lambda: location.join(path, record, name)))
        opened[:] = [case]
        return case

    # -- what it is --------------------------------------------------------------------------------------------

    @property
    def id(self) -> str:
        """The id, as text."""
        return self.path.name

    def entries(self, kind: str | None = None) -> list[Entry]:
        """The record in order; as it stood, where this is a case as of a time."""
        return self._record.entries(kind)

    @property
    def state(self) -> State:
        """What the entries say, folded; to look at, never to change."""
        return self._record.state

    @property
    def _record(self) -> Record:
        return self.evidence.record

    def snapshot(self) -> Snapshot:
        """The case as it stands at this moment: what screens are made from."""
        return Snapshot.of(self.evidence, self.asked)

    @property
    def title(self) -> str:
        """The title in the customer's words."""
        return self.state.title or self.id

    @property
    def zone(self) -> str:
        """The customer's time zone, IANA."""
        return self.state.zone

    @property
    def about(self) -> str:
        """The id in question; empty where none was named."""
        ids = self.state.about
        return ids[0] if ids else ""

    @property
    def store(self) -> Store:
        """The events on disk."""
        return self.evidence.store

    @property
    def vault(self) -> Path:
        """The folder of evidence."""
        return self.evidence.vault

    @property
    def now(self) -> datetime:
        """The time this case is looked at: the clock's, or the moment that it is shown as of."""
        return self._record.now

    def as_of(self, when: datetime | str) -> Case:
        """The case exactly as it stood: entries known by then, and only evidence that had been added."""
        other = copy.copy(self)
        other.evidence = self.evidence.at(self._record.at(when))
        other.__dict__.pop("find", None)
        other.__dict__.pop("show", None)
        return other

    # -- evidence and events -----------------------------------------------------------------------------------

    def add(
        self,
        path: Any,
        *,
        name: str | None = None,
        zone: str | None = None,
        year: int | None = None,
        mapping: dict[str, str] | None = None,
        format: str | None = None,
        pattern: str | None = None,
        keep: str | None = None,
        progress: Progress | None = None,
        author: str | None = None,
        index: bool = True,
    ) -> LoadReport:
        """Load a file, a folder, an http(s) URL or a DataFrame; gives the report with the law of units.

        Units in = used + joined + structural + rejected. Loading the same again adds nothing, a grown file adds its
        tail. `zone` and `year` are for times that name none; `mapping` tells what a column is. `format` is the name of
        one, or a YAML file that declares one; `pattern` is RE2 with named groups: either is kept with the case and
        used again by itself. `keep` is "copy" or "pointer" (the file stays where it is, with its hash); without it files
        over 256 MB stay. Then ids are indexed; interrupted there, the load stays and `case.index()` goes on.
        """
        from investigator.case.evidence import intake

        return intake.add(
            self.evidence,
            path,
            name=name,
            zone=zone,
            year=year,
            mapping=mapping,
            format=format,
            pattern=pattern,
            keep=keep,
            progress=progress,
            author=author,
            index=index,
        )

    def add_text(self, text: str | bytes, *, name: str = "", **given: Any) -> LoadReport:
        """Load what was pasted from a terminal, a chat or a mail; `name` is what to call it, the rest as in `add`."""
        from investigator.case.evidence import intake

        return intake.text(self.evidence, text, name=name, **given)

    def try_add(self, path: Path | str, **given: Any) -> Trial:
        """How the first lines of a file would be read, beside the lines themselves; nothing is stored."""
        from investigator.case.evidence import intake

        return intake.attempt(self.evidence, path, **given)

    def fetch_list(self) -> Shown:
        """What to fetch from where, by the team's profile: what expires first comes first, ready to copy, never run."""
        from investigator.case.brief.fetch_list import fetch_list

        return fetch_list(self)

    def answer_zone(self, source: str, zone: str, **given: Any) -> LoadReport:
        """Say where the times of a source are from that name no zone; its events are read again from the evidence.

        `source` is its name or a pattern such as '*.log'. Kept with the evidence, and used for its next file.
        """
        from investigator.case.evidence import intake

        return intake.answer(
            self.evidence, source, zone=zone, year=None, author=given.pop("author", None), **given
        )

    def answer_year(self, source: str, year: int, **given: Any) -> LoadReport:
        """Say of which year the times of a source are that name none; its events are read again from the evidence."""
        from investigator.case.evidence import intake

        return intake.answer(
            self.evidence, source, zone=None, year=year, author=given.pop("author", None), **given
        )

    def fetch(
        self,
        where: str,
        query: str,
        *,
        window: tuple[Any, Any] | None = None,
        limit: int = 100_000,
        seconds: float = 60,
        step: float | None = None,
        name: str | None = None,
        zone: str | None = None,
        progress: Progress | None = None,
        author: str | None = None,
    ) -> Fetch:
        """Ask a live system, and keep its answer as evidence with the query; nothing over there is changed.

        `where` is env:NAME, keyring:SERVICE/USER, or a URL without a password: of a SQL database, with one SELECT that
        names :start and :end where there is a `window`, or http(s) of Prometheus, with PromQL and a `step` in seconds.
        `window` is two times, as text in the customer's zone or aware; `limit` is in rows or samples; `seconds` how
        long one statement may take; `zone` for times in the answer that name none.
        """
        from investigator.case.evidence.fetching import fetch

        return fetch(
            self.evidence,
            where,
            query,
            window=window,
            limit=limit,
            seconds=seconds,
            step=step,
            name=name,
            zone=zone,
            progress=progress,
            author=author,
        )

    def index(self, *, progress: Progress | None = None) -> None:
        """Build or extend the entity index for the case's kinds; asks nothing, may be interrupted and run again."""
        self.evidence.index(progress=progress)

    def events(self, *, window: tuple[Any, Any] | None = None, **where: Any) -> Events:
        """Everything that was loaded, or less by `window`, `source`, `service`, `severity`, `kind`, `entity`, `text`."""
        return self.evidence.events(window=window, **where)

    def picture(self, origin: str = "") -> Shown:
        """An image of the evidence, shown; without an origin, a table of the images there are."""
        from investigator.case.evidence.pictures import picture

        return picture(self.evidence, origin)

    def raw(self, origin: str) -> bytes:
        """The bytes behind an origin, as they were in the evidence."""
        return self.evidence.raw(origin)

    def around(self, origin: str, *, lines: int = 10, seconds: float = 5) -> Around:
        """A line by its origin: its neighbours in the file, what others said in the same seconds, its trace, its ids.

        The origin may be shortened (3fa9:1204) or name the file (app.log:1204); `lines` are those before and after.
        """
        from investigator.case.evidence.around import around

        return around(self.evidence, origin, zone=self.zone, lines=lines, seconds=seconds)

    @property
    def window(self) -> tuple[datetime, datetime] | None:
        """The window that views show: as declared, else the 24 hours of events up to the last; None without times."""
        return marks.window(self.snapshot())

    @cached_property
    def find(self) -> Shelf:
        """Analyses on this case's events; each that runs is kept in the trail."""
        return shelves.find(self.snapshot, self.keep_in_trail)

    @cached_property
    def show(self) -> Shelf:
        """Views of this case's events in its window and zone."""
        return shelves.show(self.snapshot)

    def onset(self) -> datetime | None:
        """When it started: as declared, else the first event that only the affected have, else the first change."""
        return marks.onset(self.snapshot())

    def began(self) -> Shown:
        """When it started, and how we know, in one sentence."""
        return marks.began(self.snapshot())

    def marks(self) -> list[dict[str, str]]:
        """At most eight named marks for a timeline: onset, changes just before it, phases, decisions, deadline."""
        return marks.marks(self.snapshot())

    # -- the record --------------------------------------------------------------------------------------------

    def note(self, text: str, **given: Any) -> Entry:
        """Something seen, done or heard."""
        return self._record.append("note", {"text": _words(text)}, **given)

    def paste(self, text: str) -> Pasted:
        """A pasted thread, log lines or a table as understood, before it is in the record: look, then `.keep()`."""
        from investigator.case.writing.paste import pasted

        return pasted(self, text)

    def inbox(self, *, author: str | None = None) -> Shown:
        """Takes in what was dropped into the case's folder `inbox`, and says what became of each file."""
        from investigator.case.evidence.inbox import take

        return take(self.evidence, author)

    def write(self, kind: str, content: dict[str, Any], **given: Any) -> Entry:
        """Put an entry of any kind into the record; `kind` and its fields as `investigator.ledger` lists them."""
        return self._record.append(kind, content, **given)

    def ask(
        self,
        text: str,
        *,
        who: str | list[str] = (),  # type: ignore[assignment]
        minutes: int | None = None,
        due: str | None = None,
        **given: Any,
    ) -> Entry:
        """A question to somebody, with minutes to answer; `due` is a time instead of minutes, such as "14:30"."""
        content: dict[str, Any] = {"text": _words(text), "who": [who] if isinstance(who, str) else list(who)}
        when = (
            natural_times.parse(due, zone_name=self.zone, reference=self.now, ahead=True).due if due else None
        )
        if when is None and minutes:
            start = given.get("happened")
            when = (start.low if isinstance(start, Moment) else start or self.now) + timedelta(
                minutes=minutes
            )
        if minutes:
            content["minutes"] = minutes
        if when is not None:
            content["due"] = when.isoformat()
        return self._record.append("ask", content, **given)

    def answer(self, ask: str | int | Entry, text: str, *, state: str = "answered", **given: Any) -> Entry:
        """What came back on a question; `state="seen"` says only that they are on it."""
        _one_of(state, ("answered", "seen"), "state of a question")
        about = self._record.known(ask, self.state.asks, "question")
        return self._record.append("ask", {"text": _words(text), "state": state}, about=about, **given)

    def guess(
        self, text: str, *, expect: str = "", state: str = "open", sure: str = "", **given: Any
    ) -> Entry:
        """What may be the cause, in one line; `expect` is what we should see if it is so; `sure`: low, even, high."""
        _one_of(state, GUESS_STATES, "state of a guess")
        content = {"text": _words(text), "expect": expect, "state": state}
        if sure:
            _one_of(sure, SURE, "word for how sure")
            content["sure"] = sure
        return self._record.append("guess", content, **given)

    def judge(self, guess: str | Entry, state: str, why: str = "", **given: Any) -> Entry:
        """Change how a guess stands: open, acting on, parked, ruled out, confirmed; with a reason.

        Confirming says what is untested, ruling out that nothing refutes it; both go ahead with `why`, which stands in
        the report.
        """
        from investigator.case.reasoning.guesses import judge

        _one_of(state, GUESS_STATES, "state of a guess")
        return judge(self, guess, state, why, **given)

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

        return hold(self, guess, side, what, text, anyway=anyway, **given)

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

        return predict(self, check, likely, minutes=minutes, text=text, **given)

    def outcome(self, prediction: str | int | Entry, came: str, text: str = "", **given: Any) -> Entry:
        """What came out of a prediction that a person looked after: as expected, otherwise, can't tell."""
        from investigator.case.reasoning.predictions import outcome

        return outcome(self, prediction, came, text, **given)

    def next_checks(self) -> NextChecks:
        """Which check tells most for its minutes, by expected bits a minute: of the predictions, else of the usual ones."""
        from investigator.case.reasoning.next_checks import next_checks

        return next_checks(self)

    def contradictions(self) -> Contradictions:
        """Findings and statements that can't both hold, each with its evidence and its grade."""
        from investigator.case.reasoning.contradictions import contradictions

        return contradictions(self)

    def decide(self, text: str, *, why: str = "", options: list[str] | None = None, **given: Any) -> Entry:
        """A decision between options, with what was known at that moment kept by the two clocks."""
        from investigator.case.reasoning.decisions import decide

        return decide(self, _words(text), why=why, options=options or (), **given)

    def then(self, entry: Entry | str | int) -> Case:
        """The case just before an entry, such as a decision: exactly what was known at that moment."""
        return self.as_of(self._record.entry(entry).known - moment.MICROSECOND)

    def phase(self, name: str, *, why: str = "", anyway: str = "", **given: Any) -> Entry:
        """Where we are now: investigating, identified, monitoring, resolved.

        Where a recovery was listed, resolved needs every item explained; `anyway` is a reason to say it before, and
        stands in the record.
        """
        _one_of(name, PHASES, "phase")
        if name == "resolved" and not reporting():
            from investigator.case.recovery.recovery import gate

            problem = gate(self, anyway)
            if problem:
                raise CaseError(
                    f"Not resolved: {problem}.",
                    "What is called resolved must be explained to the last item.",
                    "See case.recovery(), or say it with anyway='the reason'.",
                )
        if anyway:
            self._record.append("anyway", {"text": anyway, "gate": name}, **given)
        return self._record.append("phase", {"text": name, "why": why}, **given)

    def action(self, text: str, *, owner: str = "", due: str = "", **given: Any) -> Entry:
        """Something to do afterwards, with an owner and a date."""
        return self._record.append("action", {"text": _words(text), "owner": owner, "due": due}, **given)

    def prose(self, section: str, text: str, **given: Any) -> Entry:
        """What people write into the postmortem (summary, surprise, lessons); survives every re-render."""
        return self._record.append("prose", {"section": section, "text": _words(text)}, **given)

    def pin(self, finding: Finding, sentence: str = "", **given: Any) -> Entry:
        """Put a finding into the record. `sentence` may name its values: "{affected} documents were hidden"."""
        from investigator.case.reasoning.statements import filled

        if finding.check is None:
            raise ParameterError(
                "This finding has no check, so nobody could make it again.",
                "Findings from case.find and inv.find have one.",
                "Run the analysis from there and pin what it gives.",
            )
        content = {
            "text": filled(sentence, finding) or finding.answer,
            "sentence": sentence,
            "finding": finding.to_json(),
        }
        return self._record.append("pin", content, **given)

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
        from investigator.events.entities import check_kinds, kind_of

        content: dict[str, Any] = {"text": "declared"}
        patterns = dict(kinds or {})
        if about:
            content["about"] = [about] if isinstance(about, str) else list(about)
            for item in content["about"]:
                kind, pattern = kind_of(item)
                if kind != "trace":
                    patterns.setdefault(kind, pattern)
        if patterns:
            content["kinds"] = check_kinds(patterns)
        if window:
            content["window"] = [_iso(bound_) for bound_ in window]
        if onset:
            content["onset"] = _iso(onset)
        if zone:
            content["zone"] = moment.zone(zone).key
        if cadence:
            content["settings"] = {"cadence": int(cadence)}
        content["text"] = "declared " + ", ".join(name for name in content if name != "text")
        return self._record.append("declare", content, **given)

    def undo(self, entry: Entry | str | int, **given: Any) -> Entry:
        """Take an entry back: it stays in the record, and says nothing any more."""
        wanted = self._record.entry(entry).id
        for other in self.entries("anyway"):
            if other.about == wanted:  # the warning that was passed with it
                self._record.append(
                    "undo", {"text": "taken back"}, about=other.id, author=given.get("author")
                )
        return self._record.append("undo", {"text": "taken back"}, about=wanted, **given)

    def erase(self, entry: Entry | str | int, reason: str, *, author: str | None = None) -> list[str]:
        """Destroy an entry's content for good, in record, evidence and derived files; the chain still verifies.

        Gives the names of released reports that still hold it. Somebody will paste a password.
        """
        from investigator.case.evidence.erase import erase

        return erase(self.evidence, self._record.entry(entry), reason, author or default_author())

    def keep_in_trail(self, finding: Finding, seconds: float) -> None:
        """Keep that a check ran: its code, its answer, its verdict. Nothing is counted for persons."""
        self.asked.append(finding)
        trail.keep(self._record, finding, seconds)

    def keep_scratch(self, content: dict[str, Any]) -> None:
        """Keep a cell of somebody's own in the trail: its code, one sentence of what it gave, seconds, failure."""
        trail.keep_cell(self._record, content)

    def verify(self, head: str = "") -> Verified:
        """Whether all is as it was: the chain, the evidence's hashes, the law of every load, the reports.

        `head` is one that was noted earlier: it shows a record that was cut at its end.
        """
        from investigator.case.evidence.verify import verify

        return verify(self.evidence, head)

    def merge(
        self, other: Path | str, *, root: Path | str | None = None, progress: Progress | None = None
    ) -> Merged:
        """Take in what another copy of this case has: its folder or id, a bundle, or an export of its record.

        A union: either way round, in any order and twice, the same comes out; an erasure on either side wins.
        """
        from investigator.case.evidence.merging import merge

        before = self.contradictions().lines
        merged = merge(self.evidence, other, root=root, progress=progress)
        new = tuple(line for line in self.contradictions().lines if line not in before)
        return dataclasses.replace(merged, contradictions=new)

    def bundle(self, target: Path | str) -> Bundled:
        """This case as one file to send: record, evidence, events; nothing in it could run. Opened by `inv unbundle`."""
        from investigator.case.evidence.bundle import bundle

        return bundle(self.evidence, Path(target))

    def news(self) -> News:
        """What others write from here on: `.look()` gives the new entries, each once."""
        from investigator.case.brief.live import since_now

        return since_now(self._record)

    def watch(self, show: Callable[[], Shown] | None = None) -> Watching:
        """The last lines of everybody, renewed as they come; or what `show` gives, such as `case.watch(case.card)`."""
        from investigator.case.brief.live import Watching

        return Watching(self, show)

    def head(self) -> dict[str, tuple[int, str]]:
        """The last number and hash of every chain of the record, as it stood."""
        return self._record.head()

    def manifest(self) -> Manifest:
        """What was loaded, as it stood."""
        return self.evidence.manifest()

    def statements(self) -> list[Statement]:
        """Every pinned finding, run again on the evidence as it is now."""
        from investigator.case.reasoning.statements import again

        events = self.events()
        return [again(entry, events) for entry in self.state.pins]

    def rechecked(self) -> Shown:
        """Every pinned statement with what became of it when its check ran again."""
        from investigator.case.brief.board import rechecked

        return rechecked(self)

    def rejects(self, limit: int = 50) -> Any:
        """The units that could not be read: source, origin, reason, text; the first `limit`."""
        from investigator.case.evidence.rejects import rejects

        return rejects(self.evidence, limit)

    # -- to look at --------------------------------------------------------------------------------------------

    def card(self) -> Shown:
        """Where are we: the words, the clock to the deadline, the working guess, minutes since anything new."""
        from investigator.case.brief.card import card

        return card(self)

    def guesses(self) -> Shown:
        """What do we think: each guess with what is for it, against it and not looked at."""
        from investigator.case.reasoning.guesses import guesses

        return guesses(self)

    def decisions(self) -> Shown:
        """Each decision with its options and objections, who chose and why, and what was known at that moment."""
        from investigator.case.reasoning.decisions import decisions

        return decisions(self)

    def asks(self) -> Shown:
        """What we asked and whom: the late ones first, then the newest answers."""
        from investigator.case.brief.asks import asks

        return asks(self)

    def workstreams(self) -> Shown:
        """The incident by component, source and question: who has it, who has it twice, what nobody has."""
        from investigator.case.brief.workstreams import workstreams

        return workstreams(self)

    def lead(self) -> Shown:
        """The card, the workstreams and the newest lines on one screen; `case.watch(case.lead)` renews it by itself."""
        from investigator.case.brief.lead import lead

        return lead(self)

    def report_back(self, part: str = "") -> Shown:
        """What this workstream reports to the lead, from the answers of this session; `part` is what it has in hand."""
        from investigator.case.brief.report_back import report_back

        return report_back(self, part)

    def stuck(self) -> Shown:
        """Whether it looks stuck and why; what nobody looked at, what is assumed, a page to call for help with."""
        from investigator.case.brief.stuck import stuck

        return stuck(self)

    def actions(self) -> Shown:
        """What is to do, with owner and date."""
        from investigator.case.brief.board import actions

        return actions(self)

    def record(self, limit: int = 200) -> Shown:
        """The record as people read it: when, who, what."""
        from investigator.case.brief.board import record

        return record(self, limit)

    def status(self) -> Status:
        """What we know, do and need, proposed from the record: strike lines by number, add some, copy, send."""
        from investigator.case.brief.status import propose

        return propose(self)

    def read_in(self) -> Shown:
        """One screen for whoever joins late: the call, the clock, what is known, who does what, what not to touch."""
        from investigator.case.brief.read_in import read_in

        return read_in(self)

    def turn(self, number: int) -> Shown:
        """A turn of the investigation: what was known then, the question, and folded away what came of it."""
        from investigator.case.brief.walk import turn

        return turn(self, number)

    def short_path(self) -> Shown:
        """The checks that mattered, in order: what to run first next time."""
        from investigator.case.brief.walk import short_path

        return short_path(self)

    def recovery(self) -> Recovery:
        """What must come back and how it stands: the list, one first, the rest, the count from another source."""
        from investigator.case.recovery.recovery import of

        return of(self)

    def claim(self, text: str, **given: Any) -> Entry:
        """A sentence whose `{#12.path}` values a pinned check fills whenever it is said; what is typed is *reported*."""
        from investigator.case.reasoning.claims import claim

        return claim(self, text, **given)

    def customer(self) -> Customer:
        """For the person on the phone: what was promised, said and heard, what to ask, and what may be said now."""
        from investigator.case.customer.customer import Customer

        return Customer(self)

    def plan(self, name: str, text: str, steps: list[Any], *, buffer: float = 0, **given: Any) -> Entry:
        """A way to serve the deadline: steps as (what, usual minutes, bad minutes), and a buffer in minutes."""
        from investigator.case.record.plans import plan

        return plan(self._record, name, text, steps, buffer=buffer, **given)

    def plans(self) -> Shown:
        """Other ways to serve the deadline, the last safe moment of each, and how much room is left."""
        from investigator.case.brief.plans import plans

        return plans(self.snapshot())

    def worse(self) -> Shown:
        """What gets worse while we look: what is due when, who owns it, and what holds it."""
        from investigator.case.brief.worse import worse

        return worse(self)

    def unseen(self) -> Shown:
        """What has nobody looked at: sources never asked, things assumed; one page for fresh eyes."""
        from investigator.case.brief.board import unseen

        return unseen(self)

    def told(self, section: str) -> Shown:
        """Prose of a section as it stands, with its author; one grey line where nobody wrote it yet."""
        from investigator.case.brief.board import told

        return told(self, section)

    def first_screen(self) -> Shown:
        """The postmortem's first screen: one sentence, four tiles, what could not be seen."""
        from investigator.case.brief.summary import first_screen

        return first_screen(self)

    def foot(self) -> Shown:
        """Hashes and versions, for the end of a page."""
        from investigator.case.brief.summary import foot

        return foot(self)

    def __repr__(self) -> str:
        return f"Case {self.id}: {self.title} ({self.state.phase})"

    def _repr_html_(self) -> str:
        return self.card()._repr_html_()

    # -- within ------------------------------------------------------------------------------------------------

    def before(self, key: list[str]) -> Entry | None:
        """What the same line of the same cell wrote when it ran before; None where it did not."""
        return self._record.before(key)


def _words(text: str) -> str:
    if not str(text).strip():
        raise ParameterError("An entry needs words.", "", "Write one line.")
    return str(text).strip()


def _one_of(given: str, known: tuple[str, ...], noun: str) -> None:
    if given not in known:
        raise ParameterError(
            f"'{given}' is no {noun}.", f"There are: {', '.join(known)}.", "Use one of these."
        )


def _iso(value: Any) -> str | None:
    if value is None or isinstance(value, str):
        return value
    return value.isoformat()
