"""What goes wrong in a world, read from TOML: a new cause is a new file in `causes/`, and no code."""

from __future__ import annotations

import tomllib
from pathlib import Path
from random import Random
from typing import Any

from investigator.errors import DataError, ParameterError

FOLDER = Path(__file__).parent / "causes"
REQUIRED = ("name", "title", "text", "service", "stops_after", "hits", "outcomes")
#: What can be true of a document. Each has exactly one; where two would fit, the later one of these is told.
DISPOSITIONS = (
    "available",
    "hidden by index",
    "hidden by permission",
    "hidden by tenant",
    "hidden by soft delete",
    "duplicate",
    "content differs",
    "content missing",
    "unknown",
    "never received",
)
WHEN = ("arriving", "standing")
WHO = ("customers", "documents", "everyone")


def known_causes(folder: str | Path | None = None) -> dict[str, Path]:
    """The TOML file of each cause, by the cause's name."""
    files = sorted(Path(folder or FOLDER).glob("*.toml"))
    return {str(_parsed(file).get("name", file.stem)): file for file in files}


def read_cause(name: str, dice: Random, folder: str | Path | None = None) -> dict[str, Any]:
    """The named cause as its file tells it, with one of its variants chosen; checked for what each must say."""
    known = known_causes(folder)
    if name not in known:
        raise ParameterError(
            f"There is no cause named {name!r}.",
            f"There are: {', '.join(sorted(known)) or 'none'}.",
            f"To add it, write a TOML file with name = {name!r} into {Path(folder or FOLDER).name}/.",
        )
    told = _parsed(known[name])
    variants = told.pop("variants", [])
    # Drawn in any case, so that a cause that gains a variant keeps its other draws.
    chosen = dice.random()
    cause = told | (variants[int(chosen * len(variants))] if variants else {})
    _check(cause, known[name])
    return cause


def read_platform() -> dict[str, Any]:
    """What every world has in common."""
    return _parsed(Path(__file__).with_name("platform.toml"))


def _parsed(file: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(file.read_text(encoding="utf-8"))
    except tomllib.TOMLDecodeError as error:
        raise DataError(
            f"{file.name} is not TOML: {error}.", "", "Mend that line, or take the file away."
        ) from error


def _check(cause: dict[str, Any], file: Path) -> None:
    missing = [key for key in REQUIRED if key not in cause]
    if missing:
        raise DataError(
            f"{file.name} lacks {', '.join(missing)}.",
            f"It has: {', '.join(cause)}.",
            "Add what is missing; causes/ holds examples.",
        )
    platform = read_platform()
    steps, roles = [step["name"] for step in platform["steps"]], list(platform["names"])
    _one_of(file, "service", cause["service"], roles)
    _one_of(file, "stops_after", cause["stops_after"], steps)
    _one_of(file, "when of [hits]", cause["hits"].get("when"), WHEN)
    _one_of(file, "who of [hits]", cause["hits"].get("who"), WHO)
    if cause["hits"]["when"] == "arriving":
        _one_of(file, "at of [fault]", cause.get("fault", {}).get("at"), steps)
    for role in (*cause.get("possible", ()), *(told["role"] for told in cause.get("with", []))):
        _one_of(file, "one of possible or [[with]]", role, roles)
    if "cut" in cause:
        _one_of(file, "role of [cut]", cause["cut"].get("role"), roles)
    for outcome in cause["outcomes"]:
        _one_of(file, "disposition", outcome.get("disposition", "available"), DISPOSITIONS)
    if not any(outcome.get("disposition", "available") != "available" for outcome in cause["outcomes"]):
        raise DataError(
            f"{file.name} harms no document: all of its outcomes are available.",
            f"There are: {', '.join(DISPOSITIONS)}.",
            "Give one of its [[outcomes]] another disposition.",
        )


def _one_of(file: Path, what: str, given: Any, known: list[str] | tuple[str, ...]) -> None:
    if given not in known:
        raise DataError(
            f"{file.name} says {given!r} as {what}.", f"There are: {', '.join(known)}.", "Name one of these."
        )
