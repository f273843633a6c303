"""A runbook: the same claims on another seed, each step needed, and how many checks it spares a policy fixed before.

The policy is the same with and without it: ask a check, believe what comes out by Bayes over the usual guesses, stop
where one has the share that counts, or where a past incident's conclusion of its cause is reached. Without a runbook
the next check is the one that tells most bits a minute; with one its steps come first, in their order, and then the
same. A check is an analysis with its parameters.
"""

from __future__ import annotations

import tempfile
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from benchmarks.figure import Figure, at_least, at_most
from benchmarks.guesses import SURE, true_guess

if TYPE_CHECKING:
    from investigator.case import Case
    from investigator.finding import Finding
    from investigator.library.signature import Signature
    from investigator.samples.world import World

#: Other seeds than those by which the rules were set. A cause may have two ends (hidden from all, or filed with another
#: tenant), and a seed takes one: its runbook is for the first of the later seeds where the same guess is true, and of
#: those before it must not say that it is so again.
PAST, NOW = 31, range(32, 42)
DOCUMENTS = 140
#: An outcome speaks for a guess under which it was so likely.
FOR = ("likely", "very likely")


def run(*, quick: bool = False) -> list[Figure]:
    """Each cause that can be proved, found out once by the policy; its runbook on another seed, on its other end, and on another cause."""
    from investigator.library import runbook
    from investigator.samples.world import causes

    counts: dict[str, tuple[int, int]] = {}
    unnamed: list[str] = []
    unlike: list[str] = []
    wrong: list[str] = []
    steps = needed = tried = 0
    before: tuple[str, str, Signature] | None = (
        None  # the cause before: its runbook must not be taken for this one
    )
    for cause in causes()[: 3 if quick else None]:
        with tempfile.TemporaryDirectory() as folder:
            then = _case(PAST, cause, Path(folder), "INC-1")
            if then is None:
                continue
            true = true_guess(then[1])
            later = []
            for seed in NOW:
                later.append(_case(seed, cause, Path(folder), f"INC-{seed}"))
                if later[-1] is not None and true_guess(later[-1][1]) == true:
                    break
            *others, again = (one for one in later if one is not None)
            _, named, asked = _policy(then[0], ())
            if named != true:
                unnamed.append(cause)
            told = _found_out(then[0], true, asked)
            case = again[0]
            if told is None:
                continue
            for other, _ in others:
                if any(how == "reached" for _, _, how in runbook.run(told, other)[1]):
                    wrong.append(f"{cause}: its other end")
            without, alone, _ = _policy(case, ())
            helped, book = _with(told, true, case)
            if named == alone == true:
                counts[cause] = without, helped
                wrong += [] if book == true else [f"{cause}: {book}"]
            if (
                before is not None
                and true_guess(again[1]) != before[1]
                and _with(before[2], before[1], case, alone=True)[1]
            ):
                wrong.append(f"{before[0]} for {cause}")
            before = cause, true, told
            came = [how for _, _, how in runbook.run(told, case)[1]]
            tried += 1
            unlike += (
                [] if all(how == "reached" for how in came) else [f"{cause} ({', '.join(sorted(set(came)))})"]
            )
            for number in range(1, len(told.steps) + 1):
                steps += 1
                needed += [how for _, _, how in runbook.run(told, case, without=number)[1]] != came
        print(f"  {cause}: named {named}; without {without}, with {helped}; {came}", flush=True)
    without, helped = (sum(pair[n] for pair in counts.values()) for n in (0, 1))
    pairs = ", ".join(f"{cause} {a}:{h}" for cause, (a, h) in counts.items())
    return [
        at_least("the runbook reaches the same claims on another seed", 1 - len(unlike) / max(tried, 1), 1.0, note=f"{tried} causes{'; not ' + ', '.join(unlike) if unlike else ''}"),
        at_least("leaving out any step changes a claim", needed / max(steps, 1), 1.0, note=f"{steps} steps"),
        at_most("checks with the runbook, of those without, by one policy", helped / max(without, 1), 0.5, note=f"each without:with {pairs}; left aside, as the usual guesses do not name them: {', '.join(unnamed) or 'none'}"),
        at_most("another cause taken for that of the runbook", len(wrong), 0, note=", ".join(wrong)),
    ]  # fmt: skip


