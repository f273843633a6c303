"""A check: the name of an analysis, parameters that fit in JSON, and what is expected of its value.

Everything the kit asserts is one. Nothing is pickled and no callable is stored, so opening a case that someone sent
runs no code of theirs, and anyone can run any check again on the same evidence (`performing`).
"""

from __future__ import annotations

import json
import math
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any, Protocol

from investigator.errors import ParameterError
from investigator.plain import plain

OPERATORS = ("==", "!=", "<", "<=", ">", ">=", "between", "in")


class Answer(Protocol):
    """What an expectation looks at of a finding."""

    @property
    def answer(self) -> str: ...

    @property
    def value(self) -> Any: ...

    @property
    def verdict(self) -> str: ...


@dataclass(frozen=True)
class Expect:
    """What is expected of a finding: at `path` of its value, `op`, `value`, within `tolerance`.

    `path` is dotted ("affected", "counts.0.n"; "" is the value itself; "verdict" and "answer" are the finding's own).
    """

    path: str
    op: str
    value: Any
    tolerance: float = 0.0

    def __post_init__(self) -> None:
        if self.op not in OPERATORS:
            raise ParameterError(
                f"'{self.op}' is no comparison.", f"There are: {', '.join(OPERATORS)}.", "Use one of these."
            )
        object.__setattr__(self, "value", plain(self.value))
        if self.op == "between" and not (isinstance(self.value, list) and len(self.value) == 2):
            raise ParameterError(
                "'between' needs two bounds.", f"It got {self.value!r}.", "Give [low, high]."
            )
        if self.op == "in" and not isinstance(self.value, list):
            raise ParameterError("'in' needs a list.", f"It got {self.value!r}.", "Give a list of values.")

    def found(self, finding: Answer) -> Any:
        """What the finding has at the path; None where it has nothing."""
        if self.path in ("verdict", "answer"):
            return getattr(finding, self.path)
        here: Any = finding.value
        for part in [part for part in self.path.split(".") if part]:
            if isinstance(here, dict):
                here = here.get(part)
            elif (
                isinstance(here, list) and part.lstrip("-").isdigit() and -len(here) <= int(part) < len(here)
            ):
                here = here[int(part)]
            else:
                return None
        return here

    def holds(self, finding: Answer) -> bool:
        """Whether the finding is as expected. What is missing never holds, save for != ."""
        have, want = self.found(finding), self.value
        if self.op == "==":
            return _equal(have, want, self.tolerance)
        if self.op == "!=":
            return not _equal(have, want, self.tolerance)
        if self.op == "in":
            return any(_equal(have, item, self.tolerance) for item in want)
        low, high = want if self.op == "between" else (want, want)
        if self.op == "between":
            return _ordered(low, have, self.tolerance) and _ordered(have, high, self.tolerance)
        if self.op == "<=":
            return _ordered(have, high, self.tolerance)
        if self.op == ">=":
            return _ordered(low, have, self.tolerance)
        if self.op == "<":
            return _ordered(have, high, 0.0) and not _equal(have, high, 0.0)
        return _ordered(low, have, 0.0) and not _equal(have, low, 0.0)

    def __str__(self) -> str:
        near = f" (within {self.tolerance:g})" if self.tolerance else ""
        return f"{self.path or 'value'} {self.op} {json.dumps(self.value, ensure_ascii=False)}{near}"

    def to_json(self) -> dict[str, Any]:
        return {"path": self.path, "op": self.op, "value": self.value, "tolerance": self.tolerance}

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> Expect:
        return cls(data["path"], data["op"], data["value"], data.get("tolerance", 0.0))


@dataclass(frozen=True)
class Check:
    """An analysis by name, the selection and parameters it ran on, and what is expected. Plain JSON, nothing else."""

    analysis: str
    version: int = 1
    selection: dict[str, Any] = field(default_factory=dict)
    params: dict[str, Any] = field(default_factory=dict)
    expect: Expect | None = None

    def __post_init__(self) -> None:
        for name in ("selection", "params"):
            object.__setattr__(self, name, plain(getattr(self, name)))

    if not TYPE_CHECKING:

        def __getattr__(self, name: str) -> Any:
            if name == "run":
                raise AttributeError("A check is data: inv.run(check, events) runs it.")
            raise AttributeError(f"A check has no '{name}'.")

    def expecting(self, path: str, op: str, value: Any, tolerance: float = 0.0) -> Check:
        """The same check with what is expected of it."""
        return Check(
            self.analysis, self.version, self.selection, self.params, Expect(path, op, value, tolerance)
        )

    def holds(self, finding: Answer) -> bool:
        """Whether a finding meets the expectation; without one, whether anything was found."""
        return self.expect.holds(finding) if self.expect else finding.verdict == "found"

    def code(self) -> str:
        """The line of Python that runs it again in a notebook."""
        arguments = ", ".join(f"{name}={value!r}" for name, value in self.params.items())
        events = f"events.select({self.selection!r})" if self.selection else "events"
        return f"inv.find.{self.analysis}({events}{', ' if arguments else ''}{arguments})"

    def to_json(self) -> dict[str, Any]:
        return {
            "analysis": self.analysis,
            "version": self.version,
            "selection": self.selection,
            "params": self.params,
            "expect": self.expect.to_json() if self.expect else None,
        }

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> Check:
        return cls(
            data["analysis"],
            int(data.get("version", 1)),
            dict(data.get("selection", {})),
            dict(data.get("params", {})),
            Expect.from_json(data["expect"]) if data.get("expect") else None,
        )


def _equal(have: Any, want: Any, tolerance: float) -> bool:
    if isinstance(have, bool) or isinstance(want, bool):
        return have is want
    if isinstance(have, (int, float)) and isinstance(want, (int, float)):
        return math.isclose(have, want, rel_tol=0.0, abs_tol=tolerance) if tolerance else have == want
    if isinstance(have, list) and isinstance(want, list):
        return len(have) == len(want) and all(
            _equal(a, b, tolerance) for a, b in zip(have, want, strict=True)
        )
    if isinstance(have, dict) and isinstance(want, dict):
        return set(have) == set(want) and all(_equal(have[key], want[key], tolerance) for key in have)
    moments = _moments(have, want)
    if moments:
        return abs((moments[0] - moments[1]).total_seconds()) <= tolerance
    return bool(have == want)


def _ordered(low: Any, high: Any, tolerance: float) -> bool:
    """Whether low <= high, within a tolerance in the value's own unit (seconds for times)."""
    numbers = (int, float)
    if isinstance(low, bool) or isinstance(high, bool):
        return False
    if isinstance(low, numbers) and isinstance(high, numbers):
        return low <= high + tolerance
    moments = _moments(low, high)
    if moments:
        return (moments[0] - moments[1]).total_seconds() <= tolerance
    return isinstance(low, str) and isinstance(high, str) and low <= high


def _moments(a: Any, b: Any) -> tuple[datetime, datetime] | None:
    if not (isinstance(a, str) and isinstance(b, str)):
        return None
    try:
        first, second = datetime.fromisoformat(a), datetime.fromisoformat(b)
    except ValueError:
        return None
    return (first, second) if (first.tzinfo is None) == (second.tzinfo is None) else None
