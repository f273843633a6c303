"""Incidents of ten other trades, asked as a user would: a folder, no pattern, one id as the ticket spells it."""

from __future__ import annotations

import re
import sys
import tempfile
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from multiprocessing import get_context
from pathlib import Path
from typing import TYPE_CHECKING, Any

from benchmarks.figure import Figure, at_least

if TYPE_CHECKING:
    from investigator.case import Case
    from investigator.finding import Finding
    from investigator.samples.trades import Trade

SEEDS, QUICK = 20, 1
#: How far an onset may be from the first that was hit.
NEAR = timedelta(minutes=10)
#: The words with which the kit may say what is true; a word counts where it begins with one of these.
SAID = {
    "available": ("available", "delivered"),
    "delivered": ("available", "delivered"),
    "hidden": ("hidden",),
    "stuck": ("stuck",),
    "delayed": ("delayed",),
    "wrong owner": ("wrong owner", "hidden by tenant"),
    "duplicated": ("duplicate",),
    "content missing": ("content missing",),
    "content different": ("content different", "content differs", "content missing or different"),
    "gone": ("gone",),
    "never received": ("never received",),
}
#: An answer that says so itself is not firm.
_DOUBT = re.compile(
    r"\bat (?:least|most)\b|\bbetween [\d,]+ and [\d,]+\b|\b(?:may|might|perhaps|possibly|probably|seems?)\b|\babout \d"
    r"|\bcan(?:'t|not)\b|\bno proof\b|\bnot (?:sure|certain|known)\b",
    re.IGNORECASE,
)
_BARS = {
    "disposition": 0.95,
    "sources of the path": 0.95,
    "onset": 0.9,
    "what gets worse": 0.9,
    "service": 0.9,
    "trigger": 0.9,
    "over": 0.9,
}
RIGHT, WRONG, SILENT, BY_SILENCE = "right", "wrong", "silent", "right by silence"


@dataclass
class Score:
    """One question in one world: what was right, in counts, what was said, and what is true."""

    counts: Counter[str]
    said: str = ""
    true: str = ""
    firm: bool = False

    @property
    def share(self) -> float:
        """How much of it is right, from 0 to 1."""
        whole = sum(self.counts[name] for name in ("found", "missed", "wrong", RIGHT, WRONG, SILENT))
        return (self.counts["found"] + self.counts[RIGHT]) / whole if whole else 1.0


@dataclass
class World:
    """One world with all its scores."""

    domain: str
    cause: str
    half: str
    seed: int
    scores: dict[str, Score] = field(default_factory=dict)


def firm(finding: Finding) -> bool:
    """Whether it says `found`, and no doubt in its own sentence: what a reader in a hurry would pass on.

    Some that can't be judged, beside more that are affected, are a doubt about those alone.
    """
    told, answer = finding.value if isinstance(finding.value, dict) else {}, finding.answer
    if (told.get("unknown") or 0) <= (told.get("affected") or 0):
        answer = re.sub(r"[\d,]+ can't be judged", "", answer)
    return finding.verdict == "found" and not _DOUBT.search(answer)


# -- measures -----------------------------------------------------------------------------------------------------


def disposition(world: Trade, case: Case, asked: str) -> Score:
    """What became of the thing that somebody called about."""
    finding = case.find.whereabouts(entity=asked)
    told, true = str(finding.value.get("disposition") or ""), world.truth["disposition"]
    if told.startswith(SAID[true]):
        return _judged(RIGHT, finding, true)
    return _judged(SILENT if finding.verdict != "found" or told in ("", "unknown") else WRONG, finding, true)


def sources(world: Trade, case: Case, asked: str) -> Score:
    """Of the files that name the thing in any spelling, those in which its path is found; and others."""
    finding = case.find.trace_entity(entity=asked)
    told = {name.partition("!")[0] for name in finding.value.get("by_source", {})}
    true = set(world.truth["sources"])
    counts = Counter(found=len(told & true), missed=len(true - told), wrong=len(told - true))
    return Score(counts, ", ".join(sorted(told)), ", ".join(sorted(true)), firm(finding))


