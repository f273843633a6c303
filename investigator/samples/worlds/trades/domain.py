"""A trade as its TOML file tells it: a new trade is a new file in `domains/`, and no code."""

from __future__ import annotations

import hashlib
import tomllib
from pathlib import Path
from typing import Any

from investigator.errors import DataError, ParameterError
from investigator.samples.worlds.trades.styles import STYLES

FOLDER = Path(__file__).parent / "domains"
REQUIRED = ("name", "thing", "said", "healthy", "ids", "owner", "sources", "steps", "tables", "causes")
#: What can be true of a thing. Each has exactly one.
DISPOSITIONS = (
    "available",
    "delivered",
    "hidden",
    "stuck",
    "delayed",
    "refused or cancelled",
    "wrong owner",
    "duplicated",
    "content missing",
    "content different",
    "gone",
    "never received",
    "under way",
)


def known_domains(folder: str | Path | None = None) -> dict[str, Path]:
    """The TOML file of each trade, by the trade's name."""
    return {file.stem: file for file in sorted(Path(folder or FOLDER).glob("*.toml"))}


def half_of(name: str, folder: str | Path | None = None) -> str:
    """`making` or `measuring`: the trades in the order of a hash of their names, the first half is for making.

    This is the one place that decides it. Weights, thresholds and words are set on the making half alone.
    """
    ordered = sorted(known_domains(folder), key=lambda one: hashlib.sha256(one.encode()).hexdigest())
    return "making" if ordered.index(name) < (len(ordered) + 1) // 2 else "measuring"


def read_domain(name: str, folder: str | Path | None = None) -> dict[str, Any]:
    """The named trade, checked for what each must say."""
    known = known_domains(folder)
    if name not in known:
        raise ParameterError(
            f"There is no trade named {name!r}.",
            f"There are: {', '.join(known) or 'none'}.",
            f"To add it, write {name}.toml into {Path(folder or FOLDER).name}/.",
        )
    try:
        told = tomllib.loads(known[name].read_text(encoding="utf-8"))
    except tomllib.TOMLDecodeError as error:
        raise DataError(
            f"{known[name].name} is not TOML: {error}.", "", "Mend that line, or take the file away."
        ) from error
    _check(told, known[name].name)
    return told


def _check(domain: dict[str, Any], file: str) -> None:
    missing = [key for key in REQUIRED if key not in domain]
    if missing:
        raise DataError(
            f"{file} lacks {', '.join(missing)}.",
            f"It has: {', '.join(domain)}.",
            "Add what is missing; domains/ holds examples.",
        )
    sources, tables = list(domain["sources"]), list(domain["tables"])
    steps = [step["name"] for step in domain["steps"]]
    for source in domain["sources"].values():
        _one_of(file, "style", source["style"], list(STYLES))
    _one_of(file, "said", domain["said"], list(domain["ids"]))
    for step in domain["steps"]:
        _one_of(file, "source of a step", step["source"], sources)
    for part in ("ends", "background", "batches", "worse", "bursts"):
        for told in domain.get(part, ()):
            if "source" in told:
                _one_of(file, f"source in {part}", told["source"], sources)
    for cause in domain["causes"]:
        _one_of(file, "disposition", cause["disposition"], DISPOSITIONS)
        if not cause.get("standing"):
            _one_of(file, f"at of {cause['name']}", cause.get("at"), steps)
        for source in (*cause.get("cut", ()), *([cause["by"]] if "by" in cause else [])):
            _one_of(file, f"source of {cause['name']}", source, sources)
        for table in (*cause.get("absent", ()), *cause.get("cells", {})):
            _one_of(file, f"table of {cause['name']}", table, tables)


def _one_of(file: str, what: str, given: Any, known: list[str] | tuple[str, ...]) -> None:
    if given not in known:
        raise DataError(
            f"{file} says {given!r} as {what}.", f"There are: {', '.join(known)}.", "Name one of these."
        )
