"""What people bring, taken into a case: a path, a URL, a table, pasted text; and the answers that only they have."""

from __future__ import annotations

import hashlib
import json
import os
import re
import tempfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from investigator.case.evidence import pinned, told
from investigator.case.record import profiled
from investigator.errors import ParameterError

if TYPE_CHECKING:
    from investigator.case.evidence.evidence import Evidence
    from investigator.ledger import Entry
    from investigator.load import LoadReport, Progress, SourceReport
    from investigator.load.declared import Declared
    from investigator.load.trial import Trial

_URL = re.compile(r"^https?://", re.IGNORECASE)


def add(
    evidence: Evidence,
    what: Any,
    *,
    name: str | None = None,
    zone: str | None = None,
    year: int | None = None,
    mapping: dict[str, str] | None = None,
    format: str | None = None,
    pattern: str | None = None,
    keep: str | None = None,
    progress: Progress | None = None,
    author: str | None = None,
    index: bool = True,
) -> LoadReport:
    """Load a path, a folder, a URL or a table; what was declared for it is written down first."""
    from investigator.load import declared as own

    evidence.record.writable("add evidence")
    form, named = own.given_as(pattern, format)
    options: dict[str, Any] = {
        "name": name,
        "zone": zone,
        "year": year,
        "mapping": mapping,
        "format": named,
        "keep": keep,
        "progress": progress,
        "author": author,
        "index": index,
    }
    if isinstance(what, str) and _URL.match(what):
        return _url(evidence, what, form, options)
    if isinstance(what, str) and what.startswith(("env:", "keyring:")) and not Path(what).exists():
        from investigator import connect

        return _url(evidence, connect.address(what).url, form, options)
    if not isinstance(what, (str, os.PathLike)):
        return _frame(evidence, what, form, options)
    return take(evidence, os.fspath(what), form=form, **options)


def text(evidence: Evidence, given: str | bytes, *, name: str = "", **options: Any) -> LoadReport:
    """Load what somebody pasted, kept as it is under a name of its own."""
    from investigator.load import declared as own

    evidence.record.writable("add evidence")
    data = given.encode("utf-8", errors="surrogateescape") if isinstance(given, str) else bytes(given)
    if not data.strip():
        raise ParameterError("There is nothing in what was pasted.", "", "Paste the text, then add it again.")
    called = name or f"pasted-{hashlib.sha256(data).hexdigest()[:8]}.txt"
    form, named = own.given_as(options.pop("pattern", None), options.pop("format", None))
    return _written(evidence, called, lambda path: path.write_bytes(data), form, {**options, "format": named})


def take(
    evidence: Evidence,
    path: Path | str,
    *,
    form: Declared | None = None,
    format: str | None = None,
    fetched: dict[str, Any] | None = None,
    shown: str = "",
    index: bool = True,
    **options: Any,
) -> LoadReport:
    """Load a path with what the case and the team's profile know: formats, zones, years.

    A format that comes along is proved on the file and written down before anything is stored. What is here already is
    read again where it was said now how.
    """
    _, problem = profiled.take(evidence.record, author=options.get("author"))
    candidates, problems = formats(evidence)
    single = Path(path).is_file()
    if form is not None:
        _proved(path, form)
        declare_format(evidence, form, author=options.get("author"))
        candidates = [form, *(one for one in candidates if one.name != form.name)]
        if single:
            format = form.name
    report = evidence.add(
        path,
        declared=candidates,
        answers=told.answers(evidence),
        format=format,
        fetched=fetched,
        shown=shown,
        **options,
    )
    pinned.take(evidence, report, options.get("author"))
    if index:
        evidence.index(progress=options.get("progress"))
    report = replace(report, notes=tuple(text for text in (*report.notes, problem, *problems) if text))
    again = [
        name
        for source in report.sources
        if source.state == "already here"
        for name in _files_of(evidence, source)
        if _reads_otherwise(evidence, name, format, form, options)
    ]
    if again:
        return read_again(
            evidence,
            list(dict.fromkeys(again)),
            format=format,
            **{key: options.get(key) for key in ("zone", "year", "mapping", "progress", "author")},
        )
    return report


def attempt(evidence: Evidence, path: Path | str, **given: Any) -> Trial:
    """How the first lines of a file would be read, by what this case knows; nothing is stored."""
    from investigator.load.trial import trial

    return trial(path, declared=formats(evidence)[0], answers=told.answers(evidence), **given)


def formats(evidence: Evidence) -> tuple[list[Declared], list[str]]:
    """The formats that this case declared, and those of the team's profile; and what does not hold of them."""
    from investigator.load.declared import kept

    return kept(evidence.record.state.formats)


def read_again(
    evidence: Evidence, names: list[str], *, author: str | None = None, progress: Any = None, **how: Any
) -> LoadReport:
    """Read evidence that is here again, otherwise than before; written down as a load of its own.

    What was said before about a file, its columns and its year, holds where it is not said otherwise now.
    """
    from investigator.load import again
    from investigator.load.report import LoadReport

    evidence.record.writable("read evidence again")
    candidates, _ = formats(evidence)
    had = told.how_read(evidence)
    groups: dict[str, tuple[dict[str, Any], list[str]]] = {}
    for name in names:
        said = {**had.get(name, {}), **{key: value for key, value in how.items() if value}}
        groups.setdefault(json.dumps(said, sort_keys=True), (said, []))[1].append(name)
    reports = []
    for said, files in groups.values():
        reports.append(
            again.again(
                files,
                store=evidence.store,
                vault=evidence.vault,
                load=evidence.next_load(),
                declared=candidates,
                answers=told.answers(evidence),
                progress=progress,
                **said,
            )
        )
        evidence.tell(author, ", ".join(files), again={"sources": files, **said})
    evidence.index(progress=progress)
    return LoadReport(
        tuple(source for report in reports for source in report.sources),
        sum(report.seconds for report in reports),
        tuple(dict.fromkeys(note for report in reports for note in report.notes)),
    )