def onset(world: Trade, case: Case, asked: str) -> Score:
    """When it began, as the case says on its own."""
    told, true = case.onset(), datetime.fromisoformat(world.truth["onset"])
    if told is None:
        return Score(Counter([SILENT]), "no onset", true.isoformat())
    right = abs(told - true) <= NEAR
    return Score(Counter([RIGHT if right else WRONG]), told.isoformat(), true.isoformat(), True)


def who_else(world: Trade, case: Case, asked: str) -> Score:
    """Who else is affected: found, missed and wrong things, whatever spelling they are told in."""
    finding = case.find.who_else(like=asked)
    names = {text: thing for thing, all in world.truth["spellings"].items() for text in all.values()}
    told = {names.get(str(one), str(one)) for one in finding.value.get("ids", [])}
    told -= {thing for thing, what in world.truth["things"].items() if what == "under way"}
    told -= set(world.truth["listed_only"])
    true = set(world.truth["affected"])
    counts = Counter(found=len(told & true), missed=len(true - told), wrong=len(told - true))
    return Score(counts, finding.answer, f"{len(true)} affected", firm(finding))


def worse(world: Trade, case: Case, asked: str) -> Score:
    """When what gets worse gets worse next; where nothing does, that nothing is said to."""
    finding, true = case.find.what_gets_worse(), world.truth["worse"]
    if true is None:
        return _none(finding, "nothing is announced")
    due = datetime.fromisoformat(true["at"])
    told = [finding.value.get("next"), *(item.get("next") for item in finding.value.get("items", []))]
    right = finding.verdict == "found" and any(
        abs(time - due) <= timedelta(minutes=1) for time in _times(told)
    )
    verdict = RIGHT if right else WRONG if finding.verdict == "found" else SILENT
    return _judged(verdict, finding, f"{true['verb']} at {true['at']} ({true['source']}: {true['line']})")


def service(world: Trade, case: Case, asked: str) -> Score:
    """The part at fault; where the data can't tell, that none is named."""
    finding, true = case.find.which_service(onset=_began(case), like=asked), world.truth["service"]
    if true is None:
        return _none(finding, "can't be told")
    names = {true, *(Path(told["file"]).stem for told in _sources(world) if told["service"] == true)}
    right = finding.verdict == "found" and str(_first(finding).get("service")) in names
    return _judged(RIGHT if right else WRONG if finding.verdict == "found" else SILENT, finding, true)


def trigger(world: Trade, case: Case, asked: str) -> Score:
    """The change to blame; where nobody changed anything or the data can't tell, that none is named."""
    finding, true = case.find.candidate_triggers(onset=_began(case), like=asked), world.truth["trigger"]
    if true is None:
        return _none(finding, "none can be named")
    first = next(iter((finding.value or {}).get("changes") or []), {}) or {}
    at = datetime.fromisoformat(true["at"])
    near = any(abs(time - at) <= timedelta(seconds=61) for time in _times([first.get("time")]))
    right = finding.verdict == "found" and near
    return _judged(RIGHT if right else WRONG if finding.verdict == "found" else SILENT, finding, true["line"])


def over(world: Trade, case: Case, asked: str) -> Score:
    """Whether it is over, and since when; where it goes on to the end of the data, that it is not said to be over."""
    finding, true = case.find.still_wrong(like=asked), world.truth["over"]
    state, since = finding.value["state"], _times([finding.value["since"]])
    if state not in ("over", "goes on", "unknown"):  # nothing would be wrong with it
        return _judged(WRONG, finding, "it is affected")
    if true is None:
        return _judged(WRONG, finding, "it goes on") if state == "over" else _judged(RIGHT, finding, "it goes on", *([BY_SILENCE] if state == "unknown" else []))  # fmt: skip
    near = any(abs(time - datetime.fromisoformat(true)) <= NEAR for time in since)
    return _judged(
        RIGHT if state == "over" and near else WRONG if state != "unknown" else SILENT, finding, true
    )


MEASURES: dict[str, Callable[[Trade, Case, str], Score]] = {
    "disposition": disposition,
    "sources of the path": sources,
    "onset": onset,
    "who else": who_else,
    "what gets worse": worse,
    "service": service,
    "trigger": trigger,
    "over": over,
}


