"""Lists in marked-up text: whatever comes again and says when is an event with its fields, in XML and on pages."""

from __future__ import annotations

import pytest

from investigator.events.events import Events
from investigator.load import adding

MESSAGES = """<!DOCTYPE html><html><body><div class="page"><div class="history">
<div class="message service"><div class="body details">3 February 2026</div></div>
<div class="message default"><div class="pull_left userpic"><div class="initials">RB</div></div><div class="body"><div class="date" title="03.02.2026 06:12:40 UTC+01:00">06:12</div>
 <div class="from_name">Reto B\xe4r</div><div class="text">closing <strong>road K12</strong><br>nobody below</div></div></div>
<div class="message default joined"><div class="body"><div class="date" title="03.02.2026 06:13:05 UTC+01:00">06:13</div><div class="text">and K13</div></div></div>
<div class="message default"><div class="body"><div class="date" title="03.02.2026 06:20:00 UTC+01:00">06:20</div><div class="from_name">Lea</div><div class="text">done</div></div></div>
</div></div></body></html>"""
#: What it is -> the text, the first time, and a field with its values.
LISTS = {
    "an envelope around the list, names with the space they are of": (
        '<?xml version="1.0"?><e:Env xmlns:e="urn:e" xmlns:b="urn:b"><e:Body><b:Rings><b:Ring no="1"><b:RungAt>2026-06-07T09:45:00+02:00</b:RungAt><b:Tower>Gallus &amp; Co</b:Tower></b:Ring>'
        '<b:Ring no="2"><b:RungAt>2026-06-07T12:00:00+02:00</b:RungAt><b:Tower>M\xfcnster</b:Tower></b:Ring></b:Rings></e:Body></e:Env>',
        ("2026-06-07 07:45:00", "Tower", ["Gallus & Co", "M\xfcnster"]),
    ),
    "entries that nothing stands around": (
        '<log:event logger="mill" timestamp="1781680447120" level="ERROR"><log:message><![CDATA[sieve <2> torn]]></log:message></log:event>\n'
        '<log:event logger="mill" timestamp="1781680448120" level="INFO"><log:message>sieve changed</log:message></log:event>\n',
        ("2026-06-17 07:14:07.120000", "message", ["sieve <2> torn", "sieve changed"]),
    ),
    "names in attributes": (
        '<r><row><f name="at">2026-06-17 07:14:07</f><f name="hive">Linde</f></row><row><f name="at">2026-06-17 07:20:00</f><f name="hive">Esche</f></row></r>',
        ("2026-06-17 07:14:07", "hive", ["Linde", "Esche"]),
    ),
    "a table on a page, whose rows and cells have no end": (
        "<html><body><h1>Depot</h1><table><thead><tr><th>At</th><th>Gate</th></tr></thead><tbody><tr><td>2026-06-17 07:14<td>N &amp; S<tr><td>2026-06-17 07:20<td>W</table></body></html>",
        ("2026-06-17 07:14:00", "Gate", ["N & S", "W"]),
    ),
}  # fmt: skip


def _rows(path):
    store, report = adding.read(path)
    events = Events.open(store.folder)
    return list(events.fetch(events.table.order_by("unit")).itertuples()), report


@pytest.mark.parametrize("how", LISTS)
def test_each_element_that_says_when_is_an_event(how, tmp_path):
    text, (first, name, values) = LISTS[how]
    (tmp_path / "list.xml").write_text(text)
    rows, report = _rows(tmp_path / "list.xml")
    assert str(rows[0].time).removesuffix("+00:00") == first and not report.units.rejected
    assert [dict(row.attributes or {}).get(name, row.body) for row in rows] == values


def test_a_chat_on_a_page_is_messages_in_the_mouths_that_said_them(tmp_path):
    (tmp_path / "messages.html").write_text(MESSAGES)
    rows, report = _rows(tmp_path / "messages.html")
    assert [(dict(row.attributes)["user"], row.body, row.kind) for row in rows] == [
        ("Reto B\xe4r", "closing road K12\nnobody below", "message"), ("Reto B\xe4r", "and K13", "message"), ("Lea", "done", "message")
    ]  # fmt: skip
    assert str(rows[0].time) == "2026-02-03 05:12:40+00:00" and not report.units.rejected


def test_marks_that_break_off_cost_what_comes_after(tmp_path):
    items = "".join(f"<r><t>2026-06-17 07:{n % 60:02}:07</t><m>bell {n}</m></r>" for n in range(3000))
    (tmp_path / "cut.xml").write_text(f"<x>{items}<r><t>2026-06")
    rows, report = _rows(tmp_path / "cut.xml")
    assert (len(rows), report.units.rejected) == (3000, 1)


def test_letters_are_those_of_the_page_that_the_marks_name(tmp_path):
    text = '<?xml version="1.0" encoding="ISO-8859-2"?><x><r t="2026-06-17 07:14:07">\u0141\xf3d\u017a</r><r t="2026-06-17 07:15:07">\u017baga\u0144</r></x>'
    (tmp_path / "list.xml").write_bytes(text.encode("iso8859-2"))
    assert [row.body for row in _rows(tmp_path / "list.xml")[0]] == ["\u0141\xf3d\u017a", "\u017baga\u0144"]


@pytest.mark.parametrize(
    "text",
    [
        "<html><body><p>We met on 2026-06-17 07:14 by the gate.</p><p>Then nothing.</p></body></html>",
        '<!DOCTYPE x [<!ENTITY a "aaa">]><x><r t="2026-06-17 07:14:07">&a;</r><r t="2026-06-17 07:15:07"/></x>',
        "<a>" * 5000 + "</a>" * 5000,
    ],
)
def test_what_is_no_such_list_is_left_to_others(text, tmp_path):
    (tmp_path / "page.xml").write_text(text)
    _, report = _rows(tmp_path / "page.xml")
    assert report.sources[0].format != "marked_list"
