"""Predictions: checks written down before they run, with how likely their outcome is under each guess."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from investigator import performing
from investigator.case.record.model import LIKELY, MINUTES, OUTCOMES, Prediction
from investigator.errors import ParameterError

if TYPE_CHECKING:
    from investigator.case.case import Case
    from investigator.check import Check
    from investigator.finding import Finding
    from investigator.ledger import Entry


def predict(
    case: Case,
    check: Check | Finding | str,
    likely: dict[Any, str],
    *,
    minutes: float = MINUTES,
    text: str = "",
    **given: Any,
) -> Entry:
    """Write a prediction down; see `Case.predict`."""
    from investigator.check import Check
    from investigator.finding import Finding

    known = check.check if isinstance(check, Finding) else check if isinstance(check, Check) else None
    if isinstance(check, Finding) and known is None:
        raise ParameterError("This finding has no check.", "", "Give a Check, or a question as text.")
    if minutes <= 0:
        raise ParameterError(f"A check can't take {minutes:g} minutes.", "", "Give a number above 0.")
    guesses = case.state.guesses
    steps: dict[str, str] = {}
    for guess, step in likely.items():
        if step not in LIKELY:
            raise ParameterError(f"'{step}' is no likelihood.", f"There are: {', '.join(LIKELY)}.", "Use one of these.")  # fmt: skip
        steps[case.evidence.record.known(guess, guesses, "guess")] = step
    if not steps:
        raise ParameterError(
            "A prediction needs a guess that it speaks of.",
            f"There are: {', '.join(guess.name for guess in guesses.values()) or 'none'}.",
            "Such as: case.predict(check, {7: 'very likely', 8: 'unlikely'})",
        )
    said = text or (check if isinstance(check, str) else _said(known) if known else "")
    content: dict[str, Any] = {"text": said, "likely": steps, "minutes": minutes}
    if known is not None:
        content["check"] = known.to_json()
    return case.write("prediction", content, **given)


def _said(check: Check) -> str:
    params = ", ".join(f"{name}={value}" for name, value in check.params.items())
    return f"{check.analysis}({params}): {check.expect or 'something is found'}"


def outcome_of(check: Check, finding: Finding) -> str:
    """What a finding says to a prediction; one that could not tell, or an absence that would not have been seen, says nothing."""
    told = check.expect is not None and check.expect.path == "verdict"
    if not told and (finding.verdict == "inconclusive" or (finding.verdict == "absent" and not finding.may_refute)):  # fmt: skip
        return "can't tell"
    return "as expected" if check.holds(finding) else "otherwise"


def run(case: Case, prediction: Prediction, **given: Any) -> Entry:
    """Run a prediction's check on the case's events, and write down what came out."""
    import time

    from investigator.check import Check

    if prediction.check is None:
        raise ParameterError(
            f"#{prediction.entry.number} is a question to a person, so nothing can be run.",
            prediction.text,
            f"Write down the answer: case.outcome({prediction.entry.number}, 'as expected')",
        )
    check = Check.from_json(prediction.check)
    started = time.perf_counter()
    finding = performing.run(check, case.events())
    case.keep_in_trail(finding, time.perf_counter() - started)
    kept = finding.to_json() | {"table": None, "evidence": None}
    content = {
        "text": finding.answer,
        "outcome": outcome_of(check, finding),
        "verdict": finding.verdict,
        "finding": kept,
    }
    return case.write("prediction", content, about=prediction.entry.id, **given)


def outcome(case: Case, prediction: Any, came: str, text: str = "", **given: Any) -> Entry:
    """Write down what came out of a prediction that a person looked after."""
    if came not in OUTCOMES:
        raise ParameterError(f"'{came}' is no outcome.", f"There are: {', '.join(OUTCOMES)}.", "Use one of these.")  # fmt: skip
    about = case.evidence.record.known(prediction, case.state.predictions, "prediction")
    return case.write("prediction", {"text": text or came, "outcome": came}, about=about, **given)
