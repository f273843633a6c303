"""A drill: a past incident as it came, stage by stage, for one who knows nothing of it; and what it looks like afterwards.

A stage is written when it is due and holds what had come by then: files as they were loaded then, what the customer and
colleagues said. Nothing later lies on the disk, and no answer: the folder names where it is from, and that is opened
again for the next stage. What became of it is shown to the trainee alone, and is kept nowhere.
"""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from investigator import moment
from investigator.case import Case, shown
from investigator.case.reasoning.distil import distilled
from investigator.case.record.retracted import taken_back
from investigator.case.shown import Shown
from investigator.errors import CaseError, ParameterError
from investigator.library import words
from investigator.load.evidence import place
from investigator.look import cut, harmless

if TYPE_CHECKING:
    from investigator.ledger import Entry
    from investigator.samples.trades import Trade

FILE, FORMAT = "drill.json", "investigator drill 1"
#: What comes within so many minutes comes in one stage.
TOGETHER = timedelta(minutes=3)
#: When the files of a made incident come, in minutes after the call: what people sent, logs, tables, lists of changes.
ARRIVES = (0.0, 3.0, 10.0, 18.0)
_SLOW = re.compile(r"(?i)(?:^|/)(?:db|database)/|\.(?:csv|sql|sqlite)$")
_CHANGES = re.compile(r"(?i)deploy|rollout|release|change|flag|config")
#: A guess may be right by its words where it has so much of the telling words of what was confirmed.
RIGHT = 0.5


@dataclass(frozen=True)
class Said:
    """What somebody said, and when it came, in minutes after the call."""

    minutes: float
    who: str
    text: str

    def __str__(self) -> str:
        return f"{self.minutes:.0f} min  {self.who}: {harmless(self.text)}"


@dataclass(frozen=True)
class Stage:
    """What comes together: minutes after the call, messages, and files by name (a path, or the bytes)."""

    minutes: float
    messages: tuple[Said, ...] = ()
    files: dict[str, Path | bytes] = field(default_factory=dict)


@dataclass(frozen=True)
class Script:
    """An incident as it came: the customer's words, the ids in them, the stages in order; and apart, what became of it."""

    id: str
    words: str
    about: tuple[str, ...]
    zone: str
    deadline: timedelta | None
    stages: tuple[Stage, ...]
    answer: str
    path: Shown
    part: str = ""  # the part at fault, where that is known


@dataclass(frozen=True)
class Drill:
    """A drill under way: its case, where it is from, whether the clock is real, how many stages came."""

    case: Case
    source: dict[str, Any]
    real: bool
    began: datetime
    came: int

    @property
    def stages(self) -> Path:
        """Where its stages lie, a folder each."""
        return self.case.path / "stages"

    @property
    def script(self) -> Script:
        """The incident as it came; a made one ends when the drill began."""
        return script_of(self.source, self.began)

    def keep(self) -> None:
        """Write down how it stands."""
        told = {"format": FORMAT, "source": self.source, "real": self.real, "began": self.began.isoformat(), "came": self.came}  # fmt: skip
        (self.case.path / FILE).write_text(json.dumps(told, indent=1) + "\n", encoding="utf-8")


def begin(source: dict[str, Any], *, root: Path | str | None = None, real: bool = False) -> Drill:
    """A new case with the call alone, and the first stage. `source` is {case: path} or {seed: number, domain: trade}."""
    from investigator.case.record import folder

    now = moment.now()
    script = script_of(source, now)
    number = 1
    while (folder.root(root) / f"DRILL-{number}").exists():
        number += 1
    case = Case.new(
        f"DRILL-{number}",
        title=script.words.splitlines()[0][:120] if script.words else "A drill",
        words=script.words,
        zone=script.zone,
        about=list(script.about),
        deadline=moment.Moment(now + script.deadline, now + script.deadline, script.zone, (), "") if script.deadline else None,
        root=root,
    )  # fmt: skip
    drill = Drill(case, source, real, now, 0)
    drill.keep()
    return on(drill)[0]


