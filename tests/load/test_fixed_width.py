"""Hand-over files of fixed width: each record its own row with its own time; header and trailer are none."""

from __future__ import annotations

import pandas as pd
import pytest

import investigator as inv
from investigator.load import adding

CLOCK = [f"{7 + n // 6:02d}{n * 7 % 60:02d}{n * 11 % 60:02d}" for n in range(12)]
IDS = [f"ORD-{101 + 7 * n}" for n in range(12)]
WHAT = ["stored in depot 4", "seal checked", "held at the gate", "sent"]


def _at(n: int) -> pd.Timestamp:
    return pd.Timestamp(f"2026-06-17 {CLOCK[n][:2]}:{CLOCK[n][2:4]}:{CLOCK[n][4:]}", tz="UTC")


def _dotted(clock: str, mark: str = ":") -> str:
    return mark.join((clock[:2], clock[2:4], clock[4:]))


KINDS = {
    "one digit": ("120260617 DEPOT 3", "5{n:04d}20260617{c}{i:<10}{w:<22}{a:06d}", "90000012"),
    "letter": ("H 2026-06-17", "D{i:<10}{w:<20}17062026{c}{a:8d}", "T      12"),
    "three digits": ("000 BANK OF NOWHERE 20260617", "010{i:<12}260617{c}{w:<24}{a:05d}EUR", "999000012"),
    "words": ("HEADER    20260617", "DETAIL    {i:<12}20260617 {c}  {w:<20}{a:>6}", "TRAILER   000012"),
    "dots": ("KOPF 17.06.2026", "SATZ {i:<10}17.06.2026  {d}  {w:<20}{a:>6}", "ENDE 12"),
    "with marks": ("HD2026061700", "RC{n:05d}2026-06-17-{p}{i:<10}{w:<20}{a:04d}", "TR00012"),
    "no trailer": ("00FILE 20260617", "10{n:06d}20260617{c}{i:<10}{w:<20}", ""),
}


@pytest.mark.parametrize("kind", KINDS)
def test_a_record_has_its_own_time_and_header_and_trailer_are_none(kind, tmp_path) -> None:
    head, shape, trailer = KINDS[kind]
    rows = [
        shape.format(
            n=n,
            c=CLOCK[n],
            d=_dotted(CLOCK[n]),
            p=_dotted(CLOCK[n], "."),
            i=IDS[n],
            w=WHAT[n % 4],
            a=n * 17 % 97,
        )
        for n in range(12)
    ]
    path = tmp_path / "handover.txt"
    path.write_text("\n".join([head, *rows, *([trailer] if trailer else [])]) + "\n")

    events = inv.read(path)
    found = events.fetch(events.table)

    assert len(found) == 12
    for n in range(12):
        (row,) = found[found.body.str.contains(f"={IDS[n]}(?!\\d)")].itertuples()
        assert row.time == _at(n)


def test_a_trailer_that_counts_otherwise_is_said(tmp_path) -> None:
    head, shape, _ = KINDS["words"]
    rows = [shape.format(n=n, c=CLOCK[n], i=IDS[n], w=WHAT[n % 4], a=n) for n in range(12)]
    (tmp_path / "handover.txt").write_text("\n".join([head, *rows, "TRAILER   000014"]) + "\n")

    _, report = adding.read(tmp_path / "handover.txt")

    assert any("there are 12 records" in doubt for doubt in report.sources[0].doubt)


def test_lines_of_a_log_and_columns_of_a_command_are_no_hand_over_file(tmp_path) -> None:
    from investigator.sources.fixed_width import layout

    log = [f"INFO 2026-06-17 07:{n:02d}:00 order {n} stored" for n in range(20)]
    columns = ["NAME    READY  AGE", *(f"pod-{n}   1/1    {n}d" for n in range(20))]

    table = ["order,state,created_at", *(f"ORD-{n},open,2026-06-17T07:{n}:00Z" for n in range(10, 20))]

    assert layout(log) is None and layout(columns) is None and layout(table) is None


def test_a_level_that_a_few_lines_of_a_log_begin_with_is_no_mark_of_records(place):
    log = "I0617 09:14:07.120412       1 gate.go:88] gate opens\nE0617 09:14:07.391001       1 gate.go:125] gate 3 sticks\n"
    foreign = 'Started GET "/gate/3" for 10.0.0.7 at 2026-06-17 09:14:07 +0200\n'
    place.add((log * 16 + foreign * 6 + log * 4).encode(), name="gate.log")
    frame = place.events()
    assert len(frame) == 46 and frame.time.notna().all()
