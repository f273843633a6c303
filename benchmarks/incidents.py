"""Real incidents that nobody here wrote: new, add, triage, postmortem for each, without a hand-written step."""

from __future__ import annotations

import csv
import os
import shutil
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path

from benchmarks.figure import Figure

DATA = Path(os.environ.get("INVESTIGATOR_BENCHMARK_DATA", Path(__file__).parents[2] / "shared" / "data"))
SET = DATA / "rca_nezha_trainticket"


def run(*, quick: bool = False) -> list[Figure]:
    from investigator.case import Case
    from investigator.performing import perform
    from investigator.report.make import make

    truth, wanted = _rows("truth.csv"), _rows("entity_truth.csv")
    truth = truth[:2] if quick else truth
    done, drawn, exact, asked, unexplained, slow = 0, 0, 0, 0, 0, 0.0
    failures: list[str] = []
    for row in truth:
        name, at = row["case"], datetime.fromisoformat(row["inject_time_utc"]).replace(tzinfo=UTC)
        started = time.perf_counter()
        with tempfile.TemporaryDirectory() as place:
            case = Case.new(name, words="Orders fail", root=place)
            files = Path(place) / "files"
            shutil.copytree(SET / "cases" / name, files / "cases")
            shutil.copytree(SET / "metric" / row["day"], files / "metric")
            case.add(files)
            unexplained += case.evidence.store.manifest().units.unexplained
            for template in ("triage", "postmortem"):
                try:
                    page = make(case, template).page
                    assert page.stat().st_size > 1000
                except Exception as error:
                    failures.append(f"{name} {template}: {error}")
            window = case.window
            figure = case.show.timeline()
            seen = any(_covers(trace, at) for trace in figure.data)
            drawn += bool(window and window[0] <= at <= window[1] and seen)
            for entity in [item for item in wanted if item["case"] == name]:
                asked += 1
                finding = perform("trace_entity", case.events(), {"entity": entity["entity"]})
                counts = finding.value["by_kind"]
                logs, spans = counts.get("log", 0), counts.get("span", 0)
                want_logs, want_spans = int(entity["log_rows_mentioning"]), int(entity["spans"] or 0)
                if (logs, spans) == (want_logs, want_spans):
                    exact += 1
                else:
                    failures.append(
                        f"{name} {entity['entity']}: {logs}+{spans}, not {want_logs}+{want_spans}"
                    )
        done += not any(item.startswith((f"{name} triage", f"{name} post")) for item in failures)
        slow = max(slow, time.perf_counter() - started)
        print(f"  {name} {time.perf_counter() - started:.1f} s", flush=True)
    total = len(truth)
    note = "; ".join(failures[:6])
    return [
        Figure("cases from new to postmortem", f"{done} of {total}", "", "all", done == total, note),
        Figure("the timeline shows the injected minute", f"{drawn} of {total}", "", "all", drawn == total),
        Figure(
            "ids traced to exactly the counted rows",
            f"{exact} of {asked}",
            "entity_truth.csv",
            "all",
            exact == asked,
        ),
        Figure("units unexplained", str(unexplained), "", "0", unexplained == 0),
        Figure("slowest case, all steps", f"{slow:.1f} s", "", "", None),
    ]


def _rows(name: str) -> list[dict[str, str]]:
    with open(SET / name, encoding="utf-8") as stream:
        return list(csv.DictReader(stream))


def _covers(trace: object, at: datetime) -> bool:
    """Whether a trace of the figure has a point or a bin in the minute of a time."""
    import pandas as pd

    xs = getattr(trace, "x", None)
    if xs is None or len(xs) == 0:
        return False
    times = pd.to_datetime(pd.Series(list(xs)), errors="coerce", utc=True).dropna()
    moment = pd.Timestamp(at)
    return bool(((times - moment).abs() <= pd.Timedelta(minutes=5)).any())


if __name__ == "__main__":
    for figure in run():
        print(figure)
