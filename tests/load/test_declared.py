"""A format of one's own: declared by a pattern or in YAML, checked whole, kept with the case, used again by itself."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from investigator.case import Case
from investigator.errors import DataError, KitError, ParameterError
from investigator.load.declared import Declared, of_file, of_json, of_pattern

LINES = """\
# billing 3.1
17.06.2026 09:14:07 E indexer | could not index DOC-1
  at step one
  at step two
17.06.2026 09:14:08 W indexer | 14 waiting
garbage
17.06.2026 09:14:09 I upload | received DOC-2
"""

YAML = r"""
name: billing
pattern: '^(?P<time>\S+ \S+) (?P<severity>\w) (?P<app>\S+) \| (?P<msg>.*)$'
time: '%d.%m.%Y %H:%M:%S'
zone: Europe/Berlin
levels: {E: error, W: warn, I: info}
continues: '^\s'
skip: '^#'
constant: {team: payments}
examples:
  - '17.06.2026 09:14:07 E indexer | could not index DOC-1'
"""


@pytest.fixture
def case(tmp_path):
    return Case.new("INC-1", words="lost", root=tmp_path / "cases")


@pytest.fixture
def mine(tmp_path):
    path = tmp_path / "mine.yaml"
    path.write_text(YAML)
    return str(path)


def rows(case):
    events = case.events()
    return events.fetch(events.table.order_by("time"), limit=None)


def test_a_yaml_says_all_that_a_format_needs(case, mine, tmp_path):
    file = tmp_path / "billing.log"
    file.write_text(LINES)
    report = case.add(file, format=mine)
    assert str(report.units) == "7 units = 3 used + 2 joined into others + 1 header + 1 rejected"
    assert report.sources[0].rejected == ((6, "it begins no event, and goes on none", "garbage"),)
    found = rows(case)
    assert list(found["time"].dt.strftime("%H:%M:%S")) == ["07:14:07", "07:14:08", "07:14:09"]
    assert list(found["severity_number"]) == [17, 13, 9]
    assert list(found["service"]) == ["indexer", "indexer", "upload"]
    assert found["body"][0] == "could not index DOC-1\n  at step one\n  at step two"
    assert dict(found["attributes"][0])["team"] == "payments"
    assert case.evidence.raw(found["origin"][0]).decode() == "".join(LINES.splitlines(keepends=True)[1:4])


def test_it_is_kept_with_the_case_and_used_for_the_next_file(case, mine, tmp_path):
    for name in ("billing.log", "tail.txt"):
        (tmp_path / name).write_text(LINES.replace("DOC-1", name))
    case.add(tmp_path / "billing.log", format=mine)
    assert case.add(tmp_path / "billing.log", format=mine).sources[0].state == "already here"
    assert len(case.entries("declare")) == 1
    again = Case.open(case.path)
    report = again.add(tmp_path / "tail.txt")
    assert report.sources[0].format == "billing" and "a format of your own" in report.sources[0].why
    assert again.verify().ok


def test_what_was_read_otherwise_is_read_again_with_the_format(case, mine, tmp_path):
    file = tmp_path / "billing.log"
    file.write_text(LINES)
    assert case.add(file).sources[0].format != "billing"
    report = case.add(file, format=mine)
    assert (report.sources[0].state, report.events) == ("read again", 3)
    assert len(rows(case)) == 3 and case.evidence.store.manifest().units.total == 7
    with open(file, "a") as stream:
        stream.write("17.06.2026 09:14:10 I upload | received DOC-3\n")
    assert case.add(file).sources[0].state == "grown"
    assert len(rows(case)) == 4 and case.evidence.store.manifest().units.total == 8


def test_a_pattern_alone_will_do(case, tmp_path):
    file = tmp_path / "odd.log"
    file.write_text("2026-06-17 09:14:07 [x] a=(1) received DOC-1\r\n2026-06-17 09:14:08 [y] a=(2) done\r\n")
    report = case.add(file, pattern=r"(?<timestamp>\S+ \S+) \[(x|y)\] a=\((?P<Group>\d)\) (?<message>.*)$")
    assert str(report.units) == "2 units = 2 used + 0 rejected"
    assert [dict(a) for a in rows(case)["attributes"]] == [{"Group": "1"}, {"Group": "2"}]
    assert list(rows(case)["body"]) == ["received DOC-1", "done"]


def test_words_of_sql_may_name_groups(case, tmp_path):
    file = tmp_path / "odd.log"
    file.write_text("2026-06-17T09:14:07Z a b received\n")
    case.add(file, pattern=r"(?P<time>\S+) (?P<select>\S+) (?P<from>\S+) (?P<body>.*)")
    assert dict(rows(case)["attributes"][0]) == {"select": "a", "from": "b"}


@pytest.mark.parametrize(
    ("pattern", "said"),
    [
        (r"(?P<time>\S+)(?= x) (?P<body>.*)", "it looks ahead"),
        (r"(?P<time>\S+)(?<!x) (?P<body>.*)", "it looks behind"),
        (r"(?P<a>\S+) \1 (?P<body>.*)", "it refers back to a group"),
        (r"(?P<a>\S++) (?P<body>.*)", "atomic or possessive"),
        (r"(?P<body>", "missing )"),
        (r"^\S+ .*", "names nothing that it finds"),
        (r"(?P<a>.)(?P<A>.)", "Two groups"),
    ],
)
def test_a_pattern_that_could_hang_or_says_nothing_is_refused_before_anything_is_stored(
    case, tmp_path, pattern, said
):
    file = tmp_path / "odd.log"
    file.write_text("x\n")
    with pytest.raises(ParameterError, match=said.replace(")", r"\)")):
        case.add(file, pattern=pattern)
    assert case.entries("declare") == [] and not case.evidence.store.path.exists()
    assert list(case.evidence.vault.iterdir()) == []


@pytest.mark.parametrize(
    ("old", "new", "line", "said"),
    [
        ("levels:", "levls:", 6, "Did you mean 'levels'"),
        ("E: error", "E: terrible", 6, "is no severity"),
        ("Europe/Berlin", "Europe/Berlln", 5, "Berlln"),
        ("'%d.%m.%Y %H:%M:%S'", "'%H:%M:%S'", 4, "names no day"),
        ("'%d.%m.%Y %H:%M:%S'", "'%d.%m.%Y %Q'", 4, "is no format of a time"),
        ("'%d.%m.%Y %H:%M:%S'", "'%Y-%m-%d %H:%M:%S'", 11, "can't be read"),
        ("E indexer | could", "indexer could", 11, "not matched by the pattern"),
        (r"\S+ \S+)", r"\S+ \S+)(?=x)", 3, "it looks ahead"),
        ("zone: Europe/Berlin", "zone: [", 7, "line 7"),
        ("zone: Europe/Berlin", "name: other", 5, "'name' is there twice"),
        ("zone: Europe/Berlin", "zone: !!python/name:os.system x", 5, "tags are not read"),
        ("zone: Europe/Berlin", "kind: sorrow", 5, "There are: log"),
        ("name: billing", "name: syslog", 2, "the kit has already"),
    ],
)
def test_a_mistake_in_the_yaml_names_file_and_line(tmp_path, old, new, line, said):
    path = tmp_path / "mine.yaml"
    path.write_text(YAML.replace(old, new, 1))
    with pytest.raises(DataError, match=rf"(?s)mine\.yaml, line {line}: ") as caught:
        of_file(path)
    assert said in str(caught.value)


def test_a_format_that_matches_nothing_of_its_file_is_refused(case, mine, tmp_path):
    file = tmp_path / "other.log"
    file.write_text("nothing of the kind\n")
    with pytest.raises(DataError, match="matches none of the first 1 lines"):
        case.add(file, format=mine)
    assert case.entries("declare") == [] and not case.evidence.store.path.exists()


def test_a_format_that_takes_everything_takes_nothing_from_the_kit(case, tmp_path):
    (tmp_path / "a.txt").write_text("one\ntwo\n")
    (tmp_path / "b.log").write_text("Jun 17 09:14:07 node-3 sshd[4711]: hello\n" * 3)
    case.add(tmp_path / "a.txt", pattern="(?P<body>.*)")
    assert case.add(tmp_path / "b.log").sources[0].format == "syslog"


def test_a_damaged_declaration_in_a_record_is_left_out_and_not_run(case, tmp_path):
    case.record.write(
        "declare", {"text": "x", "formats": {"bad": {"pattern": "(?=x)(?P<body>.*)"}, "odd": {"pattern": 3}}}
    )
    file = tmp_path / "b.log"
    file.write_text("Jun 17 09:14:07 node-3 sshd[4711]: hello\n")
    assert case.add(file).sources[0].format == "syslog"


def test_what_was_declared_survives_its_way_through_json(mine):
    form = of_file(mine)
    assert isinstance(form, Declared)
    again = of_json(form.to_json())
    assert (again.pattern, again.levels, again.continues) == (form.pattern, form.levels, form.continues)


@settings(max_examples=60)
@given(st.text(alphabet="ab(?P<>=!)[]\\|*+.1:^$ ", max_size=24))
def test_any_text_as_a_pattern_is_taken_or_refused_in_words(text):
    try:
        form = of_pattern(f"(?P<body>{text})")
    except KitError as error:
        assert error.what and error.do
    else:
        form.beginnings(["abab", ""])