def opened(case: Case) -> Drill:
    """The drill of a case. Raises CaseError where it is none."""
    try:
        told = json.loads((case.path / FILE).read_text(encoding="utf-8"))
        if told["format"] != FORMAT:
            raise ValueError
        source = {name: told["source"][name] for name in ("case", "seed", "domain") if name in told["source"]}
        return Drill(
            case, source, bool(told["real"]), datetime.fromisoformat(told["began"]), int(told["came"])
        )
    except (OSError, ValueError, KeyError, TypeError):
        raise CaseError(
            f"{case.id} is no drill.",
            "",
            "Begin one: inv drill INC-2031   or: inv drill --seed 3 --domain claims",
        ) from None


def refuse(case: Case) -> None:
    """Raises CaseError where a case is a drill: it did not happen, and counts nowhere."""
    if (case.path / FILE).is_file():
        raise CaseError(f"{case.id} is a drill, and no incident.", "", "The library keeps what happened.")


def itself(case: Case) -> str:
    """The id of the incident that a case is: of a drill, that of the case which it repeats."""
    try:
        source = opened(case).source
    except CaseError:
        return case.id
    return Path(source["case"]).name if "case" in source else case.id


def on(drill: Drill) -> tuple[Drill, Stage | None, str]:
    """The next stage, written into a folder of its own and taken into the case; or None, and why."""
    stages = drill.script.stages
    if drill.came >= len(stages):
        return drill, None, "Everything that came is here. When you know what it was: inv drill end"
    stage = stages[drill.came]
    # The first comes at once, the others as long after it as they did.
    due = drill.began + timedelta(minutes=stage.minutes - stages[0].minutes)
    if drill.real and moment.now() < due:
        return drill, None, f"Nothing new yet. The next comes in {moment.duration(due - moment.now())}."
    number = drill.came + 1
    folder = drill.stages / f"stage-{number}"
    write(stage, folder)
    for said in stage.messages:
        drill.case.record.note(f"{said.who}: {said.text}", verb="heard")
    if stage.files:
        drill.case.add(folder / "evidence")
    further = Drill(drill.case, drill.source, drill.real, drill.began, number)
    further.keep()
    return further, stage, ""


def to_come(drill: Drill) -> int:
    """How many stages have not come yet."""
    return len(drill.script.stages) - drill.came


def write(stage: Stage, folder: Path) -> None:
    """A stage as a folder: what was said, and the files that came."""
    folder.mkdir(parents=True)
    told = "\n".join(str(said) for said in stage.messages)
    (folder / "messages.txt").write_text(f"{told}\n" if told else "", encoding="utf-8")
    for name, data in stage.files.items():
        path = folder / "evidence" / _inside(name)
        path.parent.mkdir(parents=True, exist_ok=True)
        if isinstance(data, bytes):
            path.write_bytes(data)
        else:
            shutil.copyfile(data, path)


def script_of(source: dict[str, Any], now: datetime | None = None) -> Script:
    """An incident as it came, from a case, or from a made world; `now` is when the call of a made one comes."""
    if "case" in source:
        return _of_case(Case.open(source["case"]))
    from investigator.samples import trades

    return _of_trade(trades.trade(int(source["seed"]), str(source["domain"]), until=now))


