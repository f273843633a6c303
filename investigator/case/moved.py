"""Names of before: where each stands now. A notebook that still uses one is told the new name."""

from __future__ import annotations

from investigator.errors import MovedError

_RECORD = (
    "note ask answer guess judge hold predict outcome decide phase action prose pin claim plan declare undo erase "
    "write paste next_checks statements head"
)
_EVIDENCE = (
    "fetch add_text try_add answer_zone answer_year index inbox raw around picture rejects merge bundle store vault manifest "
    "asked"
)
_BRIEF = (
    "guesses decisions contradictions began actions asks fetch_list first_screen foot lead plans read_in rechecked "
    "report_back short_path stuck told turn unseen workstreams worse"
)

#: The name on a case as it was, and what does the same now.
MOVED: dict[str, str] = {
    **{name: f"case.record.{name}" for name in _RECORD.split()},
    **{name: f"case.evidence.{name}" for name in _EVIDENCE.split()},
    **{name: f"case.brief.{name}" for name in _BRIEF.split()},
    "news": "case.record.news",
    "marks": "investigator.case.marks.marks(case.snapshot())",
    "before": "case.evidence.record.before",
    "keep_in_trail": "case.evidence.keep",
    "keep_scratch": "investigator.case.record.trail.keep_cell(case.evidence.record, ...)",
}


def error(name: str, of: object) -> AttributeError:
    """What to raise for a name that a case has not: where it went, or that there is none."""
    if name in MOVED:
        return MovedError(f"case.{name} is now {MOVED[name]}.", "", f"Use {MOVED[name]}.")
    return AttributeError(f"'{type(of).__name__}' object has no attribute '{name}'")
