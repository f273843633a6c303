"""Guesses over fifty made incidents: contradictions found and none invented, absences without a log, the next check."""

from __future__ import annotations

import random
import statistics
import tempfile
from collections import Counter
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from benchmarks.figure import Figure, at_least, at_most

if TYPE_CHECKING:
    from investigator.case.reasoning.contradictions import Side
    from investigator.events import Events
    from investigator.finding import Finding
    from investigator.samples.world import World

SEEDS = range(50)
QUICK = range(4)
#: The unprovable ones are few among fifty: each of them is asked so often.
UNPROVABLE = range(10)
#: A guess is taken for the cause from this share of belief on.
SURE = 0.8
#: Which of the usual guesses is true in a world; where a cause has two ends, by what became of the affected.
TRUE = {
    "skipped-schema": "version",
    "clock-skew": "version",
    "expired-certificate": "calls",
    "saturated-queue": "queue",
    "early-retention": "retention",
    "cascade-delete": "deleted",
    "wrong-tenant": "tenant",
    "retry-storm": "twice",
    "duplicate-ids": "twice",
    "bad-migration": "migration",
    "gateway-rejects": "door",
}
THEN = datetime(2026, 1, 1, tzinfo=UTC)


def true_guess(world: World) -> str:
    """The usual guess that is so in this world."""
    if world.cause == "lost-permission":
        return "permission" if "hidden by permission" in world.truth["groups"] else "tenant"
    return TRUE[world.cause]


# -- the next check -----------------------------------------------------------------------------------------------


def outcomes(world: World, events: Events) -> list[Any]:
    """The usual checks with what each gives in this world."""
    from dataclasses import replace

    from investigator import performing
    from investigator.case.reasoning import usual

    listed = usual.checks(world.truth["example"], datetime.fromisoformat(world.truth["onset"]))
    return [replace(one.test, outcome=usual.came(one, performing.run(one.check, events))) for one in listed]


def checks_needed(tests: list[Any], true: str, order: Any) -> tuple[int, str]:
    """How many checks until one guess has the share that counts, and which; one more than there are if none gets it."""
    from dataclasses import replace

    from investigator.case.reasoning import beliefs, usual

    now = beliefs.beginning(dict.fromkeys(usual.guesses(), ""))
    left = list(tests)
    for number in range(1, len(tests) + 1):
        chosen = order(now, [replace(test, outcome="") for test in left])
        test = next(test for test in left if test.name == chosen)
        left.remove(test)
        now = now.after(test, test.outcome)
        first, share = now.first
        if share >= SURE and first != beliefs.OTHER:
            return (number, first) if first == true else (len(tests) + 1, first)
    return len(tests) + 1, ""


def by_information(now: Any, left: list[Any]) -> str:
    """The check that tells most bits a minute."""
    from investigator.case.reasoning import beliefs

    return beliefs.ranked(now, left)[0][0].name


def in_order(now: Any, left: list[Any]) -> str:
    """The next one of the triage notebook."""
    return left[0].name


def shuffled(seed: int) -> Any:
    dice = random.Random(seed)
    return lambda now, left: dice.choice(left).name


# -- contradictions -----------------------------------------------------------------------------------------------


def claimed(world: World, events: Events) -> list[Side]:
    """What true findings claim, and what people say that is so, or is of other things."""
    import investigator as inv

    truth = world.truth
    asked = [truth["example"], truth["healthy_example"], truth["unknown"][0]]
    asked += [ids[0] for ids in truth["groups"].values()]
    findings = [inv.find.whereabouts(events, entity=one) for one in dict.fromkeys(asked)]
    like = truth["example"]
    findings += [inv.find.whereabouts(events, like=like), inv.find.who_else(events, like=like)]
    findings.append(inv.find.harm(events, like=like))
    sides = [side for number, one in enumerate(findings) for side in checked(one, number)]
    number = int(findings[-2].value["affected"])  # as somebody says who reads the check aloud
    for text in (
        f"{number} documents affected",
        f"at least {max(number - 3, 1)} documents are affected",
        f"{number // 2} documents of one customer are affected",
        f"maybe {like} is gone",
        f"is {truth['healthy_example']} gone?",
        f"{truth['healthy_example']} is available",
        f"{truth['healthy_example']} is not gone",
        "7 customers are affected",
        "the index is gone",
    ):
        sides += said(world, text, 100)
    return sides


