"""Times and lines that nobody here designed: invented tables, logs and timelines, each half of them told apart."""

from __future__ import annotations

import random
import re
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from benchmarks.figure import Figure
from benchmarks.incidents import DATA

HERE = Path(__file__).parents[1]
#: What a report says, by what it must say.
SAID = {
    "no time": r"no time|no row has a time|none of its rows has a time",
    "order": r"day from month",
    "choice": r"its time is .*others",
    "zone": r"name no zone",
    "far": r"decades|years from|years before|years after",
    "no time or doubt": r"no time|none of its rows|numbers|doubt|may be",
}


def made() -> Any:
    """The invented examples, which lie with the tests."""
    sys.path.insert(0, str(HERE / "tests"))
    import made as found

    return found


def _texts(frame: Any) -> list[str]:
    return [
        " ".join([str(body), *(f"{k}={v}" for k, v in (dict(said) if said is not None else {}).items())])
        for body, said in zip(frame.body, frame.attributes, strict=True)
    ]


def _hits(texts: list[str], word: str) -> list[int]:
    shape = re.compile(rf"(?<![\w-]){re.escape(word)}(?![\w-])")
    return [i for i, text in enumerate(texts) if shape.search(text)]


def _at(text: str) -> datetime:
    return datetime.fromisoformat(text.replace("Z", "+00:00")).replace(tzinfo=None)


def _same(found: Any, wanted: datetime, close: float = 1.0) -> bool:
    return (
        found is not None
        and found == found
        and abs((found.replace(tzinfo=None) - wanted).total_seconds()) < close
    )


def times_of(example: dict[str, Any], folder: Path) -> str:
    """What is wrong with how an example of `times` is read; empty where nothing is."""
    import investigator as inv

    paths = made().write(example, folder)
    given = {"zone": example["zone"]} if example.get("zone") else {}
    folder_or_file = paths[0] if len(paths) == 1 else folder
    events = inv.read(folder_or_file, **given)
    report = events.memo["report"]
    frame = events.fetch(events.table)
    texts, doubts = _texts(frame), " | ".join(d for s in report.sources for d in s.doubt)
    doubts += " | " + " | ".join(report.questions())
    if "rows" in example and len(frame) != example["rows"]:
        return f"{len(frame)} rows for {example['rows']}"
    readings: list[set[int]] = []
    for word, wanted in example.get("at", {}).items():
        hits = _hits(texts, word)
        if len(hits) != 1:
            return f"{word} in {len(hits)} rows"
        when = frame.time.iloc[hits[0]]
        when = None if when != when else when.to_pydatetime()
        if wanted == "none":
            if when is not None:
                return f"{word} at {when}"
        elif wanted == "asked":
            wide = frame.time_high.iloc[hits[0]] - frame.time_low.iloc[hits[0]] if when is not None else None
            if wide is not None and wide < timedelta(hours=20):
                return f"{word} at {when} unasked"
        else:
            options = wanted if isinstance(wanted, list) else [wanted]
            fine = {i for i, one in enumerate(options) if _same(when, _at(one), 60 if len(one) <= 17 else 1)}
            if not fine:
                return f"{word} at {when}, not {wanted}"
            readings.append(fine)
    if readings and not set.intersection(*readings):
        return "not all by one reading"
    for what in example.get("said", ()):
        about = [
            d
            for s in report.sources
            if "about" not in example or s.source.endswith(example["about"])
            for d in s.doubt
        ]
        if not re.search(SAID[what], " | ".join(about) + doubts * (what == "zone")):
            return f"not said: {what} ({doubts[:100]})"
    if "offsets" in example:
        told = report.zones
        for source, offset in example["offsets"].items():
            found = told.get(source)
            shown = "unknown" if found is None else found.offset
            if shown != offset:
                return f"{source}: {shown} proposed for {offset}"
    return ""


def lines_of(example: dict[str, Any], folder: Path) -> str:
    """What is wrong with how an example of `lines` is read; empty where nothing is."""
    import investigator as inv

    path = made().write(example, folder)[0]
    events = inv.read(path, **({"zone": example["zone"]} if example.get("zone") else {}))
    frame = events.fetch(events.table)
    frame["unit"] = [int(origin.rpartition(":")[2].partition("-")[0]) for origin in frame.origin]
    frame = frame.sort_values("unit")
    found = {int(unit): when for unit, when in zip(frame.unit, frame.time, strict=True)}
    wanted = example.get("begins") or example.get("entries")
    if wanted:
        close = 60 if example.get("entries") else 1
        for line, when in wanted:
            if line not in found:
                return f"line {line} begins none ({sorted(found)})"
            at = found[line]
            if at != at or not _same(at.to_pydatetime(), _at(when), close):
                return f"line {line} at {at}, not {when}"
        if more := sorted(set(found) - {line for line, _ in wanted} - ({0})):
            if example.get("begins") or any(found[line] == found[line] for line in more):
                return f"lines {more[:5]} begin one"
        text = "".join(c for c in " ".join(_texts(frame)) if not c.isspace())
        starts = [line for line, _ in wanted]
        for number, line in enumerate(example["text"].splitlines(), start=1):
            if number > starts[0] and number not in starts and example.get("begins") and line.strip():
                if "".join(line.split()) not in text:
                    return f"line {number} was cut: {line.strip()[:60]}"
    if "bodies" in example:
        for i, (body, want) in enumerate(zip(frame.body, example["bodies"], strict=False), start=1):
            if body.strip() != want:
                return f"line {i}: {body!r} for {want!r}"
        if len(frame) != len(example["bodies"]):
            return f"{len(frame)} rows for {len(example['bodies'])}"
        names = list(frame.name)
        for one, two in example.get("together", ()):
            if names[one - 1] != names[two - 1]:
                return f"apart: {names[one - 1]!r} and {names[two - 1]!r}"
        for one, two in example.get("apart", ()):
            if names[one - 1] == names[two - 1]:
                return f"together: lines {one} and {two} as {names[one - 1]!r}"
    return ""


