"""Which format a file has: by its content, with the reason in words. Its name only breaks a tie."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any

from investigator import catalogue
from investigator.errors import DataError
from investigator.load.content import Content
from investigator.sources import json_records
from investigator.sources._format import Head, JsonLines, Record, Records, value_of
from investigator.sources.binary import seems

if TYPE_CHECKING:
    from investigator.load.declared import Declared

SOURCES = "investigator.sources"


@lru_cache(maxsize=1)
def formats() -> dict[str, ModuleType]:
    """Every format by its name."""
    return {name: catalogue.load(SOURCES, name, noun="source") for name in catalogue.names(SOURCES)}


@dataclass(frozen=True)
class Candidate:
    """A format that a content may have: how sure it is, from 0 to 1, and why."""

    name: str
    share: float
    why: str


def form_of(name: str, declared: Sequence[Declared] = ()) -> Any:
    """How a format is read, by its name: one that was declared, or one of the kit's."""
    if name.startswith("mixed("):
        from investigator.load import mixed

        return mixed.of_name(name, declared)
    own = next((form for form in declared if form.name == name), None)
    return own or catalogue.load(SOURCES, name, noun="source").FORMAT


def ranked(head: Head, declared: Sequence[Declared] = ()) -> list[Candidate]:
    """Every format that a content may have, the surest first; where two are as sure, the declared one."""
    found = [Candidate(form.name, sure.share, sure.why) for form in declared for sure in [form.sure(head)]]
    for name, module in formats().items():
        sure = module.sure(head)
        found.append(Candidate(name, sure.share, sure.why))
    return sorted((one for one in found if one.share > 0), key=lambda one: -one.share)


def recognise(
    content: Content, *, given: str | None = None, declared: Sequence[Declared] = ()
) -> tuple[str, str, Head]:
    """The format's name, why, and the head that it was told from; raises DataError for what is no text."""
    head = content.head()
    if given:
        return given, _as_given(content, given, declared, head), head
    if not head.data:
        raise DataError(f"{content.name} is empty.", "", "Export it again, if something should be in it.")
    from investigator.load import mixed

    first = next(iter(ranked(head, declared)), Candidate("", 0.0, ""))
    several = mixed.found(content, head, first, declared)
    if several:
        return several[0].name, several[1], head
    if first.share < 0.9 and (binary := seems(head.data)):
        return "binary", binary, head
    if not first.name:
        raise DataError(
            f"{content.name} is nothing that I recognise.",
            "I read JSON, CSV, SQLite, logs, mails and many more, each also compressed or in an archive.",
            "Say which it is with format=..., or export it as one of these.",
        )
    return first.name, first.why, head


def _as_given(content: Content, given: str, declared: Sequence[Declared], head: Head) -> str:
    """Why it is read as somebody said; refused where a format of their own matches none of its lines."""
    form = form_of(given, declared)
    if not hasattr(form, "own") or not head.lines:
        return "as you said"
    sure = form.sure(head)
    if not any(form.beginnings([line[:20_000] for line in head.lines])):
        raise DataError(
            f"{given} matches none of the first {len(head.lines)} lines of {content.name}.",
            f"The first of them is: {head.lines[0][:200]}",
            "See what is read, line by line, before anything is stored: inv add --try FILE --pattern '...'",
        )
    return f"as you said: {sure.why}"


def formed(form: Any, head: Head) -> Any:
    """A format as this content has it: a dialect of JSON lines also as an array, or indented, record by record."""
    if not isinstance(form, JsonLines) or any(isinstance(value_of(line), dict) for line in head.lines[:20]):
        return form
    if not head.objects:
        return form

    def read(path: Path, content: Any) -> Iterator[Record]:
        for record in json_records.read(path, content):
            names = form.named(list(record.fields))
            yield replace(record, fields=dict(zip(names, record.fields.values(), strict=True)))

    return Records(
        read, form.kind, roles=form.roles, levels=form.levels, service=form.service, level=form.level
    )
