"""Formats of any lines are asked last, and not where another is certain."""

import pytest

from investigator.load import ranking
from investigator.load.ranking import ranked
from investigator.sources._format import Head

ACCESS = '10.0.0.7 - - [17/Jun/2026:09:14:0{n} +0200] "GET /berths/{n} HTTP/1.1" 200 512 "-" "curl/8.1"\n'
NOTES = "17.06.2026 09:14 berth {n} is free\n"


@pytest.mark.parametrize(("line", "asked"), [(ACCESS, False), (NOTES, True)])
def test_formats_of_any_lines_are_asked_where_none_is_certain(monkeypatch, line, asked):
    text = "".join(line.format(n=n) for n in range(9))
    names, sureness = [], ranking.sureness
    monkeypatch.setattr(ranking, "sureness", lambda name, *more: names.append(name) or sureness(name, *more))
    first = ranked(Head(text.encode(), text, "", True), enough=0.9)[0]
    assert ("dated_text" in names) is asked and (first.share >= 0.9) is not asked
    assert first == ranked(Head(text.encode(), text, "", True))[0]