def checked(finding: Finding, number: int) -> list[Side]:
    """What a finding claims, as a pin of that number."""
    from investigator.case.reasoning.contradictions import Side, declared
    from investigator.claims import of_finding

    kept = finding.to_json()
    claims = of_finding(kept, declared(kept["check"]["analysis"]))
    return [Side(claim, number, finding.answer, "", "observed", THEN, 1) for claim in claims]


def said(world: World, text: str, number: int) -> list[Side]:
    """What a person claims."""
    from investigator.case.reasoning.contradictions import Side
    from investigator.claims import of_words

    claims = of_words(text, ids=world.kinds, kinds=("documents", "document"), like=world.truth["example"])
    return [Side(claim, number, text, "dana", "reported", THEN, 1) for claim in claims]


def planted(world: World, events: Events) -> dict[str, list[Side]]:
    """Three things that can't be so beside what is found: two that people say, one of a finding on stale evidence."""
    import investigator as inv

    truth = world.truth
    healthy = truth["healthy_example"]
    out = {
        healthy: said(world, f"{healthy} was deleted, we are sure", 200)
        or said(world, f"{healthy} was deleted", 200),
        f"those like {truth['example']}": said(
            world, f"{len(events_of(truth)) * 3} documents are affected", 201
        ),
    }
    stale = world.frame[~world.frame["body"].str.contains(healthy, regex=False)]
    other = inv.Events.from_frame(stale)
    finding = inv.find.whereabouts(other, entity=healthy)
    return out | {f"{healthy} by stale evidence": checked(finding, 202)}


def events_of(truth: dict[str, Any]) -> list[str]:
    """All that can be counted as affected, also what can't be judged."""
    return [*truth["affected"], *truth["documents"]]


def contradictions(world: World, events: Events) -> Counter[str]:
    """Planted ones that are found, and any others."""
    from investigator.case.reasoning.contradictions import between

    sides = claimed(world, events)
    out = Counter(invented=len(between(sides)))
    for what, sign in planted(world, events).items():
        if not sign and what.endswith("evidence"):
            out["stale and unsure"] += 1  # what could not tell can't contradict
            continue
        found = between([*sides, *sign])
        numbers = {side.number for one in found for side in one.sides}
        out["planted"] += 1
        out["found"] += bool(numbers & {side.number for side in sign})
        out["invented"] += len([one for one in found if not {s.number for s in one.sides} & {s.number for s in sign}])  # fmt: skip
    return out


# -- absences -----------------------------------------------------------------------------------------------------


def absences(world: World) -> Counter[str]:
    """Checks that say absent on all of the evidence; how many of those that looked at a log are inconclusive without it."""
    import investigator as inv
    from investigator import performing
    from investigator.check import Check

    events = inv.Events.from_frame(world.frame)
    low, high = world.truth["window"]
    silence = datetime.fromisoformat(world.truth["silence"]["from"])
    start = datetime.fromisoformat(low) + timedelta(hours=1)
    window = [start.isoformat(), (silence - timedelta(minutes=10)).isoformat()]
    if datetime.fromisoformat(window[1]) < start + timedelta(hours=1):
        window = [(silence + timedelta(hours=1)).isoformat(), high]
    nobody = world.truth["example"][:-1] + ("7" if world.truth["example"][-1] != "7" else "3")
    while nobody in world.truth["documents"]:
        nobody = nobody[:-2] + str(random.Random(nobody).randrange(10, 99))
    logs = [source.name for source in events.sources if source.kind == "log"]
    searches: list[tuple[str, dict[str, Any]]] = [
        ("trace_entity", {"entity": nobody}),
        ("first_error", {"severity": "fatal"}),
    ]
    checks = [Check(name, 1, {"window": window}, params) for name, params in searches]
    checks += [Check(name, 1, {"window": window, "source": [log]}, params) for name, params in searches for log in logs]  # fmt: skip
    negatives = [
        finding
        for finding in (performing.run(check, events) for check in checks)
        if finding.verdict == "absent"
    ]
    out = Counter(negatives=len(negatives))
    dice = random.Random(world.seed)
    for log in dice.sample(logs, 3):
        rest = inv.Events.from_frame(world.frame[world.frame["source"] != log])
        for then in negatives:
            assert then.check is not None
            if log not in then.coverage.sources:
                continue
            fresh = performing.run(then.check, rest)
            now = fresh.since(then)
            out["dependent"] += 1
            out["inconclusive"] += now.verdict == "inconclusive" and not now.may_refute
            out["without memory"] += fresh.verdict == "inconclusive"
    return out


