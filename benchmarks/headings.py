"""Timeline headings of real incident reports: each right as written or as meant, and said where the two differ."""

from __future__ import annotations

import csv
from datetime import UTC, date, datetime, timedelta

from benchmarks.figure import Figure
from benchmarks.incidents import DATA

FOLDER = DATA / "postmortems"


def run(*, quick: bool = False) -> list[Figure]:
    from investigator.headings import Heading, headings
    from investigator.moment import zone

    with (FOLDER / "mybinder_timeline_truth.csv").open(encoding="utf-8") as file:
        truth = list(csv.DictReader(file))
    found: dict[str, list[Heading]] = {}
    right = told = differ = silent = 0
    reference = datetime(2026, 1, 1, tzinfo=UTC)
    for row in truth:
        report = row["report"]
        if report not in found:
            text = (FOLDER / "mybinder" / report).read_text(encoding="utf-8")
            found[report] = headings(text, reference=reference)
        named = [h for h in found[report] if h.text == row["heading"].replace("`", "")]
        place = sum(
            1 for r in truth[: truth.index(row)] if r["report"] == report and r["heading"] == row["heading"]
        )
        heading = named[place] if place < len(named) else None
        good = why = ""
        if heading is None:
            why = "not found"
        elif not row["utc_literal"]:
            local = heading.when.low.astimezone(zone(heading.when.zone))
            day = date.fromisoformat(row["local_date"])
            whole = heading.when.width + timedelta(microseconds=1)
            good = "day" if local.date() == day and whole == timedelta(days=1) else ""
        else:
            written, likely = _time(row["utc_literal"]), _time(row["utc_likely"])
            holds = heading.when.low <= likely <= heading.when.high
            if written != likely:
                differ += 1
                said = any("as meant" in doubt and "as written" in doubt for doubt in heading.when.doubt)
                told += heading.when.written == written and heading.when.meant == likely and said
            elif heading.when.meant != heading.when.written:
                silent += 1
            good = "time" if holds and heading.when.written == written else ""
        right += bool(good)
        if not good:
            print(f"  {report} {row['heading']!r}: {why or heading}")
    beside = sum(len(items) for items in found.values()) - len(truth)
    return [
        Figure(
            "headings of real timelines read right",
            f"{right} of {len(truth)}",
            "",
            f"{len(truth)} of {len(truth)}",
            right == len(truth),
            f"as written and, where it differs, as meant; {beside} further times in the same documents",
        ),
        Figure(
            "headings whose label contradicts itself, both readings said",
            f"{told} of {differ}",
            "",
            f"{differ} of {differ}",
            told == differ,
            f"{silent} others said to differ that don't",
        ),
    ]


def _time(text: str) -> datetime:
    return datetime.fromisoformat(text.replace("Z", "+00:00"))
