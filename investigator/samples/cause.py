"""What goes wrong in a sample, read from TOML: a new incident is a new file in `causes/`, and no code."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

from investigator.errors import DataError, ParameterError
from investigator.samples.clock import milliseconds

FOLDER = Path(__file__).parent / "causes"
# The steps at which a document's way can end without the document being lost.
STAGES = ("scan", "indexer", "search")
REQUIRED = {
    "": ("name", "id", "title", "cause", "noticed", "exported", "recovered", "fault", "affected", "repair"),
    "fault": ("stage", "level", "message", "onset"),
    "repair": ("at", "first", "first_at", "until"),
    "affected": ("customer", "documents", "until"),
}


def known_causes(folder: str | Path | None = None) -> dict[str, Path]:
    """The TOML file of each incident, by the incident's name."""
    files = sorted(Path(folder or FOLDER).glob("*.toml"))
    return {_parsed(file).get("name", file.stem): file for file in files}


def read_cause(name: str, folder: str | Path | None = None) -> dict[str, Any]:
    """The named incident as its TOML file tells it, checked for what every incident must say."""
    known = known_causes(folder)
    if name not in known:
        raise ParameterError(
            f"There is no sample named {name!r}. There are: {', '.join(sorted(known)) or 'none'}. "
            f"To add it, write a TOML file with name = {name!r} into {Path(folder or FOLDER).name}/."
        )
    cause = _parsed(known[name])
    _check(cause, known[name])
    return cause


def read_platform() -> dict[str, Any]:
    """The platform as it was before: customers, services, and the changes of an ordinary week."""
    return _parsed(Path(__file__).with_name("platform.toml"))


def fault_window(cause: dict[str, Any]) -> tuple[int, int]:
    """From the change that broke it (or the onset, where no deploy is named) until it was repaired."""
    onset = milliseconds(cause["fault"]["onset"])
    service = cause["fault"]["stage"]
    deploys = [
        milliseconds(deploy["at"]) for deploy in cause.get("deploys", []) if deploy["service"] == service
    ]
    return max((at for at in deploys if at <= onset), default=onset), milliseconds(cause["repair"]["at"])


def _parsed(file: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(file.read_text(encoding="utf-8"))
    except tomllib.TOMLDecodeError as error:
        raise DataError(
            f"{file.name} is not TOML: {error}. Mend that line, or take the file away."
        ) from error


def _check(cause: dict[str, Any], file: Path) -> None:
    for section, fields in REQUIRED.items():
        found = cause.get(section, {}) if section else cause
        for table in found if isinstance(found, list) else [found]:
            missing = [field for field in fields if field not in table]
            if missing:
                raise DataError(
                    f"{file.name} lacks {', '.join(missing)}{f' in [{section}]' if section else ''}. "
                    f"It has: {', '.join(table) or 'nothing'}. Add what is missing; causes/ holds an example."
                )
    if cause["fault"]["stage"] not in STAGES:
        raise DataError(
            f"{file.name} breaks at {cause['fault']['stage']!r}, which is no step of a document. "
            f"There are: {', '.join(STAGES)}. Name one of them as the stage in [fault]."
        )
    customers = read_platform()["customers"]
    named = [
        group["customer"]
        for group in (*cause["affected"], *([cause["unknown"]] if "unknown" in cause else []))
    ]
    strangers = [customer for customer in named if customer not in customers]
    if strangers:
        raise DataError(
            f"{file.name} affects {', '.join(strangers)}, whom platform.toml does not know. "
            f"There are: {', '.join(customers)}. Name one of them, or add the customer there."
        )
    numbers = [number for group in cause["affected"] for number in group.get("named", {})]
    for number in (cause["repair"]["first"], *(search["document"] for search in cause.get("searches", []))):
        if number in numbers:
            continue
        raise DataError(
            f"{file.name} tells of {number!r}, which no [[affected]] names. "
            f"There are: {', '.join(numbers) or 'none'}. Add it to `named` with the time of its fault."
        )
