"""Real files and sample lines of lnav, none written here: is each taken for what it is, timed, and of its severity?"""

from __future__ import annotations

import json
import re
import tempfile
from pathlib import Path
from typing import Any

from benchmarks.figure import Figure
from benchmarks.incidents import DATA

FILES = DATA / "log_formats" / "lnav"
SAMPLES = DATA / "log_formats" / "lnav_format_samples.jsonl"

#: The format that a file of lnav is of, told from the name that lnav gave it and its content: a pattern, and what the
#: kit calls it. Some dialects have several readers. `plain_text` and `dated_text` are right only where the text has no
#: format beyond a time.
EXPECTED: tuple[tuple[str, str], ...] = (
    (r"access_log|bad_access_log|regexp_access_log|shop_access_log", "access_log"),
    (
        r"syslog_with_access_log|ansi\.1|bad_syslog|blued|dst|filter|for_join|partitions|pretty|rollover\.[12]",
        "syslog",
    ),
    (r"syslog_fr", "syslog dated_text"),
    (r"syslog", "syslog"),
    (r"ansi\.0|block|cxx|procstate|mux_zookeeper", "plain_text dated_text"),
    (r"epoch|generic\.3|yday|generic\.1|invalid_tz", "plain_text dated_text application_log"),
    (r"plain|with_a_really_long_name", "plain_text"),
    (r"bro_", "zeek"),
    (r"caddy_log\.0|docker_compose", "docker_compose"),
    (
        r"bunyan|caddy_log\.1|ecs_log|invalid_json|json_invalid|json|mixed_json|muxed_syslog|nested_json",
        "jsonlines",
    ),
    (r"rust_tracing", "jsonlines"),
    (r"journald", "journald_json"),
    (r"pino", "json_records jsonlines"),
    (r"cloudflare", "cloudflare"),
    (r"otel_collector", "otlp"),
    (r"grafana|logfmt", "logfmt"),
    (r"laravel", "named_log"),
    (r"rollover\.0", "clock_log"),
    (r"spark", "short_date_log"),
    (r"strace", "strace"),
    (r"tai64n", "dated_text"),
    (r"tcsh_history", "shell_history"),
    (r"with_zones", "syslog_bare syslog_5424"),
    (r"mysql_gen", "mysql_general"),
    (r"w3c", "w3c"),
    (
        r"crlf|generic|invalid_utf8|java|leveltest|multiline|ts_value|vami|vmw_log|vpxd|xml_msg|zap_console",
        "application_log",
    ),
    (
        r"glog|haproxy|mongodb|mysql_error|mysql_slow|nextcloud|openam|postgres|tcf|uwsgi|vdsm",
        "",
    ),  # as it is called
)
#: Files whose lines say no day: a clock alone, minutes alone, no time at all.
UNDATED = r"rollover\.0|strace_log\.[02]|tcf|plain|with_a_really_long_name|empty|docker_compose(_with_noise)?\.0|w3c\.5"
#: lnav's word for a level, and the numbers that OpenTelemetry has for it.
LEVELS = {
    "trace": range(1, 5),
    "debug": range(5, 9),
    "info": range(9, 13),
    "notice": range(9, 13),
    "warning": range(13, 17),
    "error": range(17, 21),
    "critical": range(21, 25),
    "fatal": range(21, 25),
}


def expected(stem: str) -> set[str]:
    """What the format of a file may be called."""
    for pattern, names in EXPECTED:
        if re.match(rf"(?:{pattern})", stem):
            return set(names.split()) or {re.match(pattern, stem)[0]}  # type: ignore[index]
    return set()


def run(*, quick: bool = False) -> list[Figure]:
    files = sorted(file for file in FILES.glob("logfile_*") if file.is_file())
    lines = [json.loads(line) for line in SAMPLES.read_text(encoding="utf-8").splitlines()]
    if quick:
        files, lines = files[::6], lines[::10]
    with tempfile.TemporaryDirectory() as place:
        return [*_files(files, Path(place)), *_samples(lines, Path(place))]


