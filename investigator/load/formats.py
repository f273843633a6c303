"""The formats by their names, and how a content of each is read. No format is named here: what sets one apart, it says."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any

from investigator import catalogue, re2
from investigator.errors import CatalogueError
from investigator.load.roles import WORDS
from investigator.sources import _json, _lead
from investigator.sources._format import (
    Form,
    Head,
    JsonLines,
    Lines,
    Readable,
    Record,
    Records,
    Sure,
    value_of,
)

if TYPE_CHECKING:
    from investigator.load.declared import Declared

SOURCES = "investigator.sources"
MIXED = "mixed"


_TIMES = "|".join(sorted({"@timestamp", "asctime", *WORDS["time"]}, key=len, reverse=True))
#: An object that is an event of its own has a time, or a level and a message: others belong to what is above them.
_JSON = (
    rf'(?i)^\s*\{{.*"(?:{_TIMES})"\s*:.*\}}\s*$'
    r'|^\s*\{.*"(?:level|severity|lvl)"\s*:.*"(?:msg|message)"\s*:.*\}\s*$'
)


@lru_cache(maxsize=1)
def _room() -> tuple[dict[str, ModuleType], dict[str, str], dict[str, str]]:
    """The formats that work; why each other can't be read; and of whom some failed at a content, why."""
    there, broken = catalogue.working(SOURCES, noun="source", needs=("FORMAT",))
    for name in [name for name, module in there.items() if not isinstance(module.FORMAT, Form)]:
        broken[name] = (
            f"its FORMAT is no Lines, JsonLines or Records, but {type(there.pop(name).FORMAT).__name__}"
        )
    for name in [n for n, m in there.items() if not hasattr(m, "sure") and not isinstance(m.FORMAT, Lines)]:
        broken[name] = f"it has no sure, which {type(there.pop(name).FORMAT).__name__} need"
    return there, broken, {}


def formats() -> dict[str, ModuleType]:
    """Every format that works, by its name."""
    return _room()[0]


def kits(name: str) -> ModuleType | None:
    """The kit's own format of that name; None where it has none. CatalogueError for one whose file is broken."""
    there, broken, _ = _room()
    if name in broken:
        raise CatalogueError(
            f"The format '{name}' can't be read: {broken[name]}.",
            "The others work.",
            f"Mend {_file(name)}, and start again.",
        )
    return there.get(name)


def skipped() -> list[str]:
    """A line for each format that was not asked, and for each that failed when it was, since this was last called."""
    _, broken, failed = _room()
    lines = [f"The format '{name}' is skipped: {why}. Mend {_file(name)}." for name, why in broken.items()]
    lines += [f"The format '{name}' {why}. Mend {_file(name)}." for name, why in failed.items()]
    failed.clear()
    return lines


def sureness(name: str, module: ModuleType, head: Head) -> Sure:
    """How sure a format is of a content; not at all where it fails at that, which is listed.

    A pattern says it itself, by the share of lines that it begins, where the format has no `sure` of its own.
    """
    try:
        sure = module.sure(head) if hasattr(module, "sure") else module.FORMAT.share(head)
        return Sure(float(sure.share), str(sure.why))
    except Exception as error:
        said = " ".join(str(error).split())
        _room()[2][name] = f"could not look at {head.name}: {type(error).__name__}: {said}".rstrip(": .")
        return Sure(0.0)


def _file(name: str) -> str:
    return f"{SOURCES.replace('.', '/')}/{name}.py"


@dataclass(frozen=True)
class Mixed(Lines):
    """The formats of one file, the most frequent first. Where two begin a line, the first does."""

    parts: tuple[tuple[str, Form], ...] = field(default=())

    @property
    def name(self) -> str:
        """What a segment calls it: all of its formats."""
        return f"{MIXED}({', '.join(sorted(name for name, _ in self.parts))})"

    def beginnings(self, lines: Sequence[str]) -> list[bool]:
        """Which of these lines begin an event of any of the formats."""
        return [owner >= 0 for owner in self.owners(lines)]

    def owners(self, lines: Sequence[str]) -> list[int]:
        """The place of the format that begins each line; -1 where none does."""
        out = [-1] * len(lines)
        for place in range(len(self.parts) - 1, -1, -1):
            for i, hit in enumerate(beginnings(self.parts[place][1], lines)):
                out[i] = place if hit else out[i]
        return out

    @classmethod
    def of(cls, parts: Sequence[tuple[str, Form]]) -> Mixed:
        """A mix of these; formats that know more of a line come first."""
        return cls(pattern="", parts=tuple(sorted(parts, key=lambda part: loose(part[1]))))