def _judged(verdict: str, finding: Finding, true: str, *more: str) -> Score:
    return Score(Counter([verdict, *more]), f"{finding.answer} [{finding.verdict}]", true, firm(finding))


def _none(finding: Finding, true: str) -> Score:
    """Where nothing is to be named, silence is right; it is counted apart, for it is cheap."""
    if finding.verdict == "found":
        return _judged(WRONG, finding, true)
    return _judged(RIGHT, finding, true, BY_SILENCE)


def _began(case: Case) -> str | None:
    """The case's onset, as every other question gets it."""
    at = case.onset()
    return at.isoformat() if at else None


def _times(told: Iterable[Any]) -> list[datetime]:
    """The moments in values, however deep."""
    out = []
    for one in told:
        if isinstance(one, dict):
            out += _times(one.values())
        elif isinstance(one, str):
            try:
                time = datetime.fromisoformat(one)
            except ValueError:
                continue
            if time.tzinfo is not None:
                out.append(time)
    return out


def _first(finding: Finding) -> dict[str, Any]:
    return {} if finding.table is None or not len(finding.table) else finding.table.iloc[0].to_dict()


def _sources(world: Trade) -> list[dict[str, Any]]:
    from investigator.samples.worlds.trades.domain import read_domain

    return list(read_domain(world.domain)["sources"].values())


# -- the run ------------------------------------------------------------------------------------------------------


def run(
    *, quick: bool = False, seeds: int | None = None, start: int = 0, spelled: str = "said"
) -> list[Figure]:
    """`seeds` worlds of each trade, from the seed `start` on."""
    from investigator.samples.trades import domains

    drawn = range(start, start + (seeds or (QUICK if quick else SEEDS)))
    worlds = []
    # Each world on its own: what one takes says nothing of another, and nothing here is timed.
    with ProcessPoolExecutor(mp_context=get_context("spawn")) as pool:
        made = [(seed, domain) for domain in domains() for seed in drawn]
        for world in pool.map(partial(_one, spelled=spelled), made):
            worlds.append(world)
            print(f"  {_line(world)}", flush=True)
    print("\n".join(_worst(worlds)), flush=True)
    return _figures(worlds, drawn)


def _one(made: tuple[int, str], *, spelled: str) -> World:
    return measured(*made, spelled=spelled)


def measured(seed: int, domain: str, cause: str | None = None, *, spelled: str = "said") -> World:
    """Every measure of one world; `spelled` is `said` (as the ticket spells it) or `example` (as the trade does)."""
    from investigator.case import Case
    from investigator.errors import KitError
    from investigator.samples.trades import trade

    made = trade(seed, domain, cause)
    out = World(domain, made.cause, made.truth["half"], seed)
    asked = made.truth[spelled]
    with tempfile.TemporaryDirectory() as place:
        case = Case.new("TRADE-1", about=[asked], root=Path(place) / "cases")
        case.add(made.write(Path(place) / "exports"))
        for name, measure in MEASURES.items():
            try:
                out.scores[name] = measure(made, case, asked)
            except KitError as error:  # it says that it can't, and why
                out.scores[name] = Score(Counter([SILENT]), f"refused: {error}", "an answer")
            except Exception as error:  # a crash is a wrong answer, and the run goes on
                out.scores[name] = Score(
                    Counter([WRONG]), f"crashed: {type(error).__name__}: {error}", "an answer", True
                )
    return out


def _figures(worlds: list[World], seeds: range) -> list[Figure]:
    out = []
    for half in ("making", "measuring"):
        own = [world for world in worlds if world.half == half]
        for name in MEASURES:
            out += _half(half, name, own, seeds)
    for title, key in (("domain", lambda w: f"{w.domain} ({w.half})"), ("cause", lambda w: w.cause)):
        groups: dict[str, list[World]] = defaultdict(list)
        for world in worlds:
            groups[key(world)].append(world)
        for group, some in sorted(groups.items()):
            shares = ", ".join(f"{name} {_mean(some, name):.2f}" for name in MEASURES)
            out.append(Figure(f"{title} {group}", shares, "", "", None, f"{len(some)} worlds"))
    return out


