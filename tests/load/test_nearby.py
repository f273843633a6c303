"""Raw units around one: the same lines whether a file is read from its beginning or from where a line starts."""

import pytest

from investigator.case import Case
from investigator.load import nearby as module
from investigator.load.nearby import nearby


@pytest.fixture
def made(tmp_path):
    lines = [f"2026-05-04T06:00:00Z INFO line {n} {'é' * (n % 7)}" for n in range(1, 4_001)]
    (tmp_path / "a.log").write_text("\n".join(lines), encoding="utf-8")
    case = Case.new("A-1", words="x", root=tmp_path)
    case.add(tmp_path / "a.log")
    return case


@pytest.mark.parametrize("unit", [1, 2, 3, 1_999, 3_999, 4_000])
@pytest.mark.parametrize("reach", [1 << 20, 4_096])
def test_a_known_byte_gives_the_same_lines(made, monkeypatch, unit, reach):
    events = made.events()
    rows = events.engine.fetch(events.table.filter(events.table.unit == unit).select("byte"))
    segment = made.evidence.store.manifest().segments[0]
    plain = nearby(made.evidence.vault, segment, unit, around=3)
    monkeypatch.setattr(module, "LARGE", 0)
    monkeypatch.setattr(module, "REACH", reach)
    assert nearby(made.evidence.vault, segment, unit, around=3, byte=int(rows["byte"].iloc[0])) == plain
    assert [each.number for each in plain] == [n for n in range(unit - 3, unit + 4) if 1 <= n <= 4_000]
    own = next(each for each in plain if each.own)
    assert f"line {unit} " in own.text + " "
