"""How a sample is made: the same again, growing by its tail, from data, quickly and without side effects."""

from __future__ import annotations

import dataclasses
import gzip
import hashlib
import subprocess
import sys

import pytest

from investigator import samples
from investigator.errors import DataError, ParameterError

SECOND_CAUSE = """
name = "held-back"
id = "INC-7"
title = "Our papers are stuck"
cause = "A new engine holds back what it does not know."
noticed = 2026-06-16T11:00:00+02:00
exported = 2026-06-16T11:10:00+02:00
recovered = 2026-06-16T13:00:00+02:00
[fault]
stage = "scan"
level = "warn"
message = "held back {document}: \\"type\\" unknown"
onset = 2026-06-16T09:00:05+02:00
[[affected]]
customer = "CUST-0013"
documents = 7
until = 2026-06-16T10:30:00+02:00
named = {DOC-2222 = 2026-06-16T09:30:00+02:00}
[repair]
at = 2026-06-16T11:30:00+02:00
first = "DOC-2222"
first_at = 2026-06-16T11:35:00+02:00
until = 2026-06-16T11:40:00+02:00
"""


def hashes(folder):
    return {
        str(file.relative_to(folder)): hashlib.sha256(file.read_bytes()).hexdigest()
        for file in sorted(folder.rglob("*"))
        if file.is_file()
    }


def test_the_same_seed_gives_the_same_bytes(tmp_path):
    first, second = (samples.make(tmp_path / name, lines=10_000, seed=5).folder for name in ("one", "two"))
    assert hashes(first) == hashes(second)
    assert len(hashes(first)) > 30


def test_another_seed_gives_other_bytes_and_the_same_harm(tmp_path, sample):
    other = samples.make(tmp_path, lines=10_000, seed=6)
    assert other.truth["affected"] != sample.truth["affected"]
    assert other.truth["affected_count"] == sample.truth["affected_count"] == 412


def test_logs_of_after_begin_with_the_exact_bytes_of_raw(sample):
    for file in sample.truth["lines"]["raw"]:
        before, grown = (sample.raw / file).read_bytes(), (sample.after / file).read_bytes()
        assert grown.startswith(before) and len(grown) > len(before), file
        if file.endswith(".gz"):
            assert gzip.decompress(grown).startswith(gzip.decompress(before))


def test_no_log_of_the_worst_hour_knows_what_came_later(sample):
    chat = (sample.raw / "chat" / "incident-2031" / "2026-06-17.json").read_text(encoding="utf-8")
    assert "skips schema" not in chat
    assert "Roll back" not in (sample.raw / "changes" / "deploys.json").read_text(encoding="utf-8")
    assert "Roll back" in (sample.after / "changes" / "deploys.json").read_text(encoding="utf-8")
    assert "not gone" not in (sample.raw / "ticket" / "SUP-8841.txt").read_text(encoding="utf-8")


@pytest.mark.parametrize("lines", [10_000, 60_000])
def test_as_many_lines_as_asked_for(tmp_path, lines):
    made = samples.make(tmp_path, lines=lines)
    assert made.truth["total_lines"]["raw"] == pytest.approx(lines, rel=0.05)


def test_progress_goes_up_to_all_lines(tmp_path):
    seen = []
    samples.make(
        tmp_path, lines=10_000, progress=lambda done, total, label: seen.append((done, total, label))
    )
    dones = [done for done, _, _ in seen]
    assert dones == sorted(dones) and dones[-1] == seen[-1][1]
    assert all(label for _, _, label in seen)


def test_a_second_cause_is_one_toml_file(tmp_path):
    causes = tmp_path / "causes"
    causes.mkdir()
    (causes / "held_back.toml").write_text(SECOND_CAUSE, encoding="utf-8")
    assert samples.names(causes_folder=causes) == ["held-back"]
    made = samples.make(tmp_path / "made", name="held-back", lines=12_000, causes_folder=causes)
    assert made.truth["total_lines"]["raw"] == 12_000
    assert made.id == "INC-7" and made.record == []
    lines = (made.raw / "logs" / "scan.jsonl").read_text(encoding="utf-8").splitlines()
    held = [line for line in lines if "held back" in line]
    assert len(held) == made.truth["affected_count"] == 7
    numbers = set(made.truth["affected"]["CUST-0013"])
    assert not [
        line for line in lines if "is clean" in line and any(f" {number} " in line for number in numbers)
    ]
    grown = (made.after / "logs" / "scan.jsonl").read_text(encoding="utf-8")
    assert all(f"document {number} is clean" in grown for number in numbers)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (('stage = "scan"', 'stage = "lunch"'), "There are: scan, indexer, search"),
        (('title = "Our papers are stuck"', ""), "lacks title"),
        (('customer = "CUST-0013"', 'customer = "CUST-9999"'), "whom platform.toml does not know"),
        (('first = "DOC-2222"', 'first = "DOC-1"'), "which no .* names"),
        (("[fault]", "[fault"), "is not TOML"),
    ],
)
def test_a_cause_that_lacks_something_says_what_to_do(tmp_path, change, message):
    (tmp_path / "broken.toml").write_text(SECOND_CAUSE.replace(*change), encoding="utf-8")
    with pytest.raises(DataError, match=message):
        samples.make(tmp_path / "made", name="held-back", lines=10_000, causes_folder=tmp_path)


def test_an_unknown_sample_names_those_that_there_are(tmp_path):
    with pytest.raises(ParameterError, match="There are: missing-documents"):
        samples.make(tmp_path, name="missing-dokuments")


def test_too_few_lines_for_the_story_are_refused(tmp_path):
    with pytest.raises(ParameterError, match="Ask for lines=10000 or more"):
        samples.make(tmp_path, lines=500)


def test_a_sample_cannot_be_changed(sample):
    with pytest.raises(dataclasses.FrozenInstanceError):
        sample.id = "INC-1"


def test_import_is_quick_and_brings_nothing_along():
    script = (
        "import investigator, sys, time; start = time.perf_counter(); before = set(sys.modules)\n"
        "import investigator.samples as samples; seconds = time.perf_counter() - start\n"
        "heavy = {'numpy', 'sqlite3', 'tomllib', 'random', 'gzip'} & (set(sys.modules) - before)\n"
        "inner = {name for name in sys.modules if name.startswith('investigator.samples.')}\n"
        "print(seconds < 0.05, sorted(heavy), sorted(inner))"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "True [] []"
