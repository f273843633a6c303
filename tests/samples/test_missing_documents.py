"""The truth of the sample, counted again from the raw files by other means than those that wrote them."""

from __future__ import annotations

import csv
import gzip
import json
import re
import sqlite3
from datetime import UTC, datetime
from pathlib import Path

SKIPPED = re.compile(r"skipped document (DOC-\d+) unsupported schema 3")
JSON_LINES = ("upload", "storage", "scan", "indexer", "search", "filing")


def text_of(file: Path) -> str:
    content = file.read_bytes()
    return (gzip.decompress(content) if file.suffix == ".gz" else content).decode()


def log(place: Path, service: str) -> list[dict]:
    (file,) = (place / "logs").glob(f"{service}.jsonl*")
    return [json.loads(line) for line in text_of(file).splitlines()]


def query(place: Path, statement: str) -> list[tuple]:
    connection = sqlite3.connect(place / "db" / "documents.sqlite")
    try:
        return connection.execute(statement).fetchall()
    finally:
        connection.close()


def skipped(place: Path) -> list[tuple[float, str]]:
    found = ((line["ts"], SKIPPED.fullmatch(line["msg"])) for line in log(place, "indexer"))
    return [(time, match[1]) for time, match in found if match]


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text)


def test_the_indexer_skips_412_documents_and_the_first_at_the_onset(sample):
    times = [time for time, _ in skipped(sample.raw)]
    assert len(times) == 412
    assert datetime.fromtimestamp(times[0], UTC) == datetime(2026, 6, 17, 7, 14, 7, tzinfo=UTC)
    assert datetime(2026, 6, 17, 11, 50, tzinfo=UTC).timestamp() < times[-1]
    assert times[-1] < datetime(2026, 6, 17, 12, 0, tzinfo=UTC).timestamp()


def test_truth_names_exactly_the_skipped_documents(sample):
    told = {number for numbers in sample.truth["affected"].values() for number in numbers}
    assert told == {number for _, number in skipped(sample.raw)}
    assert {customer: len(numbers) for customer, numbers in sample.truth["affected"].items()} == {
        "CUST-0017": 187,
        "CUST-0023": 121,
        "CUST-0031": 64,
        "CUST-0042": 40,
    }