def debrief(drill: Drill) -> Shown:
    """Afterwards, for the trainee: the first right guess, the checks that were used, what was told, the short path beside it."""
    script, case = drill.script, drill.case
    entries = case.entries()

    def after(entry: Entry) -> str:
        return moment.duration(entry.known - drill.began)

    guesses = [entry for entry in entries if entry.kind == "guess" and not entry.about]
    said = [(after(one), str((one.content or {})["text"])) for one in guesses]
    rows = [[when, text, right(text, script) or "not by its words"] for when, text in said]
    first = next((when for when, text in said if right(text, script)), "")
    checks = [entry for entry in entries if entry.kind == "check"]
    told = [e for e in entries if (e.kind == "note" and (e.content or {}).get("verb") == "told") or (e.kind == "status" and (e.content or {}).get("audience") != "inside")]  # fmt: skip
    out = shown.paragraph(f"What it was: {script.answer}")
    if waiting := len(script.stages) - drill.came:
        out += shown.paragraph(
            f"{waiting} of {len(script.stages)} stages had not come yet: see them with inv drill next."
        )
    out += shown.paragraph(f"The first guess with words of it came after {first}; whether it meant it, you know best." if first else "No guess has the words of it; whether one meant it, you know best.")  # fmt: skip
    out += shown.table(["after", "your guess", "was it so?"], rows) if rows else shown.missing("You wrote down no guess.")  # fmt: skip
    out += shown.paragraph(
        f"The checks that you asked for beside the first screen ({len(checks)}):"
        if checks
        else "You asked for no check beside the first screen."
    )
    if checks:
        out += shown.table(
            ["after", "check", "what it gave"],
            [[after(one), (one.content or {})["check"]["analysis"], cut(str((one.content or {})["text"]), 160)] for one in checks],
        )  # fmt: skip
    out += shown.paragraph("What the customer was told:" if told else "The customer was told nothing.")
    if told:
        out += shown.table(
            ["after", "told"], [[after(one), cut(str((one.content or {})["text"]), 300)] for one in told]
        )
    return out + shown.paragraph("The short path, beside it:") + script.path


def right(guess: str, script: Script) -> str:
    """By what a guess may be right: it names the part at fault, or has so many telling words of the answer, named. Empty where neither."""
    if len(script.part) > 2 and re.search(rf"(?i)(?<![\w-]){re.escape(script.part)}(?![\w-])", guess):
        return f"names the part at fault, {script.part}"
    ours, theirs = (set(words.stems().of(words.telling(text))) for text in (guess, script.answer))
    alike = len(ours & theirs) >= max(2, RIGHT * min(len(ours), len(theirs)))
    if not (ours and alike):
        return ""
    both = [word for word in dict.fromkeys(words.telling(guess)) if words.stems().of([word])[0] in theirs]
    return f"has words of the answer: {', '.join(both)}"


def _of_case(case: Case) -> Script:
    entries = [one for one in case.entries() if one.id not in taken_back(case.entries()) and not one.erased]
    call = next((one for one in entries if one.kind == "call"), None)
    if call is None:
        raise CaseError(f"The record of {case.id} has no call, so nothing came.", "", "Take another case.")
    known = [
        one.known
        for one in entries
        if one.kind == "guess" and (one.content or {}).get("state") == "confirmed"
    ]
    known += [one.known for one in entries if one.kind == "phase" and (one.content or {}).get("text") in ("identified", "resolved")]  # fmt: skip
    end = min(known, default=None)
    came: list[tuple[datetime, Said | None, dict[str, Path | bytes]]] = []
    began = call.happened[0]
    for one in entries:
        if end is not None and one.known >= end:
            break
        content = one.content or {}
        said = _said(one, content, (one.known - began).total_seconds() / 60)
        if said is not None:
            came.append((one.known, said, {}))
        if one.kind == "load":
            came.append((one.known, None, dict(_files(case, int(content["load"])))))
    state = case.state
    due = state.deadline.stated.low - began if state.deadline else None
    told = distilled(case.entries())
    confirmed = next((g.text + (f": {g.why}" if g.why else "") for g in state.guesses.values() if g.state == "confirmed"), "")  # fmt: skip
    if not confirmed:
        raise CaseError(
            f"No cause is confirmed in {case.id}, so a drill of it would have no end.",
            f"{len(state.guesses)} guesses are in its record.",
            "Take a case that was found out, or: inv drill --seed 3 --domain claims",
        )
    if not any(files for _, _, files in came):
        raise CaseError(f"{case.id} has no evidence that had come by then.", "", "Take another case.")
    path = case.brief.short_path() if told.steps else shown.missing("Its record has no steps.")
    return Script(
        case.id, state.words, tuple(state.about), case.zone, due, tuple(_staged(came, began)), confirmed, path
    )


