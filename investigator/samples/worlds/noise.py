"""What happens in a world beside its fault: traffic, errors of old, changes not to blame, people who look for things."""

from __future__ import annotations

from random import Random
from typing import Any

from investigator.samples.clock import HOUR, MINUTE, SECOND
from investigator.samples.worlds.documents import Document, Documents, Times
from investigator.samples.worlds.platform import Platform
from investigator.samples.worlds.rows import Row, Rows, stamp

#: Answers to whoever asks for a document, by what is true of it.
STATUS = {"available": 200, "duplicate": 200, "content differs": 200, "hidden by permission": 403}
LOOKED_UP, LOOKED_FOR = 0.12, 0.25
FILED = 0.35
PEOPLE = ("dana.okafor", "ivo.brandt", "pia.holm", "tariq.selim", "lena.vogt")


class Noise:
    """Writes the surroundings of one world, from a random source of its own."""

    def __init__(
        self, platform: Platform, cause: dict[str, Any], times: Times, rows: Rows, dice: Random
    ) -> None:
        self.platform, self.cause, self.times, self.rows, self.dice = platform, cause, times, rows, dice
        self.fault = platform.names[cause["service"]]
        low, high = cause.get("skew", {}).get("ahead", (0, 0))
        #: How far the clock of the list of deploys is ahead; other clocks are right.
        self.ahead = dice.randint(low, high) * SECOND

    def traffic(self) -> None:
        """What the parts say all the time, and what they say because of the fault."""
        for told in self.platform.told["background"]:
            self._keep_saying(told, self.times.start, self.times.end)
        for told in self.cause.get("extra", []):
            if "at" in told:
                self._say(told, self.times.fault + told["at"] * SECOND)
            else:
                self._keep_saying(told, self.times.fault, self.times.over)
        if self.times.repaired is not None:
            self._say({"role": "fault", "text": self.cause["repair"]["text"]}, self.times.repaired)
        self._say(
            {"role": "store", "level": "warn", "text": self.platform.told["done"]["left_out"]},
            self.times.end - MINUTE,
        )

    def _keep_saying(self, told: dict[str, Any], low: int, high: int) -> None:
        time = float(low)
        while (time := time + self.dice.expovariate(1 / (told["every"] * SECOND))) < high:
            self._say(told, int(time))

    def _say(self, told: dict[str, Any], time: int) -> None:
        name = self.fault if told["role"] == "fault" else self.platform.names[told["role"]]
        text = told["text"].format(
            n=self.dice.randrange(2, 900),
            customer=self.dice.choice(self.platform.customers).id,
            fault=self.fault,
        )
        kind = told.get("kind", "log")
        source = "alerts.json" if kind == "alert" else name
        self.rows.add(time, source, text, kind=kind, level=told.get("level", "info"), service=name)

    # -- changes -------------------------------------------------------------------------------------------------

    def changes(self, version: str) -> Row | None:
        """The changes of some days, and among them the one that is to blame, if any is: that one is given back."""
        trigger = self.cause.get("trigger")
        at = self.times.fault
        own_roles = {self.cause["service"], *(told["role"] for told in self.cause.get("with", []))}
        others = [told for told in self.platform.told["changes"] if told["role"] not in own_roles]
        self.dice.shuffle(others)
        own = None
        if trigger:
            low, high = (second * SECOND for second in trigger["lead"])
            at = self.times.fault - self.dice.randint(low, high)
            own = self._change(trigger | {"role": self.cause["service"]}, at, version)
            for told in self.cause.get("with", []):
                self._change(told, at + self.dice.randrange(2 * SECOND))
        late = self.dice.randint(2, 3)
        for told in others[:late]:
            # Some come between the change that is to blame and its effect: the nearest is not always it.
            between = trigger and self.dice.random() < 0.2
            low, high = (at, self.times.fault) if between else (self.times.fault - 3 * HOUR, at)
            self._change(told, self.dice.randrange(low, max(high, low + 1)))
        for told in others[late : late + 7]:
            self._change(told, self.times.fault - self.dice.randrange(5 * HOUR, 72 * HOUR))
        # The part at fault was changed before, and that was well.
        self._change(
            {"kind": "deploy", "role": self.cause["service"], "note": "Small repairs"},
            self.times.fault - self.dice.randrange(30 * HOUR, 72 * HOUR),
        )
        return own

    def _change(self, told: dict[str, Any], at: int, version: str = "") -> Row:
        name, by = self.platform.names[told["role"]], self.dice.choice(PEOPLE)
        if told["kind"] == "flag":
            body = f"{told['flag']}: {told['from']} -> {told['to']}"
            more = {key: told[key] for key in ("flag", "from", "to")} | {"component": name, "by": by}
            return self.rows.add(at, "flags.json", body, kind="flag", **more)
        version = version or self.platform.version()
        more = {"version": version, "note": told["note"], "by": by}
        if self.cause.get("skew") and at >= self.times.start:
            self.rows.add(at, name, f"version {version} is running", level="info", service=name)
        at += self.ahead
        return self.rows.add(at, "deploys.json", f"{name} {version}", kind="deploy", service=name, **more)

    # -- people --------------------------------------------------------------------------------------------------

    def people(self, documents: Documents) -> None:
        """Who looks for what, what the authority accepted, and what the customer who called wrote."""
        example = documents.example()
        for document in documents.all:
            looks = document is example or self.dice.random() < (
                LOOKED_UP if document.disposition == "available" else LOOKED_FOR
            )
            if looks and document.disposition != "unknown":
                self._look_for(document)
            if document.disposition == "available" and "visible" in document.at:
                accepted = document.at["visible"] + self.dice.randrange(5 * MINUTE, HOUR)
                if self.dice.random() < FILED and accepted < self.times.end:
                    # From here on it goes under its other number alone.
                    text = self.platform.told["done"]["accepted"].format(reference=document.reference)
                    name = self.platform.names["filing"]
                    self.rows.add(accepted, name, text, level="info", service=name)
        text = f"{example.customer.id}: {self.cause['title']}. One of them is {example.id}, sent {stamp(example.received)}."
        self.rows.add(
            self.times.end - self.dice.randrange(20, 50) * MINUTE, "ticket.txt", text, kind="ticket"
        )

    def _look_for(self, document: Document) -> None:
        known = document.deviated or document.at.get("visible") or document.received
        low = max(known, self.times.start) + MINUTE
        if document.special:
            low = max(low, self.times.fault)  # when all that was done with it is done
        if low >= self.times.end - MINUTE:
            return
        time = self.dice.randrange(low, min(low + 2 * HOUR, self.times.end))
        status = STATUS.get(document.disposition, 404)
        self.rows.add(
            time,
            "access.log",
            f"GET /api/documents/{document.id}",
            kind="access",
            status=str(status),
            customer=document.customer.id,
        )

    def silence(self, apart: set[str]) -> tuple[str, int, int]:
        """Some half an hour of a part that is not needed to tell who is hit, whose lines never arrived."""
        free = [role for role in ("search", "check", "filing") if role not in apart]
        name = self.platform.names[self.dice.choice(free)]
        low = self.dice.randrange(self.times.start + 3 * HOUR, self.times.fault + HOUR)
        high = low + self.dice.randint(25, 40) * MINUTE
        self.rows.without(name, low, high)
        return name, low, high