def test_the_customers_own_list_is_its_40_affected_documents(sample):
    with (sample.raw / "customer" / "documents.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert list(rows[0]) == ["Document no.", "Title", "Uploaded on"]
    assert [row["Document no."] for row in rows].count("DOC-4711") == 1
    assert {row["Document no."] for row in rows} == set(sample.truth["affected"]["CUST-0042"])
    assert len(rows) == 40


def test_the_database_has_every_affected_document_and_no_index_entry_for_it(sample):
    pending = "SELECT document_id FROM index_state WHERE state = 'pending' AND indexed_at IS NULL"
    unindexed = {number for (number,) in query(sample.raw, pending)}
    affected = {number for _, number in skipped(sample.raw)}
    assert affected <= unindexed
    stored = query(sample.raw, "SELECT id FROM documents WHERE status = 'stored' AND deleted_at IS NULL")
    assert affected <= {number for (number,) in stored}
    # What else waits was on its way at the moment of the export.
    assert len(unindexed - affected) < 5


def test_after_the_repair_every_affected_document_is_indexed_by_the_old_build(sample):
    rows = {row[0]: row[1:] for row in query(sample.after, "SELECT * FROM index_state")}
    repaired = [rows[number] for _, number in skipped(sample.raw)]
    assert {(state, build) for state, _, build in repaired} == {("indexed", "2.3.0")}
    assert rows["DOC-4711"][1] == min(at for _, at, _ in repaired) == "2026-06-17T12:49:05.000Z"
    assert max(at for _, at, _ in repaired) < "2026-06-17T13:02:00.000Z"


def test_twelve_documents_are_known_to_the_database_only(sample):
    unknown = {
        number for (number,) in query(sample.raw, "SELECT document_id FROM index_state WHERE state IS NULL")
    }
    assert unknown == set(sample.truth["unknown"])
    assert len(unknown) == 12
    for service in JSON_LINES:
        (file,) = (sample.raw / "logs").glob(f"{service}.jsonl*")
        assert not unknown & set(re.findall(r"DOC-\d+", text_of(file)))


def test_every_affected_document_is_in_storage_and_clean(sample):
    affected = {number for _, number in skipped(sample.raw)}
    stored = {
        line["object"]["key"].split("/")[1]
        for line in log(sample.raw, "storage")
        if line["msg"] == "stored object"
    }
    clean = {
        line["message"].split()[1] for line in log(sample.raw, "scan") if line["message"].endswith("is clean")
    }
    assert affected <= stored & clean


def test_affected_documents_meet_none_of_the_red_herrings(sample):
    timed_out = {
        line["message"].rsplit(" ", 1)[1] for line in log(sample.raw, "scan") if line["levelname"] == "ERROR"
    }
    indexed = {
        line["msg"].rsplit(" ", 1)[1]
        for line in log(sample.raw, "indexer")
        if line["msg"].startswith("indexed")
    }
    assert timed_out
    assert not timed_out & {number for _, number in skipped(sample.raw)}
    assert timed_out <= indexed


def test_the_skip_message_is_new_and_the_indexer_tells_its_build(sample):
    lines = log(sample.raw, "indexer")
    assert {line["build"] for line in lines if "skipped" in line["msg"]} == {"2.3.1"}
    assert {line["level"] for line in lines if "skipped" in line["msg"]} == {"info"}
    known = [
        line for line in lines if line.get("document", {}).get("schema") == 3 and "indexed" in line["msg"]
    ]
    assert known and {line["build"] for line in known} <= {"2.2.9", "2.3.0"}


def test_search_is_silent_in_the_gap_while_the_web_server_is_not(sample):
    low, high = utc(sample.truth["gap"]["from"]), utc(sample.truth["gap"]["until"])
    assert (high - low).total_seconds() == 30 * 60
    times = [utc(line["timestamp"]) for line in log(sample.raw, "search")]
    assert not [time for time in times if low <= time < high]
    assert [time for time in times if time < low] and [time for time in times if time >= high]
    served = re.findall(
        r"\[17/Jun/2026:09:[123]\d:\d\d \+0200\] \"GET /api/search", text_of(sample.raw / "nginx/access.log")
    )
    assert served


def test_all_40_documents_are_accepted_before_the_deadline(sample):
    accepted = {
        line["message"].split()[2]: utc(line["@timestamp"])
        for line in log(sample.after, "filing")
        if line["message"].startswith("authority accepted")
    }
    times = sorted(accepted[number] for number in sample.truth["affected"]["CUST-0042"])
    assert len(times) == 40
    assert times[0] > utc(sample.truth["repaired"])
    assert times[-1] == datetime(2026, 6, 17, 14, 48, tzinfo=UTC)
    assert (utc(sample.truth["deadline"]) - times[-1]).total_seconds() == 72 * 60


def test_the_purge_is_announced_every_hour_with_growing_candidates(sample):
    announced = [
        (int(match[1]), line["time"])
        for line in log(sample.raw, "storage")
        if (match := re.match(r"purge scheduled for 2026-06-17T16:00:00Z: (\d+) orphan", line["msg"]))
    ]
    today = [count for count, time in announced if time > 1781683200000 - 1]  # from 10:00 Berlin on
    assert today == sorted(today) and today[-1] == sample.truth["purge"]["candidates_at_export"] >= 412
    finished = [
        line["msg"] for line in log(sample.after, "storage") if line["msg"].startswith("purge finished")
    ]
    assert finished == ["purge finished: 0 objects deleted"] * 2
    assert set(sample.truth["affected"]["CUST-0042"]) <= set(sample.truth["purge"]["would_delete"])


def test_the_customer_sees_the_first_document_only_after_its_repair(sample):
    hits = [
        (utc(line["timestamp"]), line["attributes"]["hits"])
        for line in log(sample.after, "search")
        if line["attributes"].get("query") == "DOC-4711"
    ]
    assert [count for _, count in hits] == [0, 0, 0, 0, 0, 1]
    assert hits[-1][0].strftime("%H:%M") == "12:52"


def test_the_healthy_example_passed_every_step(sample):
    number = sample.truth["healthy_example"]
    for service in JSON_LINES:
        assert any(number in json.dumps(line) for line in log(sample.raw, service)), service


def test_a_longer_number_waits_for_whoever_searches_by_prefix(sample):
    assert query(sample.raw, "SELECT count(*) FROM documents WHERE id = 'DOC-47110'") == [(1,)]


def test_truth_counts_every_line(sample):
    for place, counts in (
        (sample.raw, sample.truth["lines"]["raw"]),
        (sample.after, sample.truth["lines"]["after"]),
    ):
        assert {file: text_of(place / file).count("\n") for file in counts} == counts


def test_truth_lies_beside_the_evidence_and_never_in_it(sample):
    assert json.loads((sample.folder / "truth.json").read_text(encoding="utf-8")) == sample.truth
    assert not list(sample.raw.rglob("truth*")) and not list(sample.after.rglob("truth*"))


def test_the_record_is_json_in_order_of_time_and_tells_the_whole_story(sample):
    record = json.loads(json.dumps(sample.record))
    times = [utc(entry["happened"]) for entry in record]
    assert times == sorted(times) and all(time.tzinfo for time in times)
    kinds = {"call", "guess", "decision", "pin", "phase", "action", "prose"}
    kinds |= {"ask", "answer", "told", "did", "heard", "status", "recovery", "plan"}
    assert {entry["kind"] for entry in record} == kinds
    asked = {entry["name"] for entry in record if entry["kind"] == "ask"}
    assert asked == {entry["name"] for entry in record if entry["kind"] == "answer"}
    phases = [(entry["state"], entry["happened"][11:16]) for entry in record if entry["kind"] == "phase"]
    assert phases == [
        ("investigating", "14:05"), ("identified", "14:38"), ("monitoring", "15:02"), ("resolved", "16:48"),
    ]  # fmt: skip
    assert sum(entry.get("state") == "ruled out" for entry in record) == 2
    assert all(entry["owner"] and entry["due"] for entry in record if entry["kind"] == "action")
    (surprise,) = (entry["text"] for entry in record if entry.get("section") == "surprise")
    assert len(surprise.splitlines()) == 3
