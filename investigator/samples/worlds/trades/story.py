"""What a trade's files say: the lines of each source in order of time, tables, and texts that people wrote."""

from __future__ import annotations

from collections import defaultdict
from random import Random
from typing import Any

from investigator.samples.clock import HOUR, MINUTE, SECOND
from investigator.samples.worlds.trades.styles import STYLES, table, when
from investigator.samples.worlds.trades.things import Thing, Things, Times, batches

QUARTER = 15 * MINUTE


class Story:
    """The files of one world, written from what happened to its things."""

    def __init__(
        self, domain: dict[str, Any], cause: dict[str, Any], things: Things, times: Times, dice: Random
    ) -> None:
        self.domain, self.cause, self.things, self.times, self.dice = domain, cause, things, times, dice
        self.sources: dict[str, dict[str, Any]] = domain["sources"]
        self.lines: dict[str, list[tuple[int, str]]] = defaultdict(list)
        self.trigger: dict[str, Any] | None = None
        self.worse: dict[str, Any] | None = None
        #: Of each affected thing the line that shows it.
        self.shown: dict[str, tuple[str, str]] = {}
        self.silence: dict[str, Any] | None = None
        #: What the customer's own list names and nothing else has ever seen.
        self.strangers = [things.stranger() for _ in range(2 if "list" in domain else 0)]
        self.files: dict[str, str] = {}
        self.ahead = dice.randint(*cause["ahead"]) * SECOND if "ahead" in cause else 0

    def tell(self) -> dict[str, str]:
        """The text of each file, by its path."""
        for thing in self.things.all:
            self._course(thing)
        for thing, time in self.things.spared:
            if "spares" in self.cause:
                self._say(self.cause["by"], time, self.cause["spares"], self._values(thing))
        for told in self.domain.get("batches", []):
            self._batch(told)
        self._surroundings()
        self._changes()
        example = self.things.example()
        self._worse(example)
        for told in self.domain.get("talk", []):
            time = self.times.end - round(told["before"] * MINUTE)
            self._say(told["source"], time, told["says"], self._values(example))
        self._silences()
        self._write(example)
        return self.files

    # -- lines ---------------------------------------------------------------------------------------------------

    def _say(
        self,
        source: str,
        time: int,
        says: str,
        values: dict[str, Any],
        level: str = "info",
        fields: dict[str, str] | None = None,
    ) -> str:
        """One line of a source, kept for its file; gives it back."""
        told = self.sources[source]
        said = values | self._chatter(time)
        filled = {key: form.format(**said) for key, form in (fields or {}).items()}
        line = STYLES[told["style"]](told, time, level, says.format(**said), filled, self.dice)
        self.lines[source].append((time, line))
        return line

    def _chatter(self, time: int) -> dict[str, Any]:
        """What differs from message to message and means nothing."""
        drawn = {name: self.dice.choice(known) for name, known in self.domain.get("chatter", {}).items()}
        return drawn | {
            "ms": self.dice.randrange(3, 900),
            "count": self.dice.randrange(2, 40),
            "now": when(time),
        }

    def _values(self, thing: Thing, *, filed: bool = False) -> dict[str, Any]:
        which = "wrong_owner" if filed else "owner"
        values = thing.values
        return values | {
            "filed": values[which],
            "filed_name": values[f"{which}_name"],
            "title": self.cause["title"],
        }

    def _course(self, thing: Thing) -> None:
        filed = False
        for step in self.domain["steps"]:
            name = step["name"]
            filed = filed or name == thing.filed_from
            for time in (thing.at.get(name), thing.again.get(name)):
                if time is None or time > self.times.end:
                    continue
                line = self._step(step, time, self._values(thing, filed=filed))
                if thing.affected and time == thing.deviated:
                    self.shown[thing.id] = (step["source"], line)
        if thing.ended:
            end = thing.ended
            self._say(
                end["source"], thing.ended_at, end["says"], self._values(thing), "info", end.get("fields")
            )
        if thing.affected and "says" in self.cause:
            level, fields = self.cause.get("level", "info"), self.cause.get("fields")
            values = self._values(thing, filed=self.cause["disposition"] == "wrong owner")
            line = self._say(self.cause["by"], thing.deviated or 0, self.cause["says"], values, level, fields)
            self.shown[thing.id] = (self.cause["by"], line)

    def _step(self, step: dict[str, Any], time: int, values: dict[str, Any]) -> str:
        return self._say(
            step["source"], time, step["says"], values, step.get("level", "info"), step.get("fields")
        )

    def _batch(self, told: dict[str, Any]) -> None:
        """Lines that name many things at once."""
        for group in batches(self.things.all, told["step"], told["size"]):
            ids = told.get("between", ", ").join(str(thing.values[told["id"]]) for thing in group)
            time = group[-1].at[told["step"]] + self.dice.randrange(500, 9_000)
            if time < self.times.end:
                self._say(told["source"], time, told["says"], {"ids": ids, "of": len(group)})

    # -- surroundings --------------------------------------------------------------------------------------------

    def _surroundings(self) -> None:
        times = self.times
        for told in self.domain.get("background", []):
            time = float(times.start)
            while (time := time + self.dice.expovariate(1 / (told["every"] * SECOND))) < times.end:
                self._say(told["source"], int(time), told["says"], {}, told.get("level", "info"))
        for told in self.domain.get("bursts", []):
            first = times.fault - self.dice.randrange(20, 90) * MINUTE
            for _ in range(told.get("lines", 40)):
                time = first + self.dice.randrange(QUARTER)
                self._say(
                    told["source"], time, told["says"], {}, told.get("level", "error"), told.get("fields")
                )
        for told in self.cause.get("extra", []):
            time = float(times.fault)
            while (time := time + self.dice.expovariate(1 / (told["every"] * SECOND))) < times.over:
                self._say(told["source"], int(time), told["says"], {}, told.get("level", "error"))
        if times.over < times.end and "over" in self.cause:
            told = self.cause["over"]
            self._say(told["source"], times.over, told["says"], {})

    def _changes(self) -> None:
        """The changes of some days; among them the one that is to blame, if any is."""
        told, fault = self.domain["changes"], self.times.fault
        own, service = self.cause.get("trigger"), self.cause["service"]
        lead = self.dice.randrange(20, 600) * SECOND
        if own is not None:
            source, at = own.get("source", told["source"]), fault - lead
            values = {"service": service, "version": self._version(), "note": own.get("note", "")}
            line = self._say(source, at + self.ahead, own.get("says", told["says"]), values)
            self.trigger = {
                "source": self.sources[source]["file"],
                "service": service,
                "at": at + self.ahead,
                "line": line,
            }
            for other in self.cause.get("with", ()):  # changed in the same minute
                values = {"service": other, "version": self._version(), "note": own.get("note", "")}
                self._say(source, at + self.ahead + 4 * SECOND, told["says"], values)
        others = [other for other in told["others"] if other[0] not in (service, *self.cause.get("with", ()))]
        self.dice.shuffle(others)
        for number, (name, note) in enumerate(others):
            back = (
                self.dice.randrange(12, 170) * MINUTE
                if number < 2
                else self.dice.randrange(4 * 60, 700) * MINUTE
            )
            values = {"service": name, "version": self._version(), "note": note}
            self._say(told["source"], fault - lead - back + self.ahead, told["says"], values)

    def _version(self) -> str:
        return f"{self.dice.randint(1, 9)}.{self.dice.randrange(40)}.{self.dice.randrange(12)}"

    def _silences(self) -> None:
        """Half an hour of a source that is not needed to tell who is hit, whose lines never arrived; and logs cut off."""
        for source in self.cause.get("cut", ()):
            low = self.times.fault - self.dice.randrange(300, 900) * SECOND
            self.lines[source] = [line for line in self.lines[source] if line[0] < low]
        telling = {self.cause.get("by"), *self.cause.get("cut", ())}
        telling |= {step["source"] for step in self.domain["steps"] if step["name"] == self.cause.get("at")}
        free = [source for source in self.domain.get("gaps", ()) if source not in telling]
        free = [s for s in free if self.worse is None or self.sources[s]["file"] != self.worse["source"]]
        if not free:
            return
        source = self.dice.choice(free)
        low = self.dice.randrange(self.times.start + 2 * HOUR, self.times.fault - 2 * HOUR)
        high = low + self.dice.randint(25, 40) * MINUTE
        self.lines[source] = [line for line in self.lines[source] if not low <= line[0] < high]
        self.silence = {"source": self.sources[source]["file"], "from": low, "until": high}

    def _worse(self, example: Thing) -> None:
        """What takes more of them when it runs next: a job, a line of a calendar, a word in a chat; or nothing."""
        known = self.domain.get("worse", [])
        chosen = self.dice.randrange(len(known) + 1) if self.dice.random() < 0.5 else 0
        due = (self.times.end + self.dice.randrange(40, 150) * MINUTE) // QUARTER * QUARTER
        if chosen >= len(known):
            return
        told = known[chosen]
        values = self._values(example) | {"due": when(due), "example": example.values[self.domain["said"]]}
        if "file" in told:
            self.files[told["file"]] = told["says"].format(**values)
            file, line = (
                told["file"],
                next(x for x in self.files[told["file"]].splitlines() if told["verb"] in x),
            )
        else:
            every, line = told["every"] * SECOND, ""
            for time in range(due - every, self.times.start, -every):
                line = line or self._say(
                    told["source"], time, told["says"], values | {"due": when(time + every)}
                )
                if line and time != due - every:
                    self._say(told["source"], time, told["says"], values | {"due": when(time + every)})
            file = self.sources[told["source"]]["file"]
        self.worse = {"verb": told["verb"], "at": due, "source": file, "line": line}

    # -- files ---------------------------------------------------------------------------------------------------

    def _write(self, example: Thing) -> None:
        for source, told in self.sources.items():
            lines = sorted(self.lines[source], key=lambda line: line[0])
            head = told["header"] + "\n" if "header" in told else ""
            self.files[told["file"]] = head + "".join(f"{text}\n" for _, text in lines if text)
        for name, told in self.domain["tables"].items():
            self.files[told["file"]] = self._table(name, told)
        if "list" in self.domain:
            told = self.domain["list"]
            own = [t for t in self.things.all if t.values["owner"] == example.values["owner"]]
            own += self.strangers
            rows = [[form.format(**self._cells(t, told)) for form in told["columns"].values()] for t in own]
            self.files[told["file"]] = table(told.get("form", "csv"), "list", list(told["columns"]), rows)
        values = self._values(example) | {
            "example": example.values[self.domain["said"]],
            "end": when(self.times.end),
        }
        for file, text in self.domain.get("texts", {}).items():
            self.files[file] = text.format(**values)

    def _table(self, name: str, told: dict[str, Any]) -> str:
        columns, rows = list(told["columns"]), []
        if told.get("of") == "owners":
            for owner, title in self.things.owners:
                rows.append([form.format(owner=owner, owner_name=title) for form in told["columns"].values()])
            return table(told.get("form", "csv"), name, columns, rows)
        first = told.get("after", self.domain["steps"][0]["name"])
        for thing in self.things.all:
            if first not in thing.at or (thing.affected and name in self.cause.get("absent", ())):
                continue
            forms = dict(told["columns"])
            if thing.affected:
                forms |= self.cause.get("cells", {}).get(name, {})
            twice = thing.affected and told.get("twice") and thing.again
            for _ in range(2 if twice else 1):
                values = self._cells(thing, told) | {"row": len(rows) + 70_001}
                rows.append([form.format(**values) for form in forms.values()])
        return table(told.get("form", "csv"), name, columns, rows)

    def _cells(self, thing: Thing, told: dict[str, Any]) -> dict[str, Any]:
        shape = told.get("times", "%Y-%m-%d %H:%M:%S")
        times: dict[str, int | None] = {
            step["name"]: thing.at.get(step["name"]) for step in self.domain["steps"]
        }
        times |= {"ended": thing.ended_at if thing.ended else None, "fault": thing.deviated}
        times["begun"] = min(
            [*thing.at.values(), *([thing.deviated] if thing.deviated else [])], default=None
        )
        stamps = {f"at_{name}": when(time).strftime(shape) if time else "" for name, time in times.items()}
        filed = thing.affected and thing.filed_from is not None
        filed = filed or (thing.affected and self.cause["disposition"] == "wrong owner")
        return self._values(thing, filed=filed) | stamps | {"state": thing.state}
