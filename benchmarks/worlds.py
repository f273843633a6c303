"""Made incidents with known truth, fourteen causes over fifty seeds: who else is found, what became of each, and why."""

from __future__ import annotations

import inspect
import tempfile
from collections import Counter, defaultdict
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from benchmarks.figure import Figure, at_least

if TYPE_CHECKING:
    from investigator.events import Events
    from investigator.finding import Finding
    from investigator.samples.world import World

SEEDS = range(50)
QUICK = range(2)


# -- measures: each takes a world and its events, and counts ------------------------------------------------------


def who_else(world: World, events: Events) -> Counter[str]:
    """Found, missed and wrong ids, asked like one affected id of each group since the hour in which it began."""
    return _who_else(world, events, onset=_hour(world))


def who_else_alone(world: World, events: Events) -> Counter[str]:
    """The same, when nothing but the id is known."""
    return _who_else(world, events)


def _who_else(world: World, events: Events, **known: Any) -> Counter[str]:
    out: Counter[str] = Counter()
    for group in world.truth["groups"].values():
        example = world.truth["example"]
        like = example if example in group else group[len(group) // 2]
        told = set(_who(events, like=like, **known).value["ids"])
        out += Counter(
            found=len(told & set(group)), missed=len(set(group) - told), wrong=len(told - set(group))
        )
    return out


def unknown(world: World, events: Events) -> Counter[str]:
    """Ids that can't be judged, as who_else lists them."""
    told = set(_who(events, like=world.truth["example"], onset=_hour(world)).value["unknown_ids"])
    truth = set(world.truth["unknown"])
    return Counter(found=len(told & truth), missed=len(truth - told), wrong=len(told - truth))


def census(world: World, events: Events) -> Counter[str]:
    """Documents with exactly the disposition that is true, and those with another or with none."""
    finding = _find("whereabouts")(events, like=world.truth["example"])
    told = {str(item["id"]): item["disposition"] for item in finding.value["items"]}
    out: Counter[str] = Counter()
    for document, disposition in world.truth["documents"].items():
        right = told.get(document) == disposition
        out["found" if right else "missed"] += 1
        if not right:
            out[f"{disposition}, said {told.get(document, 'nothing')}"] += 1
    out["wrong"] = len(set(told) - set(world.truth["documents"]))
    return out


def nearest_change(world: World, events: Events) -> Counter[str]:
    """The peer of the trigger: whoever takes the last change before the onset for it."""
    changes = _find("changes_before_onset")(events, onset=world.truth["onset"]).value["changes"]
    trigger = world.truth["trigger"]
    right = _same(changes[0], trigger) if changes and trigger else not changes and not trigger
    return _counted(right)


def service_of_difference(world: World, events: Events) -> Counter[str]:
    """The peer of the service: the place of the event by which who_else tells the affected."""
    predicate = _who(events, like=world.truth["example"]).value["predicate"] or {}
    step = predicate.get("instead") or predicate.get("expected") or {}
    return _counted(step.get("step") == world.truth["service"])


def service(world: World, events: Events) -> Counter[str]:
    """Whether the first in the ranking of services is the one at fault; where the data can't tell, whether none is named."""
    finding = _asked("which_service", world, events)
    if not world.truth["provable"]:
        return _counted(finding.verdict != "found")
    return _counted(_first(finding).get("service") == world.truth["service"])


def trigger(world: World, events: Events) -> Counter[str]:
    """Whether the first candidate is the change that is to blame; where none is, whether none is named."""
    finding, true = _asked("candidate_triggers", world, events), world.truth["trigger"]
    if true is None:
        return _counted(finding.verdict != "found")
    return _counted(_first(finding).get("origin") == true["origin"])


def cause(world: World, events: Events) -> Counter[str]:
    """Service and trigger, both."""
    return _counted(service(world, events)["found"] and trigger(world, events)["found"])


#: What is measured, in this order: with the analysis and the knob that it asks. Where that is not there yet, the
#: measure is left out, and the run says so.
ORDER: tuple[tuple[Callable[[World, Events], Counter[str]], tuple[str, ...]], ...] = (
    (who_else, ("who_else",)),
    (who_else_alone, ("who_else",)),
    (unknown, ("who_else",)),
    (census, ("whereabouts like",)),
    (cause, ("which_service", "candidate_triggers")),
    (service, ("which_service",)),
    (trigger, ("candidate_triggers",)),
    (service_of_difference, ("who_else",)),
    (nearest_change, ("changes_before_onset",)),
)
#: The least share that a measure must reach over all worlds: of the true ones found, of the found ones true.
BARS: dict[str, tuple[float, float | None]] = {
    "who_else": (1.0, 0.98),
    "census": (1.0, 1.0),
    "cause": (0.95, None),
}


# -- the run ------------------------------------------------------------------------------------------------------


def run(*, quick: bool = False) -> list[Figure]:
    import os
    from concurrent.futures import ProcessPoolExecutor
    from multiprocessing import get_context

    from investigator.samples.world import causes

    for measure, needs in ORDER:
        if measure not in _measures():
            print(f"  left out: {measure.__name__}, which needs {' and '.join(needs)}", flush=True)
    seeds = QUICK if quick else SEEDS
    counts: dict[str, dict[str, Counter[str]]] = defaultdict(lambda: defaultdict(Counter))
    short: dict[str, dict[str, list[int]]] = defaultdict(lambda: defaultdict(list))
    # Each world is a process's own affair: a core counts one while the other counts the next.
    with ProcessPoolExecutor(os.cpu_count() or 1, mp_context=get_context("spawn")) as pool:
        for name in causes():
            for seed, told in zip(seeds, pool.map(_one_world, [(name, seed) for seed in seeds]), strict=True):
                for measure_name, counted in told.items():
                    counts[measure_name][name] += counted
                    if counted["missed"] or counted["wrong"]:
                        short[measure_name][name].append(seed)
            print(f"  {name}: " + ", ".join(f"{m} {_shares(c[name])}" for m, c in counts.items()), flush=True)
    return [figure for measure in _measures() for figure in _figures(measure, counts, short, len(seeds))]


def _measures() -> list[Callable[[World, Events], Counter[str]]]:
    return [measure for measure, needs in ORDER if all(_is_there(need) for need in needs)]


def _one_world(job: tuple[str, int]) -> dict[str, Counter[str]]:
    """Every measure's count in one world."""
    from investigator.samples.world import world
    from investigator.testing import stored

    name, seed = job
    made = world(seed, name)
    with tempfile.TemporaryDirectory() as place:
        events = stored(made.frame, place, kinds=made.kinds)
        return {measure.__name__: measure(made, events) for measure in _measures()}


def _figures(
    measure: Callable[[World, Events], Counter[str]],
    counts: dict[str, dict[str, Counter[str]]],
    short: dict[str, dict[str, list[int]]],
    seeds: int,
) -> list[Figure]:
    """A measure over all worlds beside its bars, and one line for each cause."""
    name, each = measure.__name__, counts[measure.__name__]
    words = name.replace("_", " ")
    whole: Counter[str] = sum(each.values(), Counter())
    note = f"{len(each)} causes x {seeds} seeds; {(measure.__doc__ or '').splitlines()[0]}"
    recall, precision = _recall(whole), _precision(whole)
    found, true = BARS.get(name, (None, None))
    out = [
        at_least(f"{words}: found", recall, found, note=note)
        if found is not None
        else Figure(f"{words}: found", f"{recall:.3f}", "", "", None, note)
    ]
    if true is not None:
        out.append(at_least(f"{words}: of the found true", precision, true))
    elif whole["wrong"]:
        out.append(Figure(f"{words}: of the found true", f"{precision:.3f}", "", "", None))
    for cause_name, counted in each.items():
        seeds_short = short[name][cause_name]
        confused = [
            f"{n} {what}" for what, n in counted.most_common() if what not in ("found", "missed", "wrong")
        ]
        few = f"short at {len(seeds_short)} seeds, such as {seeds_short[:5]}" if seeds_short else ""
        more = "; ".join([few, *confused[:4]] if few else confused[:4])
        out.append(Figure(f"{words}, {cause_name}", _shares(counted), "", "", None, more))
    return out


def _recall(counted: Counter[str]) -> float:
    whole = counted["found"] + counted["missed"]
    return counted["found"] / whole if whole else 1.0


def _precision(counted: Counter[str]) -> float:
    whole = counted["found"] + counted["wrong"]
    return counted["found"] / whole if whole else 1.0


def _shares(counted: Counter[str]) -> str:
    return f"{_recall(counted):.3f}" + (f" / {_precision(counted):.3f}" if counted["wrong"] else "")


# -- asking -------------------------------------------------------------------------------------------------------


def _who(events: Events, **known: str) -> Finding:
    """What who_else says; each question is asked once, though several measures look at its answer."""
    key = f"benchmark who_else {sorted(known.items())}"
    if key not in events.memo:
        events.memo[key] = _find("who_else")(events, **known)
    return events.memo[key]


def _find(name: str) -> Callable[..., Finding]:
    import investigator as inv

    return getattr(inv.find, name)


def _is_there(need: str) -> bool:
    """Whether an analysis is there, and has the knob that is named behind it."""
    import investigator as inv

    name, _, knob = need.partition(" ")
    return name in dir(inv.find) and (not knob or knob in inspect.signature(_find(name)).parameters)


def _asked(name: str, world: World, events: Events) -> Finding:
    """An analysis asked with what people know by then: an affected id, and when it began."""
    example, onset = world.truth["example"], world.truth["onset"]
    known = {"like": example, "entity": example, "onset": onset, "after": onset}
    knobs = inspect.signature(_find(name)).parameters
    return _find(name)(events, **{knob: known[knob] for knob in knobs if knob in known})


def _first(finding: Finding) -> dict[str, Any]:
    """The first row of a ranking."""
    return {} if finding.table is None or not len(finding.table) else finding.table.iloc[0].to_dict()


def _same(change: dict[str, Any], true: dict[str, Any]) -> bool:
    from datetime import datetime

    return datetime.fromisoformat(change["time"]) == datetime.fromisoformat(true["at"])


def _hour(world: World) -> str:
    """When it began as a customer would say: the full hour before."""
    return f"{world.truth['onset'][:13]}:00:00Z"


def _counted(right: Any) -> Counter[str]:
    return Counter(found=int(bool(right)), missed=int(not right))


if __name__ == "__main__":
    for figure in run():
        print(figure)
