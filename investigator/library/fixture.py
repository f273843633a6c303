"""A fixture of an incident: so many of its events as its signature needs, with other ids, and no word of a person.

It is text, a line an event, to be read over and kept in git beside the signature. Ids keep their shape: each digit is
another one, the same for the same id in any spelling. Who made one is not kept, nor what would undo it.
"""

from __future__ import annotations

import hashlib
import json
import re
import secrets as random
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from investigator import re2, secrets
from investigator.case.reasoning.distil import distilled
from investigator.errors import DataError
from investigator.events.instants import instant
from investigator.events.kept_frame import stored
from investigator.facts import traces
from investigator.facts.overview import some_of_each
from investigator.library.repeating import Known, known_of
from investigator.look import harmless
from investigator.plain import plain

if TYPE_CHECKING:
    import pandas

    from investigator.case import Case
    from investigator.events.events import Events

FORMAT = "investigator fixture 1"
#: So many events, of so many affected and of so many others; of what names no id, so many of each kind around the onset.
ROWS_AT_MOST, AFFECTED_AT_MOST, OTHERS_AT_MOST, EACH_AT_MOST = 4_000, 25, 75, 12
KEPT = (
    "time",
    "source",
    "kind",
    "severity_number",
    "severity_text",
    "service",
    "host",
    "body",
    "value",
    "attributes",
)
_MAIL = re.compile(r"[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,6}")
_TOKEN = re.compile(r"[A-Za-z0-9]+(?:[-_/.][A-Za-z0-9]+)*")
_PART = re.compile(r"([-_/.])")
_DIGITS_AT_LEAST = 4


@dataclass(frozen=True)
class Fixture:
    """What a fixture's first line says, and its events as records."""

    kinds: dict[str, str]
    about: str
    onset: str
    rows: tuple[dict[str, Any], ...]

    @property
    def text(self) -> str:
        """The file as the library keeps it."""
        head = {"format": FORMAT, "kinds": self.kinds, "about": self.about, "onset": self.onset}
        lines = [json.dumps(one, sort_keys=True, ensure_ascii=True) for one in (head, *self.rows)]
        return "\n".join(lines) + "\n"

    @property
    def known(self) -> Known:
        """What a signature asks of a case."""
        return Known(self.about, self.onset)

    @contextmanager
    def events(self) -> Iterator[Events]:
        """The events, as loaded, for as long as they are needed."""
        import pandas as pd

        frame = pd.DataFrame([{name: row.get(name) for name in KEPT} for row in self.rows])
        frame["time"] = pd.to_datetime(frame["time"], utc=True, format="ISO8601")
        frame["attributes"] = [dict(one or {}) for one in frame["attributes"]]
        frame["evidence"] = [hashlib.sha256(str(name).encode()).hexdigest()[:12] for name in frame["source"]]
        for name in ("severity_number", "value"):
            frame[name] = pd.to_numeric(frame[name])
        frame["severity_number"] = frame["severity_number"].astype("Int64")
        with tempfile.TemporaryDirectory(prefix="investigator-") as folder:
            yield stored(frame, folder, kinds=self.kinds)


def of_case(case: Case) -> Fixture:
    """The fixture of a case, given `as_it_stood`: the affected, others, changes, the rest in part."""
    events, known = case.events(), known_of(case)
    frame, ids = _chosen(case, events, known)
    renamed, texts = _renamed(ids), sorted(set(_texts(frame)))
    masked = dict(zip(texts, secrets.masks(texts), strict=True))

    def other(text: str) -> str:
        return renamed(masked.get(text, text))

    # The kinds that the case was asked by, for another that the same ids fit would part them; a pattern that is an id
    # itself is not kept.
    kinds = {n: p for n, p in _kinds(case, events).items() if p not in ids}
    rows = tuple(
        {name: value for name in KEPT if (value := _cell(name, row.get(name), other)) not in (None, "", {})}
        for row in frame.to_dict("records")
    )
    return Fixture(kinds, other(known.about), known.onset, rows)


def as_it_stood(case: Case) -> Case:
    """The case as it stood when the last step that mattered answered."""
    told = distilled(case.entries())
    return case.then(told.short[-1].id) if told.short else case


def read(text: str, where: str) -> Fixture:
    """The fixture in a file's text. Raises DataError that names it."""
    try:
        head, *rows = [json.loads(line) for line in text.splitlines()[: ROWS_AT_MOST + 1]]
        if head.get("format") != FORMAT or not rows:
            raise ValueError("its first line does not say what it is, or nothing follows")
        kinds = {str(name): str(pattern) for name, pattern in head["kinds"].items()}
        refused = next((f"{name}: {why}" for name, p in kinds.items() if (why := re2.refused(p))), "")
        if refused:
            raise ValueError(refused)
        return Fixture(kinds, str(head["about"]), str(head["onset"]), tuple(dict(row) for row in rows))
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
        raise DataError(
            f"{where} is no fixture: {harmless(str(error))[:200]}.",
            "The others work.",
            "Take it back with git checkout, or make it again: inv library add CASE.",
        ) from None


