"""Which columns hold other names of the things in question, and how somebody says that one of them does not."""

from __future__ import annotations

from typing import TYPE_CHECKING

from investigator.errors import ParameterError

if TYPE_CHECKING:
    from investigator.case.evidence.evidence import Evidence


def joins(evidence: Evidence) -> list[tuple[str, str, str]]:
    """Each column that was taken for another name: its source, the column, and what says so."""
    index = evidence.store.manifest().entities
    if index is None:
        return []
    pairs = [place.rpartition(": ") for place in index.places]
    return [(source, key, said) for (source, _, key), said in zip(pairs, index.joins, strict=True)]


def answer_no_name(evidence: Evidence, source: str, column: str, *, author: str | None = None) -> str:
    """Write down that a column holds no other name of a thing; what it joined is apart again at once."""
    evidence.record.writable("answer for a source")
    known = [(one, key) for one, key, _ in joins(evidence)]
    if (source, column) not in known:
        raise ParameterError(
            f"{source} has no column {column!r} that was taken for another name.",
            f"Taken were: {', '.join(f'{key} of {one}' for one, key in known) or 'none'}.",
            "Name the source and the column as the load named them.",
        )
    text = f"{column} of {source} is no other name of a thing"
    evidence.record.append(
        "declare", {"text": text, "no_names": [f"{source}: {column}"]}, author=author, key=[]
    )
    evidence.index()
    evidence.forget()
    return f"{text}: what it joined is apart again."
