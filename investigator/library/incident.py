"""One incident of the library: what was seen, why it was, what broke, how it was noticed, and what was to be done."""

from __future__ import annotations

import json
import os
import re
import stat
from dataclasses import dataclass, field, fields, replace
from pathlib import Path
from typing import Any

from investigator.errors import DataError
from investigator.look import harmless, shown_name

#: What a file of the library may weigh, and how many characters of a foreign text it keeps.
BYTES_AT_MOST = 1_000_000
ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}")
DETECTED = ("customer", "monitor", "staff")
KINDS = ("case", "postmortem")


@dataclass(frozen=True)
class Action:
    """Something that was to be done afterwards. `done` is None where nobody says."""

    text: str
    done: bool | None = None
    owner: str = ""
    due: str = ""


@dataclass(frozen=True)
class Incident:
    """One incident as the library keeps it. Texts are paragraphs in order; `date` is YYYY-MM-DD or empty.

    `minutes` is how long it lasted, `minutes_from` whether a sentence says so or the times of its timeline do.
    `detected` is customer (or anybody else outside), monitor, staff, or empty where nobody says.
    """

    id: str
    title: str
    kind: str = "postmortem"
    date: str = ""
    symptoms: tuple[str, ...] = ()
    summary: tuple[str, ...] = ()
    causes: tuple[str, ...] = ()
    factors: tuple[str, ...] = ()
    services: tuple[str, ...] = ()
    messages: tuple[str, ...] = ()  # new or failing, their variable parts masked
    step: str = ""  # the step that did not happen, masked
    broke: tuple[str, ...] = ()  # kinds of step, of change and of break, as kinds.toml names them
    detected: str = ""
    detected_in: str = ""
    minutes: int | None = None
    minutes_from: str = ""
    actions: tuple[Action, ...] = ()
    resolution: tuple[str, ...] = ()
    rest: tuple[str, ...] = ()
    doubts: tuple[str, ...] = ()
    source: str = ""
    sha256: str = ""
    more: dict[str, Any] = field(default_factory=dict)  # what a newer kit wrote

    @property
    def text(self) -> str:
        """The file as the library writes it: sorted keys, a line a value, nothing that could disturb a terminal."""
        told: dict[str, Any] = dict(self.more)
        for one in fields(self):
            value = getattr(self, one.name)
            if one.name == "more" or value in ("", (), None):
                continue
            if one.name == "actions":
                value = [{k: v for k, v in vars(a).items() if v not in ("", None)} for a in value]
            told[one.name] = value
        return _inert(json.dumps(told, sort_keys=True, indent=1, ensure_ascii=False)) + "\n"

    def with_id(self, id: str) -> Incident:
        """The same under another id."""
        return replace(self, id=id)


def read(text: str, where: str) -> Incident:
    """The incident in a file's text. Raises DataError that names the file and says what is wrong with it."""
    marks = [n for n, line in enumerate(text.splitlines(), 1) if line.startswith(("<<<<<<< ", ">>>>>>> "))]
    if marks:
        raise DataError(
            f"{where} holds two versions that git could not make one (lines {marks[0]} to {marks[-1]}).",
            "The other incidents are here.",
            "Keep one of the two in an editor, or take one whole: git checkout --ours, or --theirs.",
        )
    try:
        told = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise _broken(where, f"is no JSON: {error}") from None
    if not isinstance(told, dict):
        raise _broken(where, "does not hold an incident")
    given: dict[str, Any] = {}
    for one in fields(Incident):
        if one.name != "more" and one.name in told:
            given[one.name] = _value(one.name, str(one.type), told.pop(one.name), where)
    if not ID.fullmatch(given.get("id", "")) or not given.get("title"):
        raise _broken(where, "has no id or no title")
    for name, known in (("detected", DETECTED), ("kind", KINDS)):
        if given.get(name) and given[name] not in known:
            raise _broken(
                where, f"says {name} '{harmless(given[name])[:40]}', which is none of {', '.join(known)}"
            )
    return Incident(**given, more=told)


def text_of(path: Path, at_most: int) -> str:
    """The text of a file of the library; a link is none, nor is what is too large. Raises DataError that names it."""
    try:
        handle = os.open(path, os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0))
        with open(handle, "rb") as file:
            if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
                raise OSError(0, "it is no file")
            data = file.read(at_most + 1)
        if len(data) > at_most:
            raise OSError(0, f"it has more than {at_most // 1_000_000} MB, which the library never writes")
    except OSError as error:
        raise DataError(
            f"{shown_name(path.name)} can't be read: {error.strerror}.",
            "The others work.",
            "Take it back with git checkout, or remove it and add its source again.",
        ) from None
    return data.decode("utf-8", "replace")


def _value(name: str, kind: str, value: Any, where: str) -> Any:
    """A field as its kind wants it: text, texts, a number, actions."""
    if name == "actions":
        if isinstance(value, list) and all(
            isinstance(a, dict) and isinstance(a.get("text"), str) for a in value
        ):
            return tuple(_action(a) for a in value)
    elif kind.startswith("tuple"):
        if isinstance(value, list) and all(isinstance(one, str) for one in value):
            return tuple(value)
    elif kind.startswith("int"):
        if isinstance(value, int) and not isinstance(value, bool) and value >= 0:
            return value
    elif isinstance(value, str):
        return value
    raise _broken(where, f"has '{name}' in a form that it does not take")


def _action(told: dict[str, Any]) -> Action:
    done = told.get("done")
    return Action(
        told["text"], done if isinstance(done, bool) else None, str(told.get("owner", "")), str(told.get("due", ""))
    )  # fmt: skip


def _broken(where: str, why: str) -> DataError:
    return DataError(
        f"{where} {why}.",
        "The other incidents are here.",
        "Mend it, take it back with git checkout, or remove the file and add its source again.",
    )


def _inert(text: str) -> str:
    """JSON with what could deceive or disturb as JSON's own escapes: it reads the same, and shows itself."""

    def escaped(character: str) -> str:
        if character == "\n" or harmless(character) == character:
            return character
        units = character.encode("utf-16-be", "surrogatepass")
        return "".join(f"\\u{units[n] * 256 + units[n + 1]:04x}" for n in range(0, len(units), 2))

    return text if harmless(text, keep="\n") == text else "".join(map(escaped, text))
