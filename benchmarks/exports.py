"""Exports, traces, chats and logs that nobody here wrote: is what they say all there, and told as it is meant?"""

from __future__ import annotations

import csv
import json
import random
import re
import tempfile
import zipfile
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

from benchmarks.figure import Figure
from benchmarks.incidents import DATA
from benchmarks.recognised import LEVELS, loaded

LOGS = DATA / "logs_loghub"


def run(*, quick: bool = False) -> list[Figure]:
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        return [
            *_plaso(place),
            *_timesketch(place),
            *_otlp(place),
            *_zipkin(place),
            *_irc(place, quick),
            *_slack(place),
            *_broken(place),
            *_loghub(place),
        ]


def _figure(name: str, right: int, total: int, wrong: list[str], note: str = "") -> Figure:
    for line in wrong[:12]:
        print(f"  {name}: {line}")
    return Figure(
        name,
        f"{right:,} of {total:,}",
        "",
        "all",
        right == total and not wrong,
        ("; ".join(wrong) or note)[:200],
    )


def _plaso(place: Path) -> list[Figure]:
    """The five exports of one case. Formats with commas between their cells write messages without any."""
    seen: dict[str, Counter[tuple[str, str]]] = {}
    for file in sorted((DATA / "security_timelines" / "plaso_exports").glob("*.log")):
        _, events = loaded(file, place)
        seen[file.stem] = Counter(
            (f"{event['time']:%Y-%m-%dT%H:%M:%S}", _said(event["body"])) for event in events
        )
    most = max(seen.values(), key=lambda found: sum(found.values()))
    wrong = []
    for name, found in seen.items():
        for (at, text), count in (most - found).items():
            wrong.append(f"{name} lacks {count} at {at}: {text[:50]}")
        for (at, text), count in (found - most).items():
            wrong.append(f"{name} alone has {count} at {at}: {text[:50]}")
    lines = {name: sum(found.values()) for name, found in seen.items()}
    same = sum(found == most for found in seen.values())
    return [
        _figure("plaso exports with the same events and times", same, len(seen), wrong, f"events: {lines}")
    ]


def _said(text: str) -> str:
    return re.sub(r"[,\s]+", " ", text).strip()


def _timesketch(place: Path) -> list[Figure]:
    wrong, files = (
        [],
        [f for f in sorted((DATA / "security_timelines" / "timesketch").glob("*.*")) if f.suffix != ".md"],
    )
    told = ""
    for file in files:
        report, events = loaded(file, place)
        if report is None:
            wrong.append(f"{file.name}: {events}")
        elif any(event["time"] is None for event in events) or report.units.rejected:
            wrong.append(f"{file.name}: {report.units}")
        elif "fails" in file.name:
            told = "; ".join(report.doubt)
            if "message" not in told:
                wrong.append(f"{file.name}: loaded, and what it lacks is not said")
    return [
        _figure(
            "Timesketch files loaded, what one lacks is said",
            len(files) - len(wrong),
            len(files),
            wrong,
            told,
        )
    ]


def _otlp(place: Path) -> list[Figure]:
    wrong, total, right = [], 0, 0
    for file in sorted((DATA / "log_formats" / "otlp").glob("*.json")):
        _, events = loaded(file, place)
        text = file.read_text(encoding="utf-8")
        for key, column in (("traceId", "trace_id"), ("spanId", "span_id")):
            for value in re.findall(rf'"{key}"\s*:\s*"([0-9A-Fa-f]+)"', text):
                total += 1
                kept = any((event[column] or "").lower() == value.lower() for event in events)
                right += kept
                if not kept:
                    wrong.append(f"{file.name}: {key} {value}")
    return [_figure("OTLP trace and span ids that survive", right, total, wrong)]


def _zipkin(place: Path) -> list[Figure]:
    wrong, total, right = [], 0, 0
    for file in sorted((DATA / "traces_zipkin").glob("*.json")):
        _, events = loaded(file, place)
        held = {
            (event["trace_id"], event["span_id"], event["service"]): dict(event["attributes"])
            for event in events
        }
        value = json.loads(file.read_text(encoding="utf-8"))
        for span in (s for item in value for s in (item if isinstance(item, list) else [item])):
            total += 1
            service = (span.get("localEndpoint") or {}).get("serviceName")
            found = held.get((span["traceId"], span["id"], service))
            parent = found is not None and found.get("parent_span_id") == span.get("parentId")
            took = found is not None and (
                "duration" not in span
                or abs(float(found.get("duration_ms", -1)) - span["duration"] / 1000) < 1e-6
            )
            right += parent and took
            if not (parent and took):
                wrong.append(f"{file.name}: span {span['id']}: {found}")
    return [_figure("Zipkin spans with trace, parent and duration", right, total, wrong)]