def _chosen(case: Case, events: Events, known: Known) -> tuple[pandas.DataFrame, set[str]]:
    """The events of the chosen ids, all changes, some of each kind of message before and since the onset; and every id."""
    import pandas as pd

    table = events.table.filter(~events.table.kind.isin(traces.PEOPLE_KINDS))
    # What was read anew since has no index of then: it is looked through.
    scanned = bool(known.about) and not events.indexed
    entities = traces.mentions_of_kind(events, known.about) if scanned else events.entities
    parts = []
    if known.about:
        who = case.find.who_else(like=known.about)
        value = who.value if isinstance(who.value, dict) else {}
        mine = [known.about, *(one for one in value.get("ids") or () if one != known.about)]
        affected = mine[:AFFECTED_AT_MOST]
        theirs = entities.filter(entities.id_kind == traces.kind_known(events, known.about))
        # By a hash, so that the same case gives the same ones, from all over its time.
        ranked = theirs.group_by("id").aggregate(n=theirs.count()).order_by(["id"])
        rest = sorted(
            set(events.engine.fetch(ranked)["id"].astype(str)) - set(mine),
            key=lambda id: hashlib.sha256(id.encode()).hexdigest(),
        )
        ids = [*affected, *rest[:OTHERS_AT_MOST]]
        named = entities.filter(entities.id.isin(ids))[["evidence", "unit"]].distinct()
        parts.append(events.engine.fetch(table.semi_join(named, ["evidence", "unit"])))
    parts.append(events.engine.fetch(table.filter(table.kind.isin(["deploy", "flag"]))))
    unnamed = table.anti_join(entities[["evidence", "unit"]].distinct(), ["evidence", "unit"])
    onset = instant(known.onset or None) or datetime.fromtimestamp(0, UTC)
    parts.append(events.engine.fetch(some_of_each(unnamed, onset, EACH_AT_MOST)))
    whole = pd.concat(parts, ignore_index=True).drop_duplicates(["evidence", "unit"])
    chosen = whole.sort_values(["time", "evidence", "unit"]).head(ROWS_AT_MOST)
    every = set(events.engine.fetch(entities[["id"]].distinct())["id"].astype(str))
    # Whatever looks like an id leaves with another one, also where no index knows it.
    texts = sorted(set(_texts(chosen)))
    for pattern in _kinds(case, events).values():
        if not re2.refused(pattern):
            every |= {said for held in re2.pairs(rf"(\b(?:{pattern})\b)()", texts) for said, _ in held}
    return chosen, every | {known.about}


def _kinds(case: Case, events: Events) -> dict[str, str]:
    """The kinds of ids that the case was asked by."""
    return events.indexed or {**events.known, **case.state.kinds}


def _renamed(ids: set[str]) -> Callable[[str], str]:
    """What gives each id another one of the same shape, and leaves out addresses."""
    salt = random.token_bytes(16)
    # In any spelling: what has the same digits is the same thing.
    known = {told for id in ids if len(told := re.sub(r"\D", "", id)) >= _DIGITS_AT_LEAST}

    def digits(text: str) -> str:
        """The same text with its digits by others, the same wherever its digits are the same."""
        told = re.sub(r"\D", "", text)
        drawn = int.from_bytes(hashlib.sha256(salt + told.encode()).digest(), "big")
        out = []
        for character in text:
            if character.isdigit():
                drawn, digit = divmod(drawn, 10)
                out.append(str(digit))
            else:
                out.append(character)
        return "".join(out)

    def token(text: str) -> str:
        """A token with each id in it by another: the longest run of its parts that is one, then what is left."""
        if not any(character.isdigit() for character in text):
            return text
        parts = _PART.split(text)
        for length in range(len(parts), 0, -2):
            for first in range(0, len(parts) - length + 1, 2):
                if re.sub(r"\D", "", "".join(parts[first : first + length])) in known:
                    before, after = "".join(parts[:first]), "".join(parts[first + length :])
                    return token(before) + digits("".join(parts[first : first + length])) + token(after)
        return text

    def other(text: str) -> str:
        return _TOKEN.sub(lambda match: token(match[0]), _MAIL.sub("someone@example.org", text))

    return other


def _texts(frame: pandas.DataFrame) -> Iterator[str]:
    for body, attributes in zip(frame["body"], frame["attributes"], strict=True):
        yield str(body)
        yield from (str(one) for one in dict(attributes or {}).values())


def _cell(name: str, value: Any, other: Callable[[str], str]) -> Any:
    if name == "attributes":
        return {str(key): other(str(one)) for key, one in dict(value or {}).items()}
    if name == "time":
        return None if value is None or value != value else value.replace(tzinfo=UTC).isoformat()
    value = plain(value)
    if value != value:
        return None
    return other(value) if name == "body" and isinstance(value, str) else value
