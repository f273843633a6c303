"""The expected course of things: which steps in which order and time, and what each single one did instead.

An expected course is given as a few lines of YAML, or learned from those that went through. Judging all of a kind
against it is one aggregation in the engine; only counts come back.

Method: conformance checking by presence, order, time and cardinality of steps, the four checks of declarative process
mining (van der Aalst, Process Mining, 2016, chapters 8 and 9).
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from investigator.errors import ParameterError
from investigator.events import facts, paths
from investigator.events.events import Events, _instant, literal
from investigator.events.mask import masked

if TYPE_CHECKING:
    import ibis.expr.types as ir
    import pandas

#: So many that went through are read to learn from; all are judged.
LEARNED_FROM = 2_000
#: A step that most have belongs to the course; one that fewer than nearly all have is optional.
NEARLY_ALL = 0.95
#: A step comes after another when it does so in all but one of two hundred.
IN_ORDER = 0.995
#: Late is more than three times what 99 of 100 needed, and at least a minute more.
TIMES, SECONDS = 3.0, 60.0
STEPS_AT_MOST = 30

DEVIATIONS = ("missing", "out of order", "late", "repeated")


@dataclass(frozen=True)
class Expected:
    """One step of an expected course."""

    name: str
    tokens: tuple[paths.Token, ...]  # the (place, kind of message) pairs that are this step
    within: float | None = None  # seconds since the step before, at most
    optional: bool = False
    repeatable: bool = False
    after: tuple[int, ...] = ()  # positions of steps that come before it
    said: str = ""  # an example of the message
    sources: tuple[str, ...] = ()  # where it is told

    @property
    def place(self) -> str:
        return self.tokens[0][0] if self.tokens else ""


@dataclass(frozen=True)
class Course:
    """The expected course, and where it comes from."""

    steps: tuple[Expected, ...]
    learned_from: int = 0  # so many that went through; 0: given
    blind: tuple[str, ...] = ()

    def yaml(self) -> str:
        """The course as YAML that `given` reads again, to look at and to correct."""
        return "".join(_line(step) + "\n" for step in self.steps)


def _line(step: Expected) -> str:
    says = r"\S+".join(re.escape(part) for part in masked(step.said).split("#"))
    parts = [f"in: {json.dumps(step.place)}", f"says: {json.dumps('^' + says.replace(chr(92) + ' ', ' '))}"]
    if step.within is not None:
        parts.append(f"within: {json.dumps(f'{step.within:.0f} s')}")
    parts += ["optional: true"] if step.optional else []
    parts += ["repeatable: true"] if step.repeatable else []
    return f"- {json.dumps(step.name)}: {{{', '.join(parts)}}}"


# -- given -----------------------------------------------------------------------------------------------------

_FORM = (
    "- stored: {in: storage, says: stored object, within: 60 s}\n"
    "  with in, says, within (s, min, h, d), optional, repeatable, or in short  - stored: storage / stored object"
)
_UNITS = {"s": 1.0, "sec": 1.0, "min": 60.0, "m": 60.0, "h": 3600.0, "d": 86400.0, "ms": 0.001}


def check(text: str) -> None:
    """Raise ParameterError where a text is no course: what a person wrote is checked before there are events."""
    for number, item in enumerate(_read(text), 1):
        _, options = _item(item, number)
        _pattern(str(options.get("says", "")), number)
        _seconds(options.get("within"), number)


def _read(text: str) -> list[Any]:
    import yaml

    try:
        read = yaml.safe_load(text)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = f" in line {mark.line + 1}" if mark else ""
        raise ParameterError(
            f"The expected course is no YAML{line}.", "It is a list of steps:", _FORM
        ) from None
    if not isinstance(read, list) or not read:
        raise ParameterError("The expected course has no steps.", "It is a list of steps:", _FORM)
    if len(read) > STEPS_AT_MOST:
        raise ParameterError(
            f"The expected course has {len(read)} steps.",
            f"It may have {STEPS_AT_MOST}.",
            "Leave out those that always come together.",
        )
    return read


def given(events: Events, like: str, text: str) -> Course:
    """A course from YAML: a list of steps, each with where it is (`in`) and what is said there (`says`, a pattern).

    `says` is searched for in the messages (RE2 syntax, capitals are as small letters); a step that no message
    matches stays in, and is missing for all. Steps come in the order given.
    """
    read = _read(text)
    said = paths.said(events, like)
    tokens = sorted(said)
    steps: list[Expected] = []
    blind = []
    for number, item in enumerate(read, 1):
        name, options = _item(item, number)
        pattern = _pattern(str(options.get("says", "")), number)
        place = str(options.get("in", "") or "")
        matched = tuple(
            token for token in tokens if (not place or token[0] == place) and pattern.search(said[token].body)
        )
        if not matched:
            blind.append(f"No message matches the step '{name}', so it is missing for all.")
        steps.append(
            Expected(
                name,
                matched,
                _seconds(options.get("within"), number),
                bool(options.get("optional", False)),
                bool(options.get("repeatable", False)),
                tuple(range(len(steps))),
                said[matched[0]].body if matched else "",
                tuple(sorted({source for token in matched for source in said[token].sources})),
            )
        )
    taken: dict[paths.Token, str] = {}
    for step in steps:
        for token in step.tokens:
            if token in taken:
                raise ParameterError(
                    f"Both '{taken[token]}' and '{step.name}' match {token[0]} '{said[token].body[:60]}'.",
                    "A message is one step.",
                    "Say more in one of the two.",
                )
            taken[token] = step.name
    return Course(tuple(steps), 0, tuple(blind))


def _item(item: Any, number: int) -> tuple[str, dict[str, Any]]:
    if isinstance(item, str):
        return item, {"says": re.escape(item)}
    if isinstance(item, dict) and len(item) == 1:
        ((name, options),) = item.items()
        if isinstance(options, str):
            place, mark, says = options.partition(" / ")
            return str(name), {"in": place.strip(), "says": says.strip()} if mark else {"says": options}
        if isinstance(options, dict):
            unknown = set(options) - {"in", "says", "within", "optional", "repeatable"}
            if not unknown:
                return str(name), options
            raise ParameterError(
                f"Step {number} of the expected course has '{sorted(map(str, unknown))[0]}'.",
                "A step has:",
                _FORM,
            )
    raise ParameterError(f"Step {number} of the expected course can't be read.", "A step is:", _FORM)


def _pattern(text: str, number: int) -> re.Pattern:
    try:
        return re.compile(text, re.IGNORECASE)
    except re.error as error:
        raise ParameterError(
            f"Step {number} of the expected course says '{text}': {error}.",
            "It is a pattern.",
            "Put a backslash before ( ) [ ] { } . * + ? | that stand for themselves.",
        ) from None


def _seconds(value: Any, number: int) -> float | None:
    if value is None:
        return None
    match = re.fullmatch(r"\s*([0-9]+(?:\.[0-9]+)?)\s*([a-z]*)\s*", str(value))
    unit = _UNITS.get(match[2] or "s") if match else None
    if not match or unit is None:
        raise ParameterError(
            f"Step {number} of the expected course is within '{value}'.",
            "A time is a number with s, min, h or d.",
            "Write it so, such as within: 60 s.",
        )
    return float(match[1]) * unit


# -- learned ---------------------------------------------------------------------------------------------------


def learned(events: Events, like: str, *, onset: str | None = None) -> Course:
    """A course learned from those that went through: the steps that most of them have, in their usual order. Kept.

    Where `like` leaves the way of a healthy one, they are those that have what it lacks and lack what came instead;
    else the quarter that went furthest. With an onset they are taken from before it, where enough went through.
    """
    key = f"learned {like} {onset} {json.dumps(events.selection, sort_keys=True)}"
    if key not in events.memo:
        rows = paths.first_times(events, like)
        reference = _reference(events, rows, like)
        if onset:
            before = reference.filter(reference["first"] < literal(_instant(onset)))
            if int(events.engine.fetch(before.count())) >= 20:
                reference = before
        chosen = events.engine.kept(reference.order_by(["first", "id"]).limit(LEARNED_FROM).select("id"))
        frame = events.engine.fetch(rows.semi_join(chosen, "id"))
        frame = frame.sort_values(["id", "time", "step", "name"], kind="stable", ignore_index=True)
        events.memo[key] = _course(frame, paths.said(events, like)) if len(frame) else Course(())
    return events.memo[key]


def _reference(events: Events, rows: ir.Table, like: str) -> ir.Table:
    """Those that went through, each with its first time: id, first."""
    found = paths.compare(events, like)

    def having(token: paths.Token) -> ir.Table:
        return rows.filter((rows.step == token[0]) & (rows.name == token[1]))

    # Ids that were there before the logs begin lack their first steps: they are none to learn from.
    entry = having(found.entry) if found.own else rows.group_by("id").aggregate(time=rows.time.min())
    starters = entry.select("id", first=entry.time)
    difference = found.difference
    if difference is not None and found.healthy_id:
        if difference.expected is not None and not difference.late:
            starters = starters.semi_join(having(difference.expected.token).select("id"), "id")
        if difference.instead is not None:
            starters = starters.anti_join(having(difference.instead.token).select("id"), "id")
        return starters
    own = rows.semi_join(starters, "id")
    counted = events.engine.fetch(
        own.group_by(["step", "name"]).aggregate(ids=own.count()).order_by(["step", "name"])
    )
    number = max(int(events.engine.fetch(starters.count())), 1)
    common = counted[counted["ids"] >= paths.COMMON * number]
    if not len(common):
        return starters
    wanted = _any(own, [(str(r.step), str(r.name)) for r in common.itertuples(index=False)])
    each = events.engine.kept(own.group_by("id").aggregate(depth=wanted.cast("int64").sum()))
    levels = events.engine.fetch(each.group_by("depth").aggregate(ids=each.count()).order_by("depth"))
    far, seen = 0, 0
    for level, ids in zip(reversed(list(levels["depth"])), reversed(list(levels["ids"])), strict=True):
        far, seen = int(level), seen + int(ids)
        if seen * 4 >= number:
            break
    return starters.semi_join(each.filter(each.depth >= far).select("id"), "id")


def _course(frame: pandas.DataFrame, said: dict[paths.Token, paths.Said]) -> Course:
    import numpy as np

    ids = frame["id"].nunique()
    frame = frame.assign(rank=frame.groupby("id").cumcount())
    tokens = frame.groupby(["step", "name"], sort=True).agg(
        ids=("id", "size"), rank=("rank", "mean"), more=("n", lambda n: float((n > 1).mean()))
    )
    tokens = tokens[tokens["ids"] >= paths.MOST * ids].sort_values(["rank", "ids"], ascending=[True, False])
    tokens = tokens.head(STEPS_AT_MOST)
    wide = {
        token: part.set_index("id")["time"]
        for token, part in frame.groupby(["step", "name"], sort=True)
        if token in tokens.index
    }
    every = sorted(set(frame["id"]))
    times = np.array([wide[token].reindex(every).to_numpy(dtype="datetime64[us]") for token in tokens.index])
    steps: list[Expected] = []
    for place, (token, row) in enumerate(tokens.iterrows()):
        own = times[place]
        after = tuple(j for j in range(place) if _comes_after(own, times[j]))
        there = said.get((str(token[0]), str(token[1])), paths.Said())
        steps.append(
            Expected(
                _named(there.body, token),
                ((str(token[0]), str(token[1])),),
                _limit(own, times[[j for j in after if not steps[j].optional] or list(after)]),
                bool(row["ids"] < NEARLY_ALL * ids),
                bool(row["more"] >= 1 - IN_ORDER),
                after,
                there.body,
                there.sources,
            )
        )
    return Course(tuple(_apart(steps)), ids)


def _comes_after(own: Any, other: Any) -> bool:
    import numpy as np

    both = ~np.isnat(own) & ~np.isnat(other)
    return bool(both.sum() >= min(20, len(own))) and bool((other[both] <= own[both]).mean() >= IN_ORDER)


def _limit(own: Any, before: Any) -> float | None:
    """How long the step may take since the latest of those before it, in seconds; None where too few tell."""
    import numpy as np

    if not len(before):
        return None
    there = ~np.isnat(own) & ~np.isnat(before).all(axis=0)
    if there.sum() < 20:
        return None
    latest = np.where(np.isnat(before), np.datetime64(0, "us"), before).max(axis=0)
    needed = float(np.quantile(np.maximum((own - latest)[there].astype("int64") / 1e6, 0.0), 0.99))
    return float(max(TIMES * needed, needed + SECONDS))


def _named(said: str, token: paths.Token) -> str:
    """A step's name: the words of its message that don't vary."""
    words = [word for word in re.findall(r"[^\W\d_][\w'-]*", re.sub(r"\S*\d\S*", " ", said)) if word]
    return f"{token[0]}: {' '.join(words[:5]) or said[:30] or token[1]}"


def _apart(steps: list[Expected]) -> list[Expected]:
    """Names that differ."""
    seen: dict[str, int] = {}
    out = []
    for step in steps:
        seen[step.name] = seen.get(step.name, 0) + 1
        out.append(step if seen[step.name] == 1 else replace(step, name=f"{step.name} ({seen[step.name]})"))
    return out


# -- judged ----------------------------------------------------------------------------------------------------


def _any(rows: ir.Table, tokens: list[paths.Token] | tuple[paths.Token, ...]) -> Any:
    import ibis

    places: dict[str, list[str]] = {}
    for step, name in tokens:
        places.setdefault(step, []).append(name)
    if not places:
        return ibis.literal(False)
    return ibis.or_(*((rows.step == step) & rows.name.isin(names) for step, names in sorted(places.items())))


def judged(events: Events, like: str, course: Course) -> ir.Table:
    """One row an id with any step of the course: how far it went, and the first deviation. Kept.

    Columns: id, first, last, furthest (position of its last step, from 0), reached (how many steps), seen (bits of
    the steps that it has), deviation (missing, not seen, out of order, late, repeated, under way, or empty), at (position of
    the first deviation, else -1), when (the time of the step before for what is missing, else of the step itself).

    A step is missing when it is not optional and not there, and its time has passed or a later step is there;
    not seen when its sources were silent then; under way when its time has not passed; out of order when it came before one that it comes after; late when it
    took more than its time since the latest of those before; repeated when there are more than one. The first
    deviation is the one of the earliest step.
    """
    key = ("judged", paths.kind_known(events, like), course, json.dumps(events.selection, sort_keys=True))
    if key not in events.memo:
        events.memo[key] = _judged(events, like, course)
    return events.memo[key]


def _judged(events: Events, like: str, course: Course) -> ir.Table:
    import ibis

    rows = paths.first_times(events, like)
    steps = course.steps
    number = ibis.cases(*((_any(rows, step.tokens), place) for place, step in enumerate(steps)), else_=-1)
    known = rows.mutate(place=number).filter(lambda t: t.place >= 0)
    more = events.engine.fetch(rows.filter(rows.n > 1).select("step", "name").distinct())
    often = {(str(r.step), str(r.name)) for r in more.itertuples(index=False)}
    measures: dict[str, Any] = {"first": known.time.min(), "last": known["last"].max()}
    repeats = set()
    for place, step in enumerate(steps):
        here = known.place == place
        measures[f"t{place}"] = known.time.min(where=here)
        if not step.repeatable and (len(step.tokens) > 1 or often & set(step.tokens)):
            repeats.add(place)
            measures[f"n{place}"] = known.n.sum(where=here)
            measures[f"u{place}"] = known["last"].max(where=here)
    wide = known.group_by("id").aggregate(**measures)
    nothing = ibis.null("timestamp")
    wide = events.engine.kept(
        wide.mutate(
            **{
                f"p{place}": _latest([wide[f"t{j}"] for j in step.after], nothing)
                for place, step in enumerate(steps)
            }
        )
    )
    end = _end(events, rows)
    there = [wide[f"t{place}"].notnull() for place in range(len(steps))]
    quiet = facts.silences(events)
    cases = _cases(wide, course, end, quiet, repeats)
    out = wide.mutate(
        furthest=ibis.cases(*((there[p], p) for p in reversed(range(len(steps)))), else_=-1),
        reached=sum((t.cast("int64") for t in there), ibis.literal(0)),
        seen=sum((t.cast("int64") * (1 << p) for p, t in enumerate(there)), ibis.literal(0)),
        which=ibis.cases(*((case.condition, i) for i, case in enumerate(cases)), else_=-1)
        if cases
        else ibis.literal(-1),
    )
    out = events.engine.kept(out)
    fine, out = out.filter(out.which < 0), out.filter(out.which >= 0)
    told = _cases(out, course, end, quiet, repeats)
    columns = ("id", "first", "last", "furthest", "reached", "seen")
    deviating = out.select(
        *columns,
        deviation=_told(out, [case.deviation for case in told], ""),
        at=_told(out, [case.place for case in told], -1),
        when=_told(out, [case.when for case in told], ibis.null("timestamp")),
    )
    whole = fine.select(
        *columns, deviation=ibis.literal(""), at=ibis.literal(-1), when=ibis.null("timestamp")
    )
    return events.engine.kept(ibis.union(whole, deviating.cast(dict(whole.schema()))))


@dataclass(frozen=True)
class _Case:
    condition: Any
    deviation: str
    place: int
    when: Any


def _cases(
    wide: ir.Table, course: Course, end: Any, quiet: pandas.DataFrame, repeats: set[int]
) -> list[_Case]:
    """Every deviation there can be, in the order in which the first one counts."""
    import ibis

    times = [wide[f"t{place}"] for place in range(len(course.steps))]
    out = []
    for place, step in enumerate(course.steps):
        own = times[place]
        previous = wide[f"p{place}"]
        if not step.optional:
            later = [time.notnull() for time in times[place + 1 :]]
            passed = ibis.literal(True)
            if step.within is not None:
                passed = end.delta(ibis.coalesce(previous, wide["first"]), unit="second") > step.within
            gone = own.isnull()
            unheard = _unheard(step, previous, quiet)
            if unheard is not None:
                out.append(_Case(gone & unheard, "not seen", place, previous))
            out.append(_Case(gone & ibis.or_(passed, *later), "missing", place, previous))
            out.append(_Case(gone, "under way", place, previous))
        if step.after:
            out.append(_Case(_sure(own < previous), "out of order", place, own))
            if step.within is not None:
                slow = own.delta(previous, unit="second") > step.within
                out.append(_Case(_sure(slow), "late", place, own))
        if place in repeats:
            out.append(_Case(_sure(wide[f"n{place}"] > 1), "repeated", place, wide[f"u{place}"]))
    return out


def _unheard(step: Expected, previous: Any, quiet: pandas.DataFrame) -> Any:
    """Whether all that tell of a step were silent when it would have come; None where they never were."""
    import ibis

    within = timedelta(seconds=step.within or SECONDS)
    stretches = [
        (start, end)
        for source, start, end in zip(quiet["source"], quiet["from"], quiet["to"], strict=True)
        if step.sources == (source,)
    ]
    if not stretches:
        return None
    return _sure(
        ibis.or_(
            *(
                (previous >= literal(_instant(start) - within)) & (previous < literal(_instant(end)))
                for start, end in stretches
            )
        )
    )


def _sure(condition: Any) -> Any:
    """A condition that is false where one of its sides is missing."""
    return condition.fill_null(False)


def _told(out: ir.Table, values: list[Any], else_: Any) -> Any:
    import ibis

    if not values:
        return else_ if hasattr(else_, "name") else ibis.literal(else_)
    return ibis.cases(*((out.which == i, value) for i, value in enumerate(values)), else_=else_)


def _end(events: Events, rows: ir.Table) -> Any:
    """The time of the last event: until then a step could have come."""
    end = events.engine.fetch(rows["last"].max())
    return literal(_instant(end if end is not None and end == end else "1970-01-01T00:00:00+00:00"))


def _latest(times: list[Any], nothing: Any) -> Any:
    import ibis

    return ibis.greatest(*times) if len(times) > 1 else times[0] if times else nothing
