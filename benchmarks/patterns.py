"""Templates of log lines: against known truth on raw files of eight systems, and against drain3 for speed."""

from __future__ import annotations

import csv
import importlib.util
import tempfile
import time
from pathlib import Path

from benchmarks.figure import Figure, at_least
from benchmarks.incidents import DATA
from benchmarks.made import write_logs

SET = DATA / "logs_loghub"


def run(*, quick: bool = False) -> list[Figure]:
    return [*_accuracy(), *_speed(100_000 if quick else 2_000_000, 20_000 if quick else 100_000)]


def _scorer():  # type: ignore[no-untyped-def]
    spec = importlib.util.spec_from_file_location("score_ga", DATA / "scorers" / "score_ga.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def of_lines(file: Path) -> dict[int, str]:
    """The id of the template of every line of a raw file, as the kit loads it."""
    import investigator as inv
    from investigator.facts import templates

    events = inv.read(file)
    rows = events.engine.fetch(events.table.select("unit", "units", "source", "name", "body"))
    example: dict[tuple[str, str], str] = {}
    for row in rows.itertuples(index=False):
        key = (str(row.source), str(row.name))
        example[key] = min(example.get(key, str(row.body)), str(row.body))
    mined = templates.mined((source, name, body, 1) for (source, name), body in example.items())
    of = {name: template.id for template in mined for name in template.names}
    return {
        int(row.unit) + line: of[str(row.name)]
        for row in rows.itertuples(index=False)
        for line in range(int(row.units))
    }


def _accuracy() -> list[Figure]:
    from investigator.facts import templates

    scorer = _scorer()
    files = sorted(SET.glob("*/*_2k.log"))
    truths = {file: scorer.load_truth(f"{file}_structured.csv") for file in files}

    def scored() -> dict[str, float]:
        with tempfile.TemporaryDirectory() as place:
            out = {}
            for file in files:
                told = Path(place) / f"{file.stem}.csv"
                with open(told, "w", newline="") as stream:
                    writer = csv.writer(stream)
                    writer.writerow(("line", "cluster"))
                    writer.writerows(of_lines(file).items())
                found = scorer.load_pred(told)
                out[file.parent.name] = scorer.score(truths[file], found)["GA"]
            return out

    each = scored()
    mean = sum(each.values()) / len(each)
    kept, spread = (templates.ANYWHERE, templates.ANNOUNCED), []
    try:
        for templates.ANYWHERE, templates.ANNOUNCED in ((4, 2), (8, 2), (4, 3), (8, 3)):
            other = scored()
            spread.append(sum(other.values()) / len(other))
    finally:
        templates.ANYWHERE, templates.ANNOUNCED = kept
    return [
        at_least(
            "grouping accuracy on raw files of 8 systems, mean",
            mean,
            0.90,
            peer="drain3 .82 with headers cut by hand, .37 on raw lines",
            note=", ".join(f"{name} {value:.3f}" for name, value in each.items())
            + f"; with other settings {min(spread):.3f} to {max(spread):.3f}",
        )
    ]


def _speed(rows: int, few: int) -> list[Figure]:
    from drain3 import TemplateMiner
    from drain3.masking import MaskingInstruction
    from drain3.template_miner_config import TemplateMinerConfig

    from investigator import load
    from investigator.events import Events
    from investigator.events.store import Store
    from investigator.facts.silences import silences
    from investigator.performing import perform

    with tempfile.TemporaryDirectory() as place:
        file = Path(place) / "app.jsonl"
        write_logs(file, rows)
        store = Store(Path(place) / "events")
        load.add(file, store=store, vault=Path(place) / "vault", load=1)
        file.unlink()
        events = Events.open(store.folder)
        quiet = silences(events)
        taken = []
        for _ in range(3):
            again = Events.open(store.folder, engine=events.engine)
            again.memo["silences"] = quiet
            began = time.perf_counter()
            finding = perform("patterns", again, {})
            taken.append(time.perf_counter() - began)
        bodies = [str(b) for b in events.engine.fetch(events.table.select("body").limit(few))["body"]]
    config = TemplateMinerConfig()
    config.masking_instructions = [MaskingInstruction(r"(?<![A-Za-z])[A-Z]+-\d+|\b\d+\b", "NUM")]
    miner = TemplateMiner(config=config)
    began = time.perf_counter()
    for body in bodies:
        miner.add_log_message(body)
    peer = few / (time.perf_counter() - began)
    ours = rows / min(taken)
    note = f"{rows:,} lines, {finding.value['templates']} templates; drain3 over {few:,}"
    return [
        at_least(
            "lines a second", ours / 1e6, 1.0, unit=" M", note="the whole finding, variables and rhythm too"
        ),
        at_least(
            "times drain3 with masks", ours / peer, 12, peer=f"{peer:,.0f} lines/s", unit=" times", note=note
        ),
    ]
