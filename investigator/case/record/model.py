"""What the record tells of, each as it stands now: guesses, questions, predictions, plans, things to do."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from investigator.ledger import Entry

PHASES = ("investigating", "identified", "monitoring", "resolved")
GUESS_STATES = ("open", "acting on", "parked", "ruled out", "confirmed")
SURE = ("low", "even", "high")
SIDES = ("for", "against")
#: Five steps are what people can tell apart (Kent, Words of estimative probability, 1964). They end at one in twenty:
#: so one check moves the odds between two guesses by at most nineteen to one, whatever somebody was sure of.
LIKELY = {"very unlikely": 0.05, "unlikely": 0.2, "even": 0.5, "likely": 0.8, "very likely": 0.95}
OUTCOMES = ("as expected", "otherwise", "can't tell")
MINUTES = 5


@dataclass(frozen=True)
class Held:
    """One thing that was set for or against a guess: the entries that it is, or only words."""

    entry: Entry
    side: str
    held: tuple[str, ...]
    text: str
    anyway: str = ""

    @classmethod
    def of(cls, entry: Entry, content: dict[str, Any]) -> Held:
        """As the entry says it."""
        held = tuple(str(one) for one in content.get("held", ()))
        return cls(entry, str(content["side"]), held, str(content.get("text", "")), str(content.get("why", "")))  # fmt: skip


@dataclass
class Guess:
    """A guess as it stands: who thinks it, what was said for and against."""

    entry: Entry
    text: str
    state: str = "open"
    why: str = ""
    history: list[Entry] = field(default_factory=list)
    held: list[Held] = field(default_factory=list)  # what was set for and against it

    @property
    def sure(self) -> str:
        """How sure who wrote it was: low, even, high; empty where nobody said."""
        return str((self.entry.content or {}).get("sure") or "")

    @property
    def expect(self) -> str:
        """What should be seen if it is so, as written with it."""
        return str((self.entry.content or {}).get("expect") or "")

    @property
    def name(self) -> str:
        """Its number and words, as people cite it."""
        return f"#{self.entry.number} {self.text}"


@dataclass
class Action:
    """An action item as it stands."""

    entry: Entry
    text: str
    owner: str = ""
    due: str = ""
    done: bool = False


@dataclass
class Ask:
    """A question as it stands."""

    entry: Entry
    text: str
    who: tuple[str, ...] = ()
    due: datetime | None = None
    answer: str = ""
    answered: Entry | None = None
    seen: bool = False
    history: list[Entry] = field(default_factory=list)

    def late(self, now: datetime) -> bool:
        """Whether its minutes are over without an answer."""
        return self.answered is None and self.due is not None and self.due <= now

    def to(self) -> str:
        """Whom it was put to."""
        return ", ".join(f"@{name}" for name in self.who) or "anybody"


@dataclass
class Prediction:
    """A prediction as it stands: the check or the question, the likelihoods, the minutes, and what came out."""

    entry: Entry
    text: str
    check: dict[str, Any] | None
    likely: dict[str, str]
    minutes: float
    outcome: str = ""
    history: list[Entry] = field(default_factory=list)

    @classmethod
    def of(cls, entry: Entry, content: dict[str, Any]) -> Prediction:
        """As the entry says it."""
        return cls(
            entry,
            str(content["text"]),
            content.get("check"),
            {str(guess): str(step) for guess, step in (content.get("likely") or {}).items()},
            float(content.get("minutes") or MINUTES),
        )

    def told(self, entry: Entry, content: dict[str, Any]) -> None:
        """What came out, as an entry about it says."""
        self.history.append(entry)
        self.outcome = str(content.get("outcome") or self.outcome)


class Step(NamedTuple):
    """A step of a plan, with the minutes that it usually takes and those of a bad day."""

    what: str
    usual: float
    bad: float


def minutes(steps: Sequence[Step], buffer: float = 0) -> float:
    """How long before the deadline these steps must begin: usual, doubt, buffer."""
    doubt = math.sqrt(math.fsum((step.bad - step.usual) ** 2 for step in steps))
    return math.fsum(step.usual for step in steps) + doubt + buffer


@dataclass
class Plan:
    """A way to serve the deadline, as it stands: ready, started (with so many steps done), done, dropped."""

    entry: Entry
    name: str
    text: str
    steps: tuple[Step, ...] = ()
    buffer: float = 0
    state: str = "ready"
    done: int = 0
    started: datetime | None = None
    ended: datetime | None = None
    who: tuple[str, ...] = ()
    history: list[Entry] = field(default_factory=list)

    @property
    def needs(self) -> timedelta:
        """What is left of it, in time, with doubt and buffer."""
        return timedelta(minutes=minutes(self.steps[self.done :], self.buffer))

    def last_safe(self, deadline: datetime) -> datetime:
        """The last moment to start it (or to go on with what is left of it) that still serves the deadline safely."""
        return deadline - self.needs

    @property
    def open(self) -> bool:
        """Whether it can still be chosen, or is under way."""
        return self.state in ("ready", "started")

    @property
    def expected(self) -> datetime | None:
        """When a started plan is over on a bad day, as far as its steps tell; None for one that nobody started."""
        if self.started is None or self.state != "started":
            return None
        return self.started + timedelta(minutes=minutes(self.steps))