# -- the run ------------------------------------------------------------------------------------------------------


def inconclusive(world: World, events: Events, tests: list[Any]) -> bool:
    """Whether an incident that can't be proved ends so: no service, no change, and no guess that gets the share."""
    import investigator as inv

    example, onset = world.truth["example"], world.truth["onset"]
    service = inv.find.which_service(events, onset=onset, like=example)
    trigger = inv.find.candidate_triggers(events, onset=onset, like=example)
    _, named = checks_needed(tests, "", by_information)
    return service.verdict != "found" and trigger.verdict != "found" and not named


def run(*, quick: bool = False) -> list[Figure]:
    from investigator.samples.world import causes, world
    from investigator.testing import stored

    names = causes()
    counted: Counter[str] = Counter()
    needed: dict[str, list[int]] = {"information": [], "order": [], "chance": []}
    wrong: Counter[str] = Counter()
    ends: list[tuple[str, int, bool]] = []
    jobs = [(names[seed % len(names)], seed) for seed in (QUICK if quick else SEEDS)]
    more = [
        (name, seed)
        for name in names
        for seed in (range(1) if quick else UNPROVABLE)
        if not world(seed, name, documents=60).truth["provable"] and (name, seed) not in jobs
    ]
    for name, seed in [*jobs, *more]:
        made = world(seed, name)
        with tempfile.TemporaryDirectory() as place:
            events = stored(made.frame, place, kinds=made.kinds)
            tests = outcomes(made, events)
            if not made.truth["provable"]:
                ends.append((name, seed, inconclusive(made, events, tests)))
            if (name, seed) in jobs:
                counted += contradictions(made, events)
                counted += absences(made)
                if made.truth["provable"]:
                    true = true_guess(made)
                    for how, order in (("information", by_information), ("order", in_order), ("chance", shuffled(seed))):  # fmt: skip
                        number, named = checks_needed(tests, true, order)
                        needed[how].append(number)
                        if how == "information" and named != true:
                            wrong[f"{name} {seed}: {named or 'none'}"] += 1
        print(
            f"  {name} {seed}: {dict(counted)} {needed['information'][-1:]} {needed['order'][-1:]}",
            flush=True,
        )
    medians = {how: statistics.median(numbers) for how, numbers in needed.items()}
    worlds = f"{len(jobs)} worlds"
    right = len(needed["information"]) - sum(wrong.values())
    short = [f"{name} {seed}" for name, seed, well in ends if not well]
    return [
        at_least("contradictions: planted found", counted["found"] / counted["planted"], 1.0, note=f"{counted['planted']} in {worlds}"),
        at_most("contradictions: invented", counted["invented"], 0, note=worlds),
        at_least("absences without one of their logs: inconclusive", counted["inconclusive"] / max(counted["dependent"], 1), 1.0,
                 note=f"{counted['dependent']} of {counted['negatives']} absences, three logs a world, held against what was found before"),
        Figure("the same asked anew, without what was found before", f"{counted['without memory'] / max(counted['dependent'], 1):.3f}", "", "", None),
        Figure("checks to the true cause, by expected information (median)", f"{medians['information']:g}",
               f"fixed order {medians['order']:g}, by chance {medians['chance']:g}", "fewer than a fixed order",
               medians["information"] < medians["order"],
               f"mean {statistics.mean(needed['information']):.1f} against {statistics.mean(needed['order']):.1f}; share {SURE:g} of belief"),
        Figure("true cause named by the usual checks", f"{right / max(len(needed['information']), 1):.3f}", "", "", None,
               "; ".join(wrong)[:300]),
        at_least("unprovable ones that end inconclusive", 1 - len(short) / max(len(ends), 1), 1.0, note=f"{len(ends)} worlds{'; not ' + ', '.join(short) if short else ''}"),
    ]  # fmt: skip


if __name__ == "__main__":
    for figure in run():
        print(figure)
