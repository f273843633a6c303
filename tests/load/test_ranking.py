"""Formats of any lines are asked last, and not where another is certain."""

import pytest

from investigator.load import ranking
from investigator.load.formats import formats, loose
from investigator.load.ranking import ranked
from investigator.sources._format import Head, Sure

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


POD = "NAME        READY   STATUS    RESTARTS   AGE\nkiln-{n}-9f   1/1     Running   0          4d\n"
MAIL = "From: Ana Roth <ana@till.example>\nSent: Wednesday, 17 June 2026 09:14\nTo: Desk\nSubject: belt {n}\n\nThe belt stands.\n"


def test_a_table_with_a_line_of_dashes_below_its_names_is_none_of_a_cluster():
    text = "NAME      STATUS\n--------- -------\nkiln-3    hot\nkiln-4    cold\n"
    assert ranked(Head(text.encode(), text, "", True))[0].name != "kubectl_get"


@pytest.mark.parametrize(("text", "asked"), [(POD, False), (MAIL, True), (NOTES * 9, True)])
def test_a_format_that_can_not_be_as_sure_is_not_asked(monkeypatch, text, asked):
    text = text.format(n=3)
    names, sureness = [], ranking.sureness
    monkeypatch.setattr(ranking, "sureness", lambda name, *more: names.append(name) or sureness(name, *more))
    first = ranked(Head(text.encode(), text, "", True), enough=0.9)[0]
    assert ("mail_thread" in names) is asked
    assert first == ranked(Head(text.encode(), text, "", True))[0]


def test_where_two_are_as_sure_the_order_of_asking_makes_no_difference(monkeypatch):
    text = "".join(ACCESS.format(n=n) for n in range(9))
    monkeypatch.setattr(ranking, "sureness", lambda name, *more: Sure(0.5))
    found = [one.name for one in ranked(Head(text.encode(), text, "", True))]
    strict = [name for name, module in sorted(formats().items()) if not loose(module.FORMAT)]
    assert found[: len(strict)] == strict and len(found) == len(formats())