def declare_format(evidence: Evidence, form: Declared, *, author: str | None = None) -> Entry | None:
    """Keep a format with the case; nothing where it is there already."""
    found = form.to_json()
    if evidence.record.state.formats.get(form.name) == found:
        return None
    return evidence.record.append(
        "declare",
        {"text": f"declared the format {form.name}", "formats": {form.name: found}},
        author=author,
        key=[],
    )


def _proved(path: Path | str, form: Declared) -> None:
    """Refuse a format that matches nothing of the file it was given for, before anything is written."""
    from investigator.load.content import Content
    from investigator.load.recognise import recognise

    if Path(path).is_file():
        recognise(Content(Path(path)), given=form.name, declared=[form])


def _files_of(evidence: Evidence, source: SourceReport) -> list[str]:
    """The files that a line of a report stands for: itself, or of an archive its members."""
    if source.format != "archive":
        return [source.file or source.source]
    under = f"{source.source}!"
    found = evidence.store.manifest().standing
    return list(
        dict.fromkeys(
            s.file for s in found if s.source.startswith(under) and s.format not in ("archive", "binary")
        )
    )


def _format_of(evidence: Evidence, name: str) -> str:
    return next((s.format for s in evidence.store.manifest().standing if s.file == name), "")


def _reads_otherwise(
    evidence: Evidence, name: str, format: str | None, form: Declared | None, options: dict[str, Any]
) -> bool:
    """Whether somebody said how a source is read that is here already, and it was read otherwise."""
    if options.get("mapping") and options["mapping"] != told.how_read(evidence).get(name, {}).get("mapping"):
        return True
    if format and (form is not None or _format_of(evidence, name) != format):
        last = [e for e in evidence.record.entries("load") if name in told.sources_of(e)]
        return form is None or _format_of(evidence, name) != format or _changed_since(evidence, form, last)
    return told.would_differ(evidence, name, options)


def _changed_since(evidence: Evidence, form: Declared, loads: list[Entry]) -> bool:
    """Whether a format was declared anew after a source was last read with it."""
    told = [
        e for e in evidence.record.entries("declare") if form.name in (e.content or {}).get("formats", {})
    ]
    return bool(told and loads and told[-1].known > loads[-1].known)


def _frame(evidence: Evidence, frame: Any, form: Declared | None, options: dict[str, Any]) -> LoadReport:
    """A table of pandas, polars or Arrow: frozen as Parquet."""
    table = _arrow(frame)
    name = options["name"] or "table.parquet"
    called = name if name.endswith(".parquet") else f"{name}.parquet"

    def write(path: Path) -> None:
        import pyarrow.parquet as pq

        pq.write_table(table, path, compression="zstd")

    return _written(evidence, called, write, form, options)


def _arrow(frame: Any) -> Any:
    import pyarrow as pa

    if isinstance(frame, pa.Table):
        return frame
    if hasattr(frame, "to_arrow"):
        return frame.to_arrow()
    import pandas as pd

    if not isinstance(frame, pd.DataFrame):
        raise ParameterError(
            f"A {type(frame).__name__} can't be added.",
            "A path, a folder, an http(s) URL, a table of pandas, polars or Arrow, and pasted text can.",
            "Turn it into a DataFrame, or write it to a file and add that.",
        )
    if not isinstance(frame.index, pd.RangeIndex):
        frame = (
            frame.reset_index(names=frame.index.name or "index")
            if frame.index.nlevels == 1
            else frame.reset_index()
        )
    frame = frame.rename(columns=str)
    columns = {}
    for column in frame.columns:
        values = frame[column]
        try:
            columns[column] = pa.array(values, from_pandas=True)
        except (pa.ArrowInvalid, pa.ArrowTypeError, pa.ArrowNotImplementedError):
            # Values of several types in one column: each as text.
            columns[column] = pa.array([None if one is None else str(one) for one in values], pa.string())
    return pa.table(columns)


def _written(
    evidence: Evidence,
    called: str,
    write: Callable[[Path], Any],
    form: Declared | None,
    options: dict[str, Any],
    fetched: dict[str, Any] | None = None,
) -> LoadReport:
    """Load what is no file yet, from a file that goes when it is kept as evidence."""
    safe = re.sub(r"[^\w.-]+", "-", called).strip(".-") or "added"
    with tempfile.TemporaryDirectory(prefix="investigator-") as folder:
        path = Path(folder) / safe
        write(path)
        return take(
            evidence,
            path,
            form=form,
            fetched=fetched,
            shown=called,
            **{**options, "name": called, "keep": "copy"},
        )


def _url(evidence: Evidence, url: str, form: Declared | None, options: dict[str, Any]) -> LoadReport:
    from investigator.connect import web

    with tempfile.TemporaryDirectory(prefix="investigator-") as folder:
        got = web.download(url, Path(folder), progress=options["progress"])
        return take(
            evidence,
            got.path,
            form=form,
            fetched=got.to_json(),
            shown=got.shown,
            **{**options, "name": options["name"] or got.name},
        )
