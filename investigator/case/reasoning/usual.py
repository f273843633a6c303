"""The usual guesses of why a document can't be found, with what the kit's checks say under each: a start for the board.

They stand in `usual.toml`, written down once for documents in general; a team that knows better writes its own
guesses and predictions into the case, and then only these count.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from investigator.case.reasoning.beliefs import Test
from investigator.check import Check, Expect

if TYPE_CHECKING:
    from datetime import datetime

    from investigator.finding import Finding

FILE = Path(__file__).with_name("usual.toml")


@dataclass(frozen=True)
class Usual:
    """One of the usual checks: what it would show, the check itself, and how likely that is under each guess."""

    text: str
    check: Check
    test: Test


@cache
def _told() -> dict[str, Any]:
    return tomllib.loads(FILE.read_text(encoding="utf-8"))


def guesses() -> dict[str, str]:
    """The usual guesses by their short names."""
    return dict(_told()["guesses"])


def checks(about: str, onset: datetime | None) -> list[Usual]:
    """The usual checks of an id, in the order of the triage notebook; without an onset those that need none."""
    given = {"about": about, "onset": onset.isoformat() if onset else "", "hour": ""}
    if onset:
        from datetime import timedelta

        # A moment before it began things were on their way: what was there before was there for a while.
        given["hour"] = (onset - timedelta(minutes=15)).isoformat()
    out = []
    for place, told in enumerate(_told()["checks"]):
        params = {name: str(text).format(**given) for name, text in told["params"].items()}
        expect = dict(told["expect"])
        if isinstance(expect["value"], str):
            expect["value"] = expect["value"].format(**given)
        if not all(params.values()) or expect["value"] == "":
            continue
        likely = {name: told["likely"].get(name, told["else"]) for name in guesses()}
        check = Check(told["analysis"], params=params, expect=Expect(expect["path"], expect["op"], expect["value"]))  # fmt: skip
        out.append(Usual(told["text"], check, Test(f"{place:02d}", likely, float(told["minutes"]))))
    return out


def came(usual: Usual, finding: Finding) -> str:
    """What a finding says to a usual check. These ask what the kit itself says, also where it says that it can't tell."""
    return "as expected" if usual.check.holds(finding) else "otherwise"
