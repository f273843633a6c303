"""Lines of several formats in one file: each block is read by the format that begins it, and every line is counted."""

import random

import pytest

from investigator import catalogue
from investigator.load.content import Content
from investigator.load.recognise import SOURCES, recognise

JSON = '{{"time":"2026-06-17T07:14:{s:02d}.1Z","level":"error","service":"upload","msg":"boom DOC-{n}"}}'
LOG4J = "2026-06-17 09:14:{s:02d},391 ERROR [worker-3] c.p.indexer.Worker - could not index DOC-{n}"
ACCESS = (
    '10.0.0.7 - - [17/Jun/2026:09:14:{s:02d} +0200] "GET /documents/DOC-{n} HTTP/1.1" 500 512 "-" "curl/8"'
)
KLOG = "I0617 09:14:{s:02d}.120412       1 controller.go:114] syncing DOC-{n}"
LOGFMT = 'time="2026-06-17T07:14:{s:02d}Z" level=warning msg="retry DOC-{n}" attempt=2'
TRACE = [
    "java.lang.IllegalStateException: unsupported",
    "    at c.p.Worker.index(Worker.java:88)",
    "",
    "Caused by: x",
]
KINDS = {"jsonlines": JSON, "application_log": LOG4J, "access_log": ACCESS, "glog": KLOG, "logfmt": LOGFMT}


def made(names, rounds, *, seed=1):
    """A file of these formats in a seeded order, traces below some; gives its text and what should become of each."""
    rand = random.Random(seed)
    lines, expected = [], []
    for n in range(rounds):
        name = names[n] if n < len(names) else rand.choice(names)
        first = len(lines) + 1
        lines.append(KINDS[name].format(s=n % 60, n=n))
        if name in ("application_log", "jsonlines", "glog") and rand.random() < 0.3:
            lines += TRACE
        expected.append((first, len(lines) - first + 1, name, f"DOC-{n}"))
    return "\n".join(lines) + "\n", expected


@pytest.mark.parametrize(
    "names",
    [
        ("jsonlines", "application_log", "access_log"),
        ("glog", "jsonlines", "logfmt"),
        ("application_log", "access_log"),
        ("access_log", "jsonlines"),
        tuple(KINDS),
    ],
)
def test_each_event_is_read_by_its_format_with_the_lines_below_it(place, names):
    text, expected = made(names, 60)
    report = place.add(text.encode(), name="pod.log", zone="Europe/Berlin")
    (source,) = report.sources
    assert source.format == f"mixed({', '.join(sorted(names))})" and source.events == 60
    assert source.units.total == text.count("\n") and source.units.rejected == 0
    found = place.events()
    found["unit"] = [int(origin.rpartition(":")[2].split("-")[0]) for origin in found["origin"]]
    found = found.sort_values("unit")
    formats = [dict(attributes)["format"] for attributes in found["attributes"]]
    assert list(zip(found["unit"], formats, strict=True)) == [(first, name) for first, _, name, _ in expected]
    every = text.splitlines(keepends=True)
    for (first, span, _, ident), row in zip(expected, found.itertuples(), strict=True):
        raw = place.raw(row.origin).decode()
        assert raw == "".join(every[first - 1 : first - 1 + span]) and ident in raw
        assert row.time.hour == 7 and row.time.minute == 14
    traced = [r for (_, span, _, _), r in zip(expected, found.itertuples(), strict=True) if span > 1]
    assert all("Worker.java:88" in row.body + str(dict(row.attributes)) for row in traced)


def test_a_mix_that_grows_stays_one(place):
    text, expected = made(("jsonlines", "application_log", "access_log"), 40)
    cut = text.index("\n", len(text) // 2) - 10  # within a line
    place.add(text[:cut].encode(), name="pod.log")
    report = place.add(text.encode(), name="pod.log")
    assert report.sources[0].state == "grown"
    assert len(place.events()) == len(expected) and place.store.manifest().units.total == text.count("\n")


def test_a_broken_line_of_a_mix_is_listed_with_its_number(place):
    text, _ = made(("jsonlines", "access_log"), 20)
    lines = text.splitlines()
    at = next(i for i, line in enumerate(lines) if line.startswith("10."))
    lines.insert(at + 1, "no format knows this")
    report = place.add(("\n".join(lines) + "\n").encode(), name="pod.log")
    assert report.units.rejected == 1 and place.rejects()[0][0] == at + 2


def test_a_format_that_comes_only_later_is_seen_too(place):
    first = "".join(LOG4J.format(s=n % 60, n=n) + "\n" for n in range(2000))
    text = first + made(("jsonlines", "application_log"), 1500)[0]
    report = place.add(text.encode(), name="pod.log")
    assert report.sources[0].format == "mixed(application_log, jsonlines)"
    assert report.units.total == text.count("\n") and report.units.rejected == 0


@pytest.mark.parametrize(
    "text",
    [
        "".join(
            LOG4J.format(s=n, n=n) + '\n{"order": 1, "rows": [1, 2]}\n{\n  "a": 1\n}\n' for n in range(9)
        ),
        "".join(LOG4J.format(s=n, n=n) + "\n" + "\n".join(TRACE) + "\n" for n in range(9)),
        "".join(f"2026-06-17 09:14:{n:02d},391 said {n}\n" + LOG4J.format(s=n, n=n) + "\n" for n in range(9)),
    ],
)
def test_what_only_belongs_to_an_event_makes_no_mix(tmp_path, text):
    file = tmp_path / "app.log"
    file.write_text(text)
    assert not recognise(Content(file))[0].startswith("mixed")


def test_no_example_of_a_format_is_taken_for_a_mix(tmp_path):
    for name in catalogue.names(SOURCES):
        example = catalogue.load(SOURCES, name, noun="source").EXAMPLE
        if isinstance(example, str):
            file = tmp_path / name
            file.write_text(example)
            assert not recognise(Content(file))[0].startswith("mixed"), name


def test_a_virtual_host_is_told_from_a_name_in_two_words(place):
    place.add(
        b'quay.example:443 10.0.0.7 - - [17/Jun/2026:09:14:07 +0200] "GET /a HTTP/1.1" 200 512 "-" "-"\n'
        b'10.0.0.8 - "jo doe" [17/Jun/2026:09:14:08 +0200] "GET /b HTTP/1.1" 200 512 "-" "-"\n' * 3,
        name="front.log",
    )
    said = [dict(one) for one in place.events().sort_values("time").attributes]
    assert [(one.get("virtual_host"), one.get("user")) for one in said] == [
        ("quay.example:443", None)
    ] * 3 + [(None, '"jo doe"')] * 3