def _files(files: list[Path], place: Path) -> list[Figure]:
    wrong, plain, untimed, refused = [], [], [], []
    for file in files:
        stem = file.name.removeprefix("logfile_")
        report, events = loaded(file, place)
        if report is None:
            refused.append(stem)
            if file.stat().st_size:
                wrong.append(f"{stem}: {events}")
            continue
        found, right = report.format, expected(stem)
        if found not in right:
            (plain if found in ("plain_text", "dated_text") else wrong).append(f"{stem}: {found}")
        timed = sum(event["time"] is not None for event in events)
        if not re.match(rf"(?:{UNDATED})", stem) and timed < 0.9 * len(events):
            untimed.append(f"{stem}: {timed} of {len(events)}")
    total = len(files)
    right_ones = total - len(wrong) - len(plain)
    print(f"  wrong: {wrong}\n  only plain text: {plain}\n  times missing: {untimed}\n  refused: {refused}")
    return [
        Figure("lnav files taken for their format", f"{right_ones} of {total}", "", "all", not wrong and not plain,
               "; ".join([*wrong, *plain])[:200]),
        Figure("of those that say a day, timed line by line", f"{total - len(untimed)} of {total}", "", "all",
               not untimed, "; ".join(untimed)[:200]),
    ]  # fmt: skip


def _samples(lines: list[dict[str, str]], place: Path) -> list[Figure]:
    labelled = right = 0
    wrong, untimed, unread, silent = [], [], [], []
    for number, sample in enumerate(lines, start=1):
        file = place / f"sample-{number}.txt"
        file.write_text(sample["line"] + "\n", encoding="utf-8")
        report, events = loaded(file, place)
        said = f"{sample['format']} #{number}"
        if report is None or not events:
            unread.append(f"{said}: {events or 'no event'}")
            continue
        first = events[0]
        if first["time"] is None and not re.match(r"tcf_log|strace_log", sample["format"]):
            untimed.append(said)
        number_found = first["severity_number"]
        if sample["level"]:
            labelled += 1
            good = number_found is not None and int(number_found) in LEVELS[sample["level"]]
            right += good
            if not good:
                wrong.append(f"{said}: {sample['level']}, found {number_found}")
        elif number_found is None and _WORDED.search(sample["line"][:160]):
            silent.append(said)
    print(
        f"  wrong level: {wrong}\n  no time: {untimed}\n  unread: {unread}\n  a word for a level, not taken: {silent}"
    )
    total = len(lines)
    return [
        Figure("sample lines with the level that lnav says", f"{right} of {labelled}", "", "all", right == labelled,
               "; ".join(wrong)[:200]),
        Figure("sample lines that a level word stands in, taken", f"{total - len(silent)} of {total}", "", "all",
               not silent, "; ".join(silent)[:200]),
        Figure("sample lines read as an event with its time", f"{total - len(untimed) - len(unread)} of {total}", "", "all",
               not untimed and not unread, "; ".join([*unread, *untimed])[:200]),
    ]  # fmt: skip


_WORDED = re.compile(
    r"\b(?:TRACE|DEBUG|INFO|WARN|WARNING|ERROR|CRITICAL|FATAL)\b|[\[<(](?:debug|info|warn|warning|error)[\])>]"
)


def loaded(file: Path, place: Path) -> tuple[Any, Any]:
    """The report of one file's source and its events in order; or None and why it was refused."""
    import pyarrow.parquet as pq

    from investigator import load
    from investigator.errors import DataError
    from investigator.events.store import Store

    store = Store(place / f"{file.parent.name}-{file.name}-events")
    try:
        report = load.add(file, store=store, vault=place / "vault", load=1)
    except DataError as error:
        return None, str(error.what)
    events: list[dict[str, Any]] = []
    for part in sorted((store.folder / "segments").glob("*.parquet")):
        if "-events-" in part.name:
            events += pq.read_table(part).to_pylist()
    events.sort(key=lambda event: (event["evidence"], event["unit"]))
    return report.sources[0], events


if __name__ == "__main__":
    for figure in run():
        print(figure)