def _with(told: Signature, true: str, case: Case, *, alone: bool = False) -> tuple[int, str]:
    """How many checks with the runbook until the cause is named, and which; `alone` asks nothing behind its steps."""
    from investigator.library import questions, repeating

    done: list[Any] = []
    for one in repeating.repeat(told, repeating.known_of(case), questions.asking(case.events())):
        done.append(one)
        if any(
            c.kind == "guess" and how == repeating.REACHED for c, _, how in repeating.concluded(told, done)
        ):
            return len(done), true
    return (0, "") if alone else _policy(case, _questions(told, case))[:2]


def _case(seed: int, cause: str, root: Path, id: str) -> tuple[Case, World] | None:
    """An incident of that cause as a case; None where nothing of it can be proved."""
    from investigator.case import Case
    from investigator.moment import clock
    from investigator.samples.world import world
    from investigator.testing import stored

    made = world(seed, cause, documents=DOCUMENTS)
    if not made.truth["provable"]:
        return None
    with clock.held(datetime.fromisoformat(made.truth["window"][1])):
        about = [made.truth["example"]]
        case = Case.new(id, words="Some are missing.", about=about, root=root, author="ana")
        case.record.declare(kinds=made.kinds)
    stored(made.frame, case.path / "events", kinds=made.kinds)
    return case, made


Question = tuple[str, tuple[tuple[str, Any], ...]]


def _question(analysis: str, params: dict[str, Any]) -> Question:
    return analysis, tuple(sorted(params.items()))


def _policy(case: Case, first: tuple[Question, ...]) -> tuple[int, str, list[tuple[Finding, str]]]:
    """How many checks until one guess is named, which, and what each found with the outcomes that speak for a guess."""
    from dataclasses import replace

    from investigator.case.reasoning import beliefs, usual

    listed = usual.checks(case.about, case.onset())
    tests = {one.test.name: one for one in listed}
    now = beliefs.beginning(dict.fromkeys(usual.guesses(), ""))
    done: list[tuple[Finding, str]] = []
    asked: set[Question] = set()
    ahead = list(first)
    while True:
        named, share = now.first
        if asked and share >= SURE and named != beliefs.OTHER:
            break
        left = [one.test for one in listed if _question(one.check.analysis, one.check.params) not in asked]
        if not ahead and not left:
            return len(asked) + 1, "", done
        if ahead:
            question = ahead.pop(0)
        else:
            best = tests[beliefs.ranked(now, left)[0][0].name].check
            question = _question(best.analysis, best.params)
        asked.add(question)
        finding = getattr(case.find, question[0])(**dict(question[1]))
        for one in listed:
            if _question(one.check.analysis, one.check.params) == question:
                came = usual.came(one, finding)
                now = now.after(replace(one.test, outcome=""), came)
                if came == "as expected":
                    done += [(finding, guess) for guess, how in one.test.likely.items() if how in FOR]
    return len(asked), named, done


def _found_out(case: Case, named: str, asked: list[tuple[Finding, str]]) -> Signature | None:
    """The case confirmed and closed: pinned is what speaks for the guess; its signature, None where nothing does."""
    from investigator.case.reasoning import usual
    from investigator.library import lifting
    from investigator.moment import clock

    end = datetime.fromisoformat(str(case.onset())) + timedelta(hours=3)
    with clock.held(end):
        guess = case.record.guess(usual.guesses()[named], author="ana")
        kept: list[Finding] = []
        for finding, what in asked:
            if what == named and finding not in kept:
                kept.append(finding)
        pins = [case.record.pin(finding, author="ana") for finding in kept]
        for pin in pins:
            case.record.hold(guess.id, "for", pin, author="ana")
        case.record.judge(guess.id, "confirmed", "these say so", author="ana")
        case.record.phase("resolved", why="all are back", anyway="a measure", author="ana")
    return lifting.of_case(case) if pins else None


def _questions(told: Signature, case: Case) -> tuple[Question, ...]:
    """What a runbook asks of a case, in its order; without what it can't know before an earlier step answered."""
    from investigator.library import repeating

    known = repeating.known_of(case)
    out = []
    for step in told.steps:
        params = {}
        for name, how in step.params.items():
            value, _ = repeating._value(name, how, known, {})
            if value is not None:
                params[name] = value
        if len(params) == len(step.params):
            out.append(_question(step.analysis, params))
    return tuple(out)
