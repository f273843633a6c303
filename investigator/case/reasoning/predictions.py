"""Predictions: checks written down before they run, with how likely their outcome is under each guess."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

from investigator import performing
from investigator.case.evidence.evidence import Evidence
from investigator.case.record.entries import one_of
from investigator.case.record.model import LIKELY, MINUTES, OUTCOMES, Prediction
from investigator.case.record.record import Record
from investigator.check import Check
from investigator.errors import ParameterError
from investigator.finding import Finding

if TYPE_CHECKING:
    from investigator.ledger import Entry


def predict(
    record: Record,
    check: Check | Finding | str,
    likely: dict[Any, str],
    *,
    minutes: float = MINUTES,
    text: str = "",
    **given: Any,
) -> Entry:
    """Write a prediction down; see `case.record.predict`."""
    known = check.check if isinstance(check, Finding) else check if isinstance(check, Check) else None
    if isinstance(check, Finding) and known is None:
        raise ParameterError("This finding has no check.", "", "Give a Check, or a question as text.")
    if minutes <= 0:
        raise ParameterError(f"A check can't take {minutes:g} minutes.", "", "Give a number above 0.")
    guesses = record.state.guesses
    steps: dict[str, str] = {}
    for guess, step in likely.items():
        steps[record.known(guess, guesses, "guess")] = one_of(step, LIKELY, "likelihood")
    if not steps:
        raise ParameterError(
            "A prediction needs a guess that it speaks of.",
            f"There are: {', '.join(guess.name for guess in guesses.values()) or 'none'}.",
            "Such as: case.record.predict(check, {7: 'very likely', 8: 'unlikely'})",
        )
    said = text or (check if isinstance(check, str) else _said(known) if known else "")
    content: dict[str, Any] = {"text": said, "likely": steps, "minutes": minutes}
    if known is not None:
        content["check"] = known.to_json()
    return record.append("prediction", content, **given)


def _said(check: Check) -> str:
    params = ", ".join(f"{name}={value}" for name, value in check.params.items())
    return f"{check.analysis}({params}): {check.expect or 'something is found'}"


def outcome_of(check: Check, finding: Finding) -> str:
    """What a finding says to a prediction; one that could not tell, or an absence that would not have been seen, says nothing."""
    told = check.expect is not None and check.expect.path == "verdict"
    if not told and (finding.verdict == "inconclusive" or (finding.verdict == "absent" and not finding.may_refute)):  # fmt: skip
        return "can't tell"
    return "as expected" if check.holds(finding) else "otherwise"


def run(evidence: Evidence, prediction: Prediction, **given: Any) -> Entry:
    """Run a prediction's check on the case's events, and write down what came out."""
    if prediction.check is None:
        raise ParameterError(
            f"#{prediction.entry.number} is a question to a person, so nothing can be run.",
            prediction.text,
            f"Write down the answer: case.record.outcome({prediction.entry.number}, 'as expected')",
        )
    check = Check.from_json(prediction.check)
    started = time.perf_counter()
    finding = performing.run(check, evidence.events())
    evidence.keep(finding, time.perf_counter() - started)
    kept = finding.to_json() | {"table": None, "evidence": None}
    content = {
        "text": finding.answer,
        "outcome": outcome_of(check, finding),
        "verdict": finding.verdict,
        "finding": kept,
    }
    return evidence.record.append("prediction", content, about=prediction.entry.id, **given)


def outcome(record: Record, prediction: Any, came: str, text: str = "", **given: Any) -> Entry:
    """Write down what came out of a prediction that a person looked after."""
    one_of(came, OUTCOMES, "outcome")
    about = record.known(prediction, record.state.predictions, "prediction")
    return record.append("prediction", {"text": text or came, "outcome": came}, about=about, **given)