#: Formats that one file is read by at most.
FORMATS_AT_MOST = 8


def parts_of(name: str, form: Form) -> list[tuple[str, Form]]:
    """The formats that a form is a mix of: itself alone, where it is none."""
    return list(form.parts) if isinstance(form, Mixed) else [(name, form)]


def begins(form: Form) -> str:
    """What begins an event among lines of other formats, as RE2 looks for it; empty where that can't be told."""
    if isinstance(form, Lines):
        return form.pattern
    return _JSON if isinstance(form, JsonLines) else form.begins


def beginnings(form: Form, lines: Sequence[str]) -> list[bool]:
    """Which of these lines begin an event of a format, among lines of others."""
    if isinstance(form, Lines):
        return form.beginnings(lines)
    return re2.matches(begins(form), lines)


def loose(form: Form) -> bool:
    """Whether a format takes lines that another may know better."""
    return bool(getattr(form, "loose", False))


def form_of(name: str, declared: Sequence[Declared] = ()) -> Form:
    """How a format is read, by its name: one that was declared, one of the kit's, or a mix: mixed(one, other)."""
    if name.startswith(f"{MIXED}("):
        names = [part.strip() for part in name.removeprefix(MIXED).strip("() ").split(",") if part.strip()]
        return Mixed.of([(part, form_of(part, declared)) for part in names])
    own = next((form for form in declared if form.name == name), None)
    form: Form = own or (kits(name) or catalogue.load(SOURCES, name, noun="source")).FORMAT
    return form


def holds_no_events(name: str) -> bool:
    """Whether what a format of this name reads has no events of its own: an archive, or what is only kept."""
    form = module.FORMAT if (module := formats().get(name)) else None
    return isinstance(form, Records) and (form.opened or form.kept)


def opened(name: str) -> bool:
    """Whether this is the name of a format whose records are files."""
    form = module.FORMAT if (module := formats().get(name)) else None
    return isinstance(form, Records) and form.opened


def formed(form: Form, head: Head) -> Form:
    """A format as this content has it: text without times line by line, lines without what stands before their messages, a dialect of JSON lines also as an array, or
    indented, record by record."""
    if isinstance(form, Lines):
        return (
            form.untimed if form.untimed is not None and not form.share(head).share else _lead.led(form, head)
        )
    if not isinstance(form, JsonLines) or not head.objects:
        return form
    if any(isinstance(value_of(line), dict) for line in head.lines[:20]):
        return _by_line(form) if any(map(_twice, head.lines[:50])) else form
    return _as_records(form, _json.read)


def _as_records(
    lines: JsonLines, values: Callable[..., Iterator[Record]], *, line_based: bool = False
) -> Records:
    """A dialect of JSON lines, read record by record."""

    def read(path: Path, content: Readable) -> Iterator[Record]:
        for record in values(path, content):
            names = lines.named(list(record.fields))
            yield replace(record, fields=dict(zip(names, record.fields.values(), strict=True)))

    return Records(
        read,
        lines.kind,
        line_based=line_based,
        roles=lines.roles,
        levels=lines.levels,
        service=lines.service,
        level=lines.level,
    )


def _by_line(lines: JsonLines) -> Records:
    """A dialect of JSON lines in whose objects a key stands twice, which columns of an engine can't hold."""
    return _as_records(lines, _json.by_line, line_based=True)


def _twice(line: str) -> bool:
    """Whether a key of a JSON object stands in it twice, with two values."""
    hits: list[bool] = []

    def seen(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        once = dict(pairs)
        hits.append(len(once) < len(pairs) and any(once[key] != value for key, value in pairs))
        return once

    try:
        json.loads(line, object_pairs_hook=seen)
    except (ValueError, RecursionError):
        return False
    return any(hits)