def _staged(
    came: list[tuple[datetime, Said | None, dict[str, Path | bytes]]], began: datetime
) -> Iterator[Stage]:
    """What came, put together where it came within minutes."""
    together: list[tuple[datetime, Said | None, dict[str, Path | bytes]]] = []
    for one in [*sorted(came, key=lambda row: row[0]), None]:
        if together and (one is None or one[0] - together[0][0] > TOGETHER):
            last = together[-1][0]
            files = {name: data for _, _, held in together for name, data in held.items()}
            yield Stage(
                (last - began).total_seconds() / 60, tuple(said for _, said, _ in together if said), files
            )
            together = []
        if one is not None:
            together.append(one)


def _said(entry: Entry, content: dict[str, Any], minutes: float) -> Said | None:
    """What somebody said to the team: an answer to a question, or what was heard."""
    if entry.kind == "ask" and entry.about and content.get("state") == "answered":
        return Said(minutes, entry.author, str(content.get("text", "")))
    if entry.kind == "note" and content.get("verb") == "heard":
        return Said(minutes, entry.author, str(content.get("text", "")))
    return None


def _files(case: Case, load: int) -> Iterator[tuple[str, Path | bytes]]:
    """The files that a load brought, by their names."""
    seen: set[str] = set()
    for segment in case.evidence.manifest().segments:
        path = place(case.evidence.vault, segment)
        if segment.load == load and segment.sha256 not in seen and path.is_file():
            seen.add(segment.sha256)
            yield segment.source.split("!")[0], path


def _of_trade(made: Trade) -> Script:
    truth = made.truth
    stages: dict[float, dict[str, Path | bytes]] = {}
    for name, text in made.files.items():
        minutes = ARRIVES[0 if (name.endswith(".txt") and "ticket" in name) or "from-the" in name else 3 if _CHANGES.search(name) else 2 if _SLOW.search(name) else 1]  # fmt: skip
        stages.setdefault(minutes, {})[name] = text.encode()
    trigger = truth["trigger"]
    blame = f" It began with: {trigger['line'].strip()}" if trigger else ""
    table = shown.table(
        ["", "check", "what it should give"],
        [
            ["1", "case.find.whereabouts", truth["disposition"]],
            [
                "2",
                "case.find.who_else",
                f"{len(truth['affected'])} are affected, the first at {truth['onset']}",
            ],
            ["3", "case.find.candidate_triggers", trigger["service"] if trigger else "none can be named"],
        ],
    )
    return Script(
        f"{made.domain} {made.seed}",
        f"{truth['title']}\nOne of them is {truth['said']}.",
        (truth["said"],),
        "UTC",
        timedelta(hours=2),
        tuple(Stage(minutes, (), files) for minutes, files in sorted(stages.items())),
        truth["text"] + blame,
        table,
        truth["service"] or "",
    )


def _inside(name: str) -> Path:
    """A name as a path that stays inside a folder."""
    parts = [part for part in Path(name).parts if part not in ("/", "..", ".", "")]
    return Path(*parts) if parts else Path("file")


def check_source(
    case: str | None, seed: int | None, domain: str | None, cases: Path | None
) -> dict[str, Any]:
    """Where a drill is from, as its folder keeps it. Raises ParameterError where nothing, or two things, are named."""
    if (case is None) == (seed is None and domain is None):
        raise ParameterError(
            "A drill is made from one thing.",
            "From a case that was found out, or from a seed and a trade.",
            "inv drill INC-2031   or: inv drill --seed 3 --domain claims",
        )
    if case is not None:
        return {"case": str(Case.open(case, root=cases).path.resolve())}
    return {"seed": seed or 0, "domain": domain or "claims"}