def _half(half: str, name: str, worlds: list[World], seeds: range) -> list[Figure]:
    """A measure over one half; only the measuring half is held to a bar."""
    scores = [world.scores[name] for world in worlds]
    if name == "who else":
        return _who_figures(half, scores)
    whole = sum((score.counts for score in scores), Counter())
    note = f"{len(worlds)} worlds, seeds {seeds[0]} to {seeds[-1]}; {(MEASURES[name].__doc__ or '').splitlines()[0]}"
    if name != "sources of the path":
        kept = f" ({whole[BY_SILENCE]} by naming nothing)" if whole[BY_SILENCE] else ""
        note = f"{whole[RIGHT]} right{kept}, {whole[WRONG]} wrong, {whole[SILENT]} silent; {note}"
    return [_held(half, f"{name}, {half}", _mean(worlds, name), _BARS[name], note)]


def _who_figures(half: str, scores: list[Score]) -> list[Figure]:
    """Of who else is told: recall and precision over all, and where it speaks firmly; how often it does."""
    out: list[Figure] = []
    firmly = [score for score in scores if score.firm]
    for words, some, bar in (("", scores, None), (", where firm", firmly, 0.98)):
        whole = sum((score.counts for score in some), Counter())
        if not some:
            out += [
                Figure(
                    f"who else, {what}{words}, {half}",
                    "never firm",
                    "",
                    f"at least {bar}",
                    False if half == "measuring" else None,
                )
                for what in ("recall", "precision")
            ]
            continue
        recall = _part(whole["found"], whole["missed"])
        precision = _part(whole["found"], whole["wrong"])
        note = f"{whole['found']:,} found, {whole['missed']:,} missed, {whole['wrong']:,} wrong"
        out.append(_held(half, f"who else, recall{words}, {half}", recall, bar, note))
        out.append(_held(half, f"who else, precision{words}, {half}", precision, bar, note))
    share = len(firmly) / len(scores) if scores else 0.0
    return [
        *out,
        _held(half, f"who else, firm, {half}", share, 0.8, f"{len(firmly)} of {len(scores)} worlds"),
    ]


def _held(half: str, name: str, value: float, bar: float | None, note: str) -> Figure:
    if bar is None or half == "making":
        return Figure(name, f"{value:,.3g}", "", "", None, note)
    return at_least(name, value, bar, note=note)


def _part(found: int, other: int) -> float:
    return found / (found + other) if found + other else 0.0


def _mean(worlds: list[World], name: str) -> float:
    return sum(world.scores[name].share for world in worlds) / len(worlds) if worlds else 0.0


def _line(world: World) -> str:
    told = ", ".join(f"{name} {score.share:.2f}" for name, score in world.scores.items())
    return f"{world.domain} {world.cause} seed {world.seed} ({world.half}): {told}"


def _worst(worlds: list[World], most: int = 10) -> list[str]:
    """The answers furthest from the truth among those that were firm, with what was said and what is true."""
    firmly = [
        (score.share, world.domain, name, world, score)
        for world in worlds
        for name, score in world.scores.items()
        if score.firm
        and score.share < 0.5
        and world.half == "making"  # the other half is for measuring alone
    ]
    # Every kind of question and every trade has its turn before one comes again.
    turns: Counter[str] = Counter()
    lines = ["", f"Firm and wrong: {len(firmly)} answers. The worst:"]
    for _ in range(min(most, len(firmly))):
        one = min(firmly, key=lambda one: (turns[one[1]] + turns[one[2]], one[:3]))
        firmly.remove(one)
        share, domain, name, world, score = one
        turns += Counter([domain, name])
        lines.append(f"  {domain} {world.cause} seed {world.seed}, {name} ({share:.2f})")
        lines += [f"    said: {score.said}", f"    true: {score.true}"]
    return lines


if __name__ == "__main__":
    import argparse

    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", type=int, default=1)
    parser.add_argument("--from", type=int, default=0, dest="start", help="the first seed")
    parser.add_argument("--spelled", choices=("said", "example"), default="said")
    given = parser.parse_args()
    for one in run(seeds=given.seeds, start=given.start, spelled=given.spelled):
        sys.stdout.write(f"{one.name}: {one.figure} ({one.bar}) {one.note}\n")