_SPOKEN = re.compile(r"^\[(\d\d:\d\d)\] <([^>]+)> ?(.*)$")


def _irc(place: Path, quick: bool) -> list[Figure]:
    wrong: list[str] = []
    total = right = said = meant = linked = possible = 0
    for file in sorted((DATA / "chat_irc").glob("*.raw.txt"))[: 2 if quick else None]:
        _, events = loaded(file, place)
        lines = file.read_text(encoding="utf-8", errors="backslashreplace").split("\n")
        by_unit = {event["unit"]: event for event in events}
        for number, line in enumerate(lines, start=1):
            match = _SPOKEN.match(line)
            if not match:
                continue
            total += 1
            event = by_unit.get(number)
            attributes = dict(event["attributes"]) if event else {}
            good = (
                event is not None
                and attributes.get("user") == match[2].strip().strip()
                and event["body"].strip() == match[3].strip()
            )
            right += good and event["time"] is not None
            if not good:
                wrong.append(f"{file.name}:{number}: {line[:60]}")
        links = {tuple(map(int, line.split()[:2])) for line in file.with_name(
            file.name.replace(".raw.", ".annotation.")).read_text().splitlines() if line.strip()}  # fmt: skip
        answers = {later: {a for a, b in links if b == later and a != b} for _, later in links}
        for later, earlier in answers.items():
            told = dict(by_unit[later + 1]["attributes"]).get("reply_to") if later + 1 in by_unit else None
            possible += bool(earlier)
            if told is not None:
                said += 1
                meant += int(told) - 1 in earlier
                linked += int(told) - 1 in earlier
    return [
        _figure("IRC messages with their time, person and text", right, total, wrong),
        Figure("IRC answers that are told and are meant so by people", f"{meant:,} of {said:,} told", "", "", None,
               f"{linked / max(possible, 1):.0%} of {possible:,} answers that people marked"),
    ]  # fmt: skip


def _slack(place: Path) -> list[Figure]:
    file = next((DATA / "chat_slack_export").glob("*.zip"))
    _, events = loaded(file, place)
    wrong, total, right = [], 0, 0
    with zipfile.ZipFile(file) as archive:
        people = {user["id"]: user for user in json.loads(archive.read("users.json"))}
        held = {
            (f"{event['time'].timestamp():.6f}", dict(event["attributes"]).get("channel")): event
            for event in events
        }
        for name in archive.namelist():
            if not re.match(r"^[^/]+/\d{4}-\d\d-\d\d\.json$", name):
                continue
            for message in json.loads(archive.read(name)):
                total += 1
                event = held.get((f"{float(message['ts']):.6f}", name.split("/")[0]))
                attributes = dict(event["attributes"]) if event else {}
                user = people.get(message.get("user", ""), {})
                names = {user.get("name"), user.get("real_name"), (user.get("profile") or {}).get("real_name"),
                         (user.get("profile") or {}).get("display_name"), message.get("username"), message.get("user")}  # fmt: skip
                thread = attributes.get("thread_ts") == message.get("thread_ts")
                good = event is not None and thread and (not user or attributes.get("user") in names)
                right += good
                if not good:
                    wrong.append(f"{name} {message['ts']}: {attributes.get('user')}")
    return [_figure("Slack messages with channel, person and thread", right, total, wrong)]


