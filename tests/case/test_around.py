"""Around a line: whatever origin is on a screen resolves, and what is not one gets a sentence."""

import json

import pytest

import investigator as inv
from investigator import moment
from investigator.case import Case
from investigator.errors import KitError

HOSTILE = "\x1b[2J\u202e<script>alert(1)</script> </pre> $x$ `rm`"


@pytest.fixture(scope="module")
def case(tmp_path_factory):
    """A bakery: two logs that share orders and a trace, one line that is no JSON, one with a stack trace."""
    place = tmp_path_factory.mktemp("bakery")
    oven, till = [], []
    for number in range(60):
        at = f"2026-05-04T06:{number:02d}:00"
        trace = f"{number:032x}"
        oven.append(json.dumps({"time": f"{at}Z", "msg": f"baked BUN-{number}", "trace_id": trace}))
        till.append(
            json.dumps(
                {"time": f"{at}.500Z", "msg": f"sold BUN-{number}", "service": "till", "trace_id": trace}
            )
        )
    oven[20] = "this is no JSON at all"
    till[30] = json.dumps({"time": "2026-05-04T06:30:00Z", "msg": HOSTILE, "service": HOSTILE})
    (place / "logs").mkdir()
    (place / "logs" / "oven.jsonl").write_text("\n".join(oven) + "\n")
    (place / "logs" / "till.jsonl").write_text("\n".join(till) + "\n", encoding="utf-8")
    made = Case.new("BAKE-1", words="BUN-7 was never sold", about=["BUN-7"], zone="Europe/Berlin", root=place)
    made.add(place / "logs")
    return made


def evidence(case, name):
    return next(s.evidence for s in case.evidence.store.manifest().segments if s.source.endswith(name))


def test_the_lines_of_the_file_the_same_seconds_the_trace_and_the_id(case):
    found = case.evidence.around(f"{evidence(case, 'oven.jsonl')}:8", lines=2).data
    assert [(line["number"], line["own"]) for line in found["lines"]] == [
        (6, False),
        (7, False),
        (8, True),
        (9, False),
        (10, False),
    ]
    assert "baked BUN-7" in found["lines"][2]["text"]
    assert found["others"]["count"] == 1 and found["others"]["lines"][0]["body"] == "sold BUN-7"
    assert found["trace"]["count"] == 1
    assert [(one["id"], one["count"]) for one in found["ids"]] == [("BUN-7", 2)]


def test_every_origin_that_it_shows_leads_on(case):
    found = case.evidence.around(f"{evidence(case, 'oven.jsonl')}:8").data
    there = found["others"]["lines"][0]["origin"]
    assert case.evidence.around(there).data["others"]["lines"][0]["origin"] == found["origin"]


def test_an_origin_may_be_shortened_or_name_its_file(case):
    whole = evidence(case, "oven.jsonl")
    for text in (f"{whole}:8", f"{whole[:5]}:8", "oven.jsonl:8", f" {whole}:8 "):
        assert case.evidence.around(text).data["origin"] == f"{whole}:8", text


def test_a_line_that_could_not_be_read_says_why_and_shows_its_neighbours(case):
    found = case.evidence.around("oven.jsonl:21", lines=1)
    assert [line["number"] for line in found.data["lines"]] == [20, 21, 22]
    if found.data["event"] is None:
        assert found.data["unread"] and "could not be read" in str(found)
    assert "this is no JSON at all" in str(found)


def test_what_a_line_holds_is_shown_and_does_nothing(case):
    found = case.evidence.around("till.jsonl:31")
    assert "\x1b" not in str(found) and "\u202e" not in str(found)
    page = found._repr_html_()
    assert "<script>" not in page and "\x1b" not in page and page.count("</pre>") == 1


@pytest.mark.parametrize(
    ("origin", "said"),
    [
        ("", "names no line"),
        ("oven", "names no line"),
        ("oven.jsonl:x", "names no line"),
        ("ffff:3", "no file has that name"),
        ("oven.jsonl:0", "counted from 1"),
        ("oven.jsonl:999", "has no line 999"),
        ("oven.jsonl:9-3", "counted from 1"),
        ("\x1b[2J:3", "no file has that name"),
        ("../../etc/passwd:1", "no file has that name"),
    ],
)
def test_what_names_no_line_gets_a_sentence(case, origin, said):
    with pytest.raises(KitError) as refused:
        case.evidence.around(origin)
    assert said in str(refused.value) and "\x1b" not in str(refused.value)


def test_an_origin_that_may_be_two_names_both(case, tmp_path):
    (tmp_path / "again").mkdir()
    (tmp_path / "again" / "oven.jsonl").write_text('{"time":"2026-05-04T06:00:00Z","msg":"other"}\n')
    other = Case.new("BAKE-2", words="x", root=tmp_path)
    other.add(tmp_path / "again" / "oven.jsonl", name="a/oven.jsonl")
    (tmp_path / "again" / "oven.jsonl").write_text('{"time":"2026-05-04T07:00:00Z","msg":"third"}\n')
    other.add(tmp_path / "again" / "oven.jsonl", name="b/oven.jsonl")
    with pytest.raises(KitError, match="may be any of 2") as refused:
        other.evidence.around("oven.jsonl:1")
    assert other.evidence.around("a/oven.jsonl:1").data["event"]["body"] == "other"
    assert "a/oven.jsonl" in str(refused.value) and "b/oven.jsonl" in str(refused.value)


def test_limits_of_what_is_shown_are_sentences(case):
    with pytest.raises(KitError, match="lines can't be shown"):
        case.evidence.around("oven.jsonl:8", lines=5_000)
    with pytest.raises(KitError, match="no neighbourhood"):
        case.evidence.around("oven.jsonl:8", seconds=-1)


def test_an_origin_of_every_source_of_the_sample_resolves(sample):
    case = inv.Case.open(sample, as_of=moment.now())
    events = case.events()
    table = events.table
    first = table.group_by("source").aggregate(unit=table.unit.max(), evidence=table.evidence.max())
    seen = 0
    for row in events.engine.fetch(first).itertuples(index=False):
        rows = table.filter((table["source"] == row.source) & (table.evidence == row.evidence))
        some = events.fetch(rows.order_by(rows.unit.desc()).limit(1).select("evidence", "unit", "units"))
        origin = some["origin"].iloc[0]
        found = case.evidence.around(origin, lines=1).data
        assert found["origin"] == origin
        assert any(line["own"] and line["text"] for line in found["lines"]), origin
        seen += 1
    assert seen > 10
