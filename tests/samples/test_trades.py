"""Trades: the same from the same seed, and what is true of them counted again from their files as plain text."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from datetime import UTC, datetime, timedelta

import pytest

from investigator import months
from investigator.errors import DataError, ParameterError
from investigator.samples.trades import causes, domains, trade
from investigator.samples.worlds.trades.domain import half_of, read_domain

ALL = [(domain, cause) for domain in domains() for cause in causes(domain)]
#: Before and behind the message, in lines that are made of keys and values.
FRAMES = {"json": ('": "', '"'), "pairs": (" op=", r"(?:\s|$)"), "logfmt": (r' msg="?', r'(?:"|\s|$)')}


@pytest.fixture(scope="module", params=ALL, ids="-".join)
def read(request):
    domain, cause = request.param
    return Read(trade(5, domain, cause, things=300))


class Read:
    """A trade as somebody reads it who has its files, how ids are written, and what each part says."""

    def __init__(self, made):
        self.made, self.truth = made, made.truth
        self.domain = read_domain(made.domain)
        self.cause = next(c for c in self.domain["causes"] if c["name"] == made.cause)
        self.names = {text: thing for thing, all in self.truth["spellings"].items() for text in all.values()}
        forms = {
            re.sub(r"\\{.*?\\}", "[0-9A-Za-z]+", re.escape(form)) for form in self.domain["ids"].values()
        }
        self.ids = [re.compile(rf"(?<!\w){form}(?!\w)") for form in sorted(forms)]
        #: The things that each line names, looked up once.
        self.named = defaultdict(set)
        for text in made.files.values():
            for line in text.splitlines():
                self.named[line] |= {self.names[found] for found in self.spelled(line)}
        owner = re.sub(r"\\{.*?\\}", "[0-9]+", re.escape(self.domain["owner"]["id"]))
        self.owner = re.compile(rf"(?<!\w){owner}(?!\w)")
        self.year = self.truth["window"][0][:4]

    def text(self, source):
        return self.made.files[self.domain["sources"][source]["file"]]

    def spelled(self, text):
        """Every id in a text, as it is written there."""
        return {found for form in self.ids for found in form.findall(text) if found in self.names}

    def things(self, line):
        """The things that a line names."""
        return self.named[line]

    def said(self, source, says):
        """The lines in which a source says this, for each thing, in order."""
        before, behind = FRAMES.get(self.domain["sources"][source]["style"], ("", ""))
        words = re.compile(before + ".*?".join(re.escape(p) for p in re.split(r"{.*?}", says)) + behind)
        out = defaultdict(list)
        for line in self.text(source).splitlines():
            if words.search(line):
                for thing in self.things(line):
                    out[thing].append(line)
        return out

    def step(self, name):
        step = next(step for step in self.domain["steps"] if step["name"] == name)
        return self.said(step["source"], step["says"])

    def rows(self, table):
        """The lines of a table that name each thing."""
        out = defaultdict(list)
        for line in self.made.files[self.domain["tables"][table]["file"]].splitlines():
            for thing in self.things(line):
                out[thing].append(line)
        return out

    def moment(self, line):
        if found := re.search(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d)?", line):
            return datetime.fromisoformat(found[0]).replace(tzinfo=UTC)
        if found := re.search(r"(\d\d)/(\w{3})/(\d{4}):(\d\d):(\d\d):(\d\d)", line):
            day, month, *rest = found.groups()
            year, *clock = map(int, rest)
            return datetime(year, months.number(month), int(day), *clock, tzinfo=UTC)
        month, day, clock = line.split()[:3]
        return datetime(
            int(self.year), months.number(month), int(day), *map(int, clock.split(":")), tzinfo=UTC
        )


# -- counted again ------------------------------------------------------------------------------------------------


def test_the_affected_are_those_that_the_files_show(read):
    truth, cause = read.truth, read.cause
    affected, open_ = set(truth["affected"]), {t for t, d in truth["things"].items() if d == "under way"}
    assert 3 <= len(affected) <= 0.45 * len(truth["things"])
    if "says" in cause:
        shown = set(read.said(cause["by"], cause["says"]))
    elif cause.get("cut"):
        main = read.rows(next(iter(read.domain["tables"])))
        steps = [step for step in read.domain["steps"] if step.get("state")]
        at = next(n for n, step in enumerate(steps) if step["name"] == cause["at"])
        state = re.compile(rf"(?<![\w:-]){re.escape(steps[at - 1]['state'])}(?![\w:-])")
        shown = {t for t, lines in main.items() if state.search(lines[0])} - open_
        assert not affected & set(read.step(cause["at"]))
    elif cause.get("stops"):
        ended = {t for t, d in truth["things"].items() if d == "refused or cancelled"}
        for end in read.domain["ends"]:
            ended |= set(read.said(end["source"], end["says"]))
        main = set(read.rows(next(iter(read.domain["tables"]))))
        shown = main - set(read.step(cause["at"])) - ended - open_
    elif cause.get("twice"):
        shown = {thing for thing, lines in read.step(cause["at"]).items() if len(lines) == 2}
        doubled = {
            thing
            for name, table in read.domain["tables"].items()
            if table.get("twice")
            for thing, lines in read.rows(name).items()
            if len(lines) == 2
        }
        assert doubled == affected
    elif "late" in cause:
        shown = {t for t, waited in waits(read).items() if waited.total_seconds() >= cause["late"][0] - 1}
        shown -= open_
    elif cause["disposition"] == "wrong owner":
        first, then = read.step(read.domain["steps"][0]["name"]), read.step(cause["at"])
        shown = {
            t
            for t in first.keys() & then
            if not set(read.owner.findall(first[t][0])) & set(read.owner.findall(then[t][0]))
        }
    assert shown == affected


def waits(read):
    """How long each thing waited for the step at fault, since the last that any step said of it before."""
    at = read.step(read.cause["at"])
    before = defaultdict(list)
    for step in read.domain["steps"]:
        if step["name"] == read.cause["at"]:
            break
        for thing, lines in read.step(step["name"]).items():
            before[thing].append(read.moment(lines[0]))
    return {t: read.moment(lines[0]) - max(before[t]) for t, lines in at.items() if before[t]}


def test_tables_say_of_the_affected_what_the_cause_says_and_of_no_other(read):
    affected = set(read.truth["affected"])
    for name in read.cause.get("absent", ()):
        assert not affected & set(read.rows(name))
        assert read.rows(name)
    for name, cells in read.cause.get("cells", {}).items():
        columns = read.domain["tables"][name]["columns"]
        fixed = {key: cell for key, cell in cells.items() if "{" not in cell and cell}
        rows = read.rows(name)
        for thing, lines in rows.items():
            for cell in fixed.values():
                assert (re.search(rf"(?<!\w){re.escape(cell)}(?!\w)", lines[0]) is not None) == (
                    thing in affected
                ), lines
        assert affected <= set(rows)
        assert set(cells) <= set(columns)


def test_who_never_came_is_in_no_table_and_on_no_step(read):
    gone = {t for t, d in read.truth["things"].items() if d == "never received"}
    gone |= set(read.truth["listed_only"])
    for name, table in read.domain["tables"].items():
        if table.get("of") != "owners":
            assert not gone & set(read.rows(name))
    for step in read.domain["steps"]:
        assert not gone & set(read.step(step["name"]))


def test_the_sources_of_the_example_are_the_files_that_name_it(read):
    held = [
        name
        for name, text in read.made.files.items()
        if any(read.truth["example"] in read.things(line) for line in text.splitlines())
    ]
    assert read.truth["sources"] == held
    assert any(read.truth["said"] in read.made.files[name] for name in held)
    assert len(held) >= 3
    if not read.cause.get("cut"):
        found = {text for name in held for text in read.spelled(read.made.files[name])}
        spelled = {text for text in found if read.names[text] == read.truth["example"]}
        assert len(spelled) >= 2, "one thing goes by several names"


def test_the_line_that_shows_each_is_in_its_file_and_the_first_is_the_onset(read):
    truth = read.truth
    times = []
    for thing, shown in truth["deviated"].items():
        at = datetime.fromisoformat(shown["at"])
        times.append(at)
        if shown["line"] is not None:
            lines = read.made.files[shown["file"]].splitlines()
            if shown["file"] != (truth["silence"] or {}).get("source"):
                assert shown["line"] in lines
            assert thing in read.things(shown["line"])
            assert abs(read.moment(shown["line"]) - at) < timedelta(seconds=1.1)
    assert datetime.fromisoformat(truth["onset"]) == min(times)
    start, end = map(datetime.fromisoformat, truth["window"])
    assert all(start < at <= end for at in times)


def test_the_change_to_blame_is_before_the_onset_and_in_its_file(read):
    trigger, truth = read.truth["trigger"], read.truth
    if "trigger" not in read.cause or not truth["provable"]:
        assert trigger is None
        return
    assert trigger["line"] in read.made.files[trigger["source"]].splitlines()
    assert trigger["service"] == truth["service"]
    assert abs(read.moment(trigger["line"]) - datetime.fromisoformat(trigger["at"])) < timedelta(minutes=1.1)
    if "ahead" in read.cause:
        assert trigger["at"] > truth["onset"], "its clock is ahead"
    else:
        assert trigger["at"] < truth["onset"]


def test_what_gets_worse_says_so_in_the_trades_own_words(read):
    worse = read.truth["worse"]
    if worse is None:
        verbs = [told["verb"] for told in read.domain["worse"]]
        assert not any(verb in text for verb in verbs for text in read.made.files.values())
        return
    assert worse["verb"] in worse["line"]
    assert worse["line"] in read.made.files[worse["source"]].splitlines()
    due = datetime.fromisoformat(worse["at"])
    assert due > datetime.fromisoformat(read.truth["window"][1])
    assert re.search(f"{due:%H:%M}|{due:%M} {due:%H} ", worse["line"])


def test_a_silent_source_is_silent(read):
    silence = read.truth["silence"]
    if silence is None:
        return
    low, high = (datetime.fromisoformat(silence[key]) for key in ("from", "until"))
    lines = read.made.files[silence["source"]].splitlines()
    at = [read.moment(line) for line in lines]
    assert not any(low + timedelta(seconds=1) < time < high - timedelta(seconds=1) for time in at)
    assert any(time < low for time in at)


def test_each_thing_has_one_disposition_and_few_are_still_under_way(read):
    truth = read.truth
    assert set(truth["affected"]) == {t for t, d in truth["things"].items() if d == truth["disposition"]}
    told = Counter(truth["things"].values())
    assert set(told) <= {truth["healthy"], truth["disposition"], "refused or cancelled", "under way"}
    assert told["under way"] < 0.2 * len(truth["things"])
    assert told["refused or cancelled"] > 0
    assert truth["example"] in truth["affected"]


def test_messages_of_a_step_name_their_thing_once_and_batches_name_many(read):
    for told in read.domain.get("batches", []):
        lines = {line for lines in read.said(told["source"], told["says"]).values() for line in lines}
        assert any(len(read.things(line)) > 5 for line in lines)


# -- seeds --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("domain", domains())
def test_the_same_seed_makes_the_same_bytes_and_another_seed_others(domain, tmp_path):
    one, again, other = (trade(seed, domain, things=300) for seed in (3, 3, 4))
    assert (one.files, one.truth) == (again.files, again.truth)
    assert one.files != other.files
    folder = one.write(tmp_path)
    written = {p.relative_to(folder).as_posix(): p for p in folder.rglob("*") if p.is_file()}
    assert {name: path.read_text(encoding="utf-8") for name, path in written.items()} == one.files
    assert {int(path.stat().st_mtime) for path in written.values()} == {
        int(datetime.fromisoformat(one.truth["window"][1]).timestamp())
    }


@pytest.mark.parametrize("domain", ["claims", "bookings"])
def test_seeds_go_through_all_causes(domain):
    known = causes(domain)
    assert {trade(seed, domain, things=300).cause for seed in range(len(known))} == set(known)


def test_half_of_the_trades_are_for_making_and_half_for_measuring():
    assert len(domains()) == 10
    halves = Counter(map(half_of, domains()))
    assert halves == {"making": 5, "measuring": 5}
    assert domains(half="making") == [name for name in domains() if half_of(name) == "making"]


def test_no_two_trades_write_alike():
    told = [read_domain(name) for name in domains()]
    for part in (
        lambda d: tuple(d["ids"].values()),
        lambda d: tuple(step["says"] for step in d["steps"]),
        lambda d: tuple(source["file"] for source in d["sources"].values()),
        lambda d: tuple(worse["verb"] for worse in d["worse"]),
    ):
        assert len({part(domain) for domain in told}) == len(told)
    assert len({s["style"] for d in told for s in d["sources"].values()}) >= 8
    assert {cause["disposition"] for d in told for cause in d["causes"]} >= {
        "stuck", "delayed", "wrong owner", "duplicated", "hidden", "gone",
        "content missing", "content different", "never received",
    }  # fmt: skip


# -- what can't be made -------------------------------------------------------------------------------------------


def test_a_trade_that_is_not_there_and_a_cause_that_it_lacks_are_named_with_what_there_is():
    with pytest.raises(ParameterError, match=r"no trade named 'circus'\. There are: bookings"):
        trade(1, "circus")
    with pytest.raises(ParameterError, match=r"no cause named 'rain'\. There are: stuck"):
        trade(1, "claims", "rain")
    with pytest.raises(ParameterError, match="no room for its incident"):
        trade(1, "claims", things=10)


def test_a_broken_trade_says_what_is_missing(tmp_path):
    (tmp_path / "circus.toml").write_text('name = "circus"\n')
    with pytest.raises(DataError, match=r"circus\.toml lacks thing, said"):
        read_domain("circus", tmp_path)
    (tmp_path / "circus.toml").write_text("name = \n")
    with pytest.raises(DataError, match="is not TOML"):
        read_domain("circus", tmp_path)