def _broken(place: Path) -> list[Figure]:
    """Every real file of JSON lines here, with one line in ten broken: cut, not closed, no JSON, or bytes that are no text."""
    dice = random.Random(4)
    wrong, total, right = [], 0, 0
    sources = [DATA / "log_formats" / "lnav" / name for name in (
        "logfile_bunyan.0", "logfile_ecs_log.json", "logfile_json.json", "logfile_muxed_syslog.0",
        "logfile_cloudflare.1", "logfile_rust_tracing.0", "logfile_nextcloud.0", "logfile_mongodb.0")]  # fmt: skip
    sources += sorted((DATA / "security_timelines").glob("*/osqueryd*.log"))
    sources += [DATA / "security_timelines" / "plaso_exports" / "json_line.log"]
    for source in sources:
        lines = [line for line in source.read_bytes().split(b"\n") if line.strip()]
        lines = (lines * (1 + 100 // len(lines)))[:300]
        bad = set(dice.sample(range(len(lines)), len(lines) // 10))
        breaks = (
            lambda x: x[: len(x) // 2],
            lambda x: x + b"}}",
            lambda x: b"not json at all",
            lambda x: x[:9] + b"\xff\xfe" + x[9:20],
        )
        for number in bad:
            lines[number] = dice.choice(breaks)(lines[number])
        file = place / f"broken-{source.name}"
        file.write_bytes(b"\n".join(lines) + b"\n")
        report, events = loaded(file, place)
        kept = {event["unit"] for event in events}
        total += len(lines)
        fine = {number + 1 for number in range(len(lines))} - {number + 1 for number in bad}
        lost = fine - kept
        right += len(fine & kept) + report.units.rejected
        if lost or report.units.unexplained or report.units.used + report.units.rejected != len(lines):
            wrong.append(f"{source.name}: {report.units}, {len(lost)} good lines lost")
    return [_figure("JSON lines kept or listed, one in ten broken", right, total, wrong)]


def _loghub(place: Path) -> list[Figure]:
    """Time, level and component of each line, against the columns that people made of the same lines."""
    figures = []
    timed = levelled = lines = with_level = 0
    wrong_times, wrong_levels = [], []
    for folder in sorted(path for path in LOGS.iterdir() if path.is_dir()):
        _, events = loaded(folder / f"{folder.name}_2k.log", place)
        by_unit = {event["unit"]: event for event in events}
        with open(folder / f"{folder.name}_2k.log_structured.csv", encoding="utf-8", newline="") as stream:
            for row in csv.DictReader(stream):
                lines += 1
                event = by_unit.get(int(row["LineId"]))
                at = _wanted(row)
                good = event is not None and event["time"] is not None and _same(event["time"], at)
                timed += good
                if not good:
                    wrong_times.append(f"{folder.name}:{row['LineId']}: {event and event['time']}, not {at}")
                wanted = _level(row.get("Level", ""))
                if wanted is not None:
                    with_level += 1
                    number = event["severity_number"] if event else None
                    levelled += number is not None and int(number) in LEVELS[wanted]
                    if number is None or int(number) not in LEVELS[wanted]:
                        wrong_levels.append(f"{folder.name}:{row['LineId']}: {number}, not {wanted}")
    figures.append(_figure("loghub lines with the time they say", timed, lines, wrong_times))
    figures.append(_figure("loghub lines with the level they say", levelled, with_level, wrong_levels))
    return figures


def _level(word: str) -> str | None:
    words = {
        "d": "debug",
        "v": "trace",
        "i": "info",
        "w": "warning",
        "e": "error",
        "f": "fatal",
        "warn": "warning",
    }
    word = words.get(word.lower(), word.lower())
    return word if word in LEVELS else None


def _wanted(row: dict[str, str]) -> str:
    """What a row's columns say of its time, as month, day and clock, with the year where there is one."""
    if "Month" in row:
        return f"{datetime.strptime(row['Month'], '%b').month:02d}-{int(row['Date']):02d} {row['Time']}"
    if "Date" not in row:
        return f"{datetime.strptime(row['Time'], '%a %b %d %H:%M:%S %Y'):%Y-%m-%d %H:%M:%S}"
    date, clock = row["Date"], row["Time"].replace(",", ".")
    if re.fullmatch(r"\d{6}", date):
        return f"20{date[:2]}-{date[2:4]}-{date[4:]} {clock[:2]}:{clock[2:4]}:{clock[4:]}"
    if re.fullmatch(r"\d\d/\d\d/\d\d", date):
        return f"20{date.replace('/', '-')} {clock}"
    return f"{date} {clock}"


def _same(found: datetime, wanted: str) -> bool:
    said = found.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S.%f")
    return (
        said[-len("01-01 00:00:00.000000") :].startswith(wanted)
        if wanted[2] == "-"
        else said.startswith(wanted)
    )


if __name__ == "__main__":
    for figure in run():
        print(figure)