def tried(
    examples: list[dict[str, Any]], check: Callable[[dict[str, Any], Path], str]
) -> Iterator[tuple[dict[str, Any], str]]:
    """Each example with what is wrong of it."""
    for example in examples:
        with tempfile.TemporaryDirectory() as place:
            try:
                wrong = check(example, Path(place))
            except Exception as error:
                wrong = f"{type(error).__name__}: {error}"
            yield example, wrong


def dated() -> dict[str, list[str]]:
    """Each format of dated lines, with lines of its example that begin an event."""
    from investigator import re2
    from investigator.load.formats import formats
    from investigator.sources._format import Lines

    out = {}
    for name, module in formats().items():
        form = module.FORMAT
        if isinstance(form, Lines) and "time" in form.groups and not form.headers:
            lines = module.EXAMPLE.splitlines()
            found = [line for line, hit in zip(lines, form.beginnings(lines), strict=True) if hit]
            for parts in form.cut:  # the pieces of a line are one event
                found = [
                    line for line, ends in zip(found, re2.matches(parts.ends, found), strict=True) if ends
                ]
            if found:
                out[name] = found
    return out


def probe(
    pairs: int, *, seed: int = 17, few: tuple[int, ...] = (1, 8)
) -> Iterator[tuple[str, str, int, str]]:
    """Some lines of one format of dated lines among 40 of another, for so many pairs: what is wrong with those."""
    import pyarrow.parquet as pq

    from investigator import load
    from investigator.events.store import Store

    known, chance = dated(), random.Random(seed)
    every = [(one, two) for one in known for two in known if one != two]
    for main, other in chance.sample(every, min(pairs, len(every))):
        for number in few:
            places = sorted(chance.sample(range(2, 39), number))
            lines = [known[main][i % len(known[main])] for i in range(40)]
            for i, place in enumerate(places):
                lines.insert(place + i, known[other][i % len(known[other])])
            with tempfile.TemporaryDirectory() as folder:
                path, store = Path(folder) / "app.log", Store(Path(folder) / "events")
                path.write_text("\n".join(lines) + "\n", encoding="utf-8")
                try:
                    load.add(path, store=store, vault=Path(folder) / "vault", load=1, copied_at_most=0)
                except Exception as error:
                    yield main, other, number, f"{type(error).__name__}: {error}"[:200]
                    continue
                rows = [pq.read_table(file, columns=["time", "unit"]).to_pylist() for file in store.files()]
                timed = {row["unit"] for part in rows for row in part if row["time"] is not None}
                wanted = {place + i + 1 for i, place in enumerate(places)}
                lost = wanted - timed
                yield main, other, number, f"{len(lost)} of {number} joined or undated" if lost else ""


def run(*, quick: bool = False) -> list[Figure]:
    """The invented examples on both halves, small inputs about times and lines, and the probe of foreign lines."""
    return [*_examples(quick), *_small(), *_foreign(12 if quick else 60)]


def _examples(quick: bool) -> list[Figure]:
    out = []
    for name, examples, check in (("times", made().times(), times_of), ("lines", made().lines(), lines_of)):
        good: Counter[str] = Counter()
        every: Counter[str] = Counter()
        wrongly = right = mixes = 0
        for example, wrong in tried(examples[:: 8 if quick else 1], check):
            half = made().half(example["name"])
            every[half] += 1
            good[half] += not wrong
            if example["kind"] == "mixes":
                mixes, right = mixes + 1, right + (not wrong)
                wrongly += "proposed for" in wrong and "unknown proposed" not in wrong
        for half in sorted(every):
            share = good[half] / every[half]
            met = share >= 0.9 if name == "times" else None
            said = f"{good[half]} of {every[half]}"
            out.append(Figure(f"{name} nobody designed, {half}", said, "", "nine of ten", met))
        if mixes:
            met = right >= 0.95 * mixes and not wrongly
            said = f"{right} of {mixes}, {wrongly} wrongly"
            out.append(Figure("zones proposed a source each", said, "", "19 of 20, none wrongly", met))
    return out


def _small() -> list[Figure]:
    import subprocess

    file = DATA / "small_inputs" / "load" / "check.py"
    if not file.exists():
        return []
    said = subprocess.run([sys.executable, str(file)], capture_output=True, text=True, check=False).stdout
    good, _, rest = said.strip().splitlines()[-1].partition(" of ")
    return [Figure("small inputs", f"{good} of {rest.split()[0]}", "", "times, zones, lines", None)]


def _foreign(pairs: int) -> list[Figure]:
    good: Counter[int] = Counter()
    every: Counter[int] = Counter()
    for _, _, number, wrong in probe(pairs):
        every[number] += 1
        good[number] += not wrong
    return [
        Figure(
            f"{number} foreign dated {'line' if number == 1 else 'lines'} among 40",
            f"{good[number]} of {every[number]}",
            "",
            "none joined, none undated",
            good[number] == every[number],
        )
        for number in sorted(every)
    ]
