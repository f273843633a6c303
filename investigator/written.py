"""What somebody wrote in YAML: plain data, with the line of every key, so that a mistake can name it.

Texts stay texts (a date, a time and a number with leading zeros too): only true, false, null and whole numbers are
more. Nothing in it can run: no tags, no anchors. What doesn't fit is a DataError that names file and line.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from investigator.errors import DataError

LARGEST = 1 << 20
DEPTH_AT_MOST = 12


@dataclass(frozen=True)
class Written:
    """A document: its data, and the line on which each path in it begins."""

    data: Any
    file: str
    lines: Mapping[tuple[str | int, ...], int] = field(default_factory=dict)

    def line(self, *path: str | int) -> int:
        """The line of a path; of what it lies in, where it has none of its own."""
        while path and path not in self.lines:
            path = path[:-1]
        return self.lines.get(path, 1)

    def mistake(self, what: str, there_is: str, do: str, *path: str | int) -> DataError:
        """An error that names file and line."""
        return DataError(f"{self.file}, line {self.line(*path)}: {what}", there_is, do)

    def only(self, known: Iterable[str], *path: str | int) -> dict[str, Any]:
        """The mapping at a path, which has these keys and no other; a misspelt one is asked back."""
        found = self.at(*path)
        names = list(known)
        if found is None:
            return {}
        if not isinstance(found, dict):
            raise self.mistake(
                f"{_where(path)} must be keys with values.",
                f"The keys are: {', '.join(names)}.",
                "Write each as `key: value`.",
                *path,
            )
        for key in found:
            if key not in names:
                near = difflib.get_close_matches(key, names, n=1)
                raise self.mistake(
                    f"there is no key '{key}' in {_where(path)}.",
                    f"There are: {', '.join(names)}.",
                    f"Did you mean '{near[0]}'?" if near else "Take it out.",
                    *path,
                    key,
                )
        return found

    def at(self, *path: str | int) -> Any:
        """What lies at a path; None where there is nothing."""
        value = self.data
        for step in path:
            there = isinstance(value, dict) and step in value
            if not there and not (isinstance(value, list) and isinstance(step, int) and step < len(value)):
                return None
            value = value[step]
        return value

    def text(self, *path: str | int) -> str:
        """The text at a path, empty where there is none."""
        value = self.at(*path)
        if value is None:
            return ""
        if isinstance(value, (dict, list)):
            raise self.mistake(f"{_where(path)} must be one text.", "", "Write it on one line.", *path)
        return value if isinstance(value, str) else _scalar(value)

    def texts(self, *path: str | int) -> list[str]:
        """The texts at a path: a list, or one."""
        value = self.at(*path)
        if isinstance(value, list):
            return [self.text(*path, i) for i in range(len(value))]
        return [self.text(*path)] if value is not None else []

    def pairs(self, *path: str | int) -> dict[str, str]:
        """The mapping of texts at a path, empty where there is none."""
        value = self.at(*path)
        if value is None:
            return {}
        if not isinstance(value, dict):
            raise self.mistake(
                f"{_where(path)} must be keys with values.", "", "Write each as `name: value`.", *path
            )
        return {key: self.text(*path, key) for key in value}

    def flag(self, default: bool, *path: str | int) -> bool:
        """True or false at a path."""
        value = self.at(*path)
        if value is None:
            return default
        if not isinstance(value, bool):
            raise self.mistake(f"{_where(path)} must be true or false.", "", "", *path)
        return value


def read_file(path: Path | str) -> Written:
    """What is written in a file."""
    path = Path(path)
    try:
        if path.stat().st_size > LARGEST:
            raise DataError(
                f"{path} is larger than {LARGEST >> 20} MB.", "", "What people write by hand is smaller."
            )
        text = path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise DataError(
            f"{path} can't be read: {error.strerror}.", "", "Check the path and its permissions."
        ) from None
    except UnicodeDecodeError:
        raise DataError(f"{path} is no UTF-8 text.", "", "Save it as UTF-8.") from None
    return read(text, str(path))


def read(text: str, file: str) -> Written:
    """What is written in a text; `file` is what errors call it."""
    import yaml

    lines: dict[tuple[str | int, ...], int] = {}
    try:
        for event in yaml.parse(text, Loader=yaml.SafeLoader):
            if isinstance(event, yaml.AliasEvent):
                raise DataError(
                    f"{file}, line {event.start_mark.line + 1}: anchors and aliases are not read.",
                    "",
                    "Write the value out.",
                )
        node = yaml.compose(text, Loader=yaml.SafeLoader)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = mark.line + 1 if mark else 1
        said = getattr(error, "problem", None) or "it is no YAML"
        shown = text.splitlines()[line - 1].strip()[:80] if 0 < line <= len(text.splitlines()) else ""
        raise DataError(
            f"{file}, line {line}: {said}.",
            f"There: {shown}" if shown else "",
            "A text with : # { or \\ in it goes into 'single quotes'.",
        ) from None
    data = _value(node, (), lines, file) if node is not None else None
    return Written(data, file, lines)


def _value(node: Any, path: tuple[str | int, ...], lines: dict[tuple[str | int, ...], int], file: str) -> Any:
    import yaml

    lines.setdefault(path, node.start_mark.line + 1)
    if len(path) > DEPTH_AT_MOST:
        raise DataError(f"{file}, line {lines[path]}: nested too deep.", "", "Write it flatter.")
    if isinstance(node, yaml.MappingNode):
        out: dict[str, Any] = {}
        for key, inner in node.value:
            name = str(key.value) if isinstance(key, yaml.ScalarNode) else ""
            line = key.start_mark.line + 1
            if not isinstance(key, yaml.ScalarNode):
                raise DataError(f"{file}, line {line}: a key must be a word.", "", "")
            if name in out:
                raise DataError(
                    f"{file}, line {line}: '{name}' is there twice, first on line {lines[(*path, name)]}.",
                    "",
                    "Keep one of them.",
                )
            lines[(*path, name)] = line
            out[name] = _value(inner, (*path, name), lines, file)
        return out
    if isinstance(node, yaml.SequenceNode):
        return [_value(inner, (*path, i), lines, file) for i, inner in enumerate(node.value)]
    kind = node.tag.rpartition(":")[2]
    if kind == "bool":
        return node.value.lower() in ("true", "yes", "on")
    if kind == "null":
        return None
    if (
        kind == "int"
        and node.value.lstrip("-").isdigit()
        and node.value.lstrip("-0") == node.value.lstrip("-")
    ):
        return int(node.value)
    if node.tag.startswith("tag:yaml.org,2002:") and kind in (
        "str",
        "int",
        "float",
        "timestamp",
        "merge",
        "value",
    ):
        return node.value
    raise DataError(
        f"{file}, line {lines[path]}: '{node.tag}' is a tag, and tags are not read.",
        "",
        "Write the plain value.",
    )


def _scalar(value: Any) -> str:
    return ("true" if value else "false") if isinstance(value, bool) else str(value)


def _where(path: tuple[str | int, ...]) -> str:
    return "'" + ".".join(str(step) for step in path) + "'" if path else "it"
