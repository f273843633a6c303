"""What was done to the affected: from when, until when, and whether any was lost."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from investigator.analyses import _say as say
from investigator.claims import Property
from investigator.events.entities import noun_of
from investigator.facts import comparison, statements, traces
from investigator.facts.coverage import coverage_of
from investigator.facts.customers import customers_of
from investigator.facts.decide import FINE, dispositions_of
from investigator.facts.harmed import fates, hurt, with_expected
from investigator.finding import Finding

if TYPE_CHECKING:
    import pandas

    from investigator.events.events import Events

#: The Spark Connect server on which it found what it finds on the embedded engine.
SPARK = "4.0.5"

CLAIMS = (
    # Those that came late are back; others may not count them, so the number lies between.
    Property("those like {like}", "affected", "affected", less="restored"),
    Property("{id}", "whereabouts", each="lost_ids", is_="gone"),
)

#: So many ids are listed one by one.
ITEMS_AT_MOST = 5_000
#: Where a thing is, when it is there and only not seen, or seen.
THERE = (
    *FINE,
    "hidden by index",
    "hidden by permission",
    "hidden by tenant",
    "hidden by soft delete",
    "duplicate",
    "content differs",
)


def harm(events: Events, *, like: str) -> Finding:
    """How many were affected like this one, of whom, from when to when, how many are back, and whether any is lost.

    An affected id is one with the event that came instead of the expected one (as in `who_else`); it is back when the
    expected event came after all, and lost when something says that it was deleted after that. `value`: kind, affected,
    mine and customer (of whom `like` is), others, first, last (the last to be affected), visible_again (when the last
    came back; None while any is not), restored, open, lost, lost_ids, unclear (nothing says that it is there, and
    nothing that it is deleted), unnamed (nobody knows whose they are), what (the message that came instead), findable (whether
    what they lack is to be found), items
    {id: [at, back]}, and of_mine: the same of that customer's alone.

    Method: as `who_else`, read per affected id. Limits: who could not be judged there is not counted here; lost is only
    what a source says was deleted. Example: `case.find.harm(like="DOC-4711")`.
    """
    like = str(like or "").strip()
    question = f"What was done to {like or 'the affected'}, and to those like it?"
    value: dict[str, Any] = {
        "kind": "",
        "affected": 0,
        "mine": 0,
        "customer": None,
        "others": 0,
        "first": None,
        "visible_again": None,
        "restored": 0,
        "open": 0,
        "lost": 0,
        "lost_ids": [],
        "unclear": 0,
        "last": None,
        "unnamed": 0,
        "what": "",
        "findable": False,
        "of_mine": {},
        "items": {},
    }
    if not like:
        return say.unanswered(question, "No affected id was named.", say.LOAD["entity"], value=value)
    if not events.sources:
        return say.unanswered(
            question, "Nothing is loaded, so no harm can be seen.", say.LOAD["any"], value=value
        )
    found = with_expected(events, like)
    difference = found.difference
    if difference is None or difference.expected is None:
        answer = f"{like} took the same way as others of its kind, or no log mentions it: no harm is seen."
        missing = "Give an affected id whose path differs, or load the logs of the step where it stopped."
        return say.unanswered(question, answer, missing, value=value, coverage=coverage_of(events))
    rows = traces.mentions_of_kind(events, like)
    these = events.engine.cache(hurt(events, like, rows, difference))
    listed = events.engine.fetch(
        fates(events, like, rows, these, difference).order_by(["at", "id"]).limit(100_000)
    )
    people, _ = customers_of(events, rows, like)
    names: dict[str, str] = {}
    if people is not None:
        pairs = events.engine.fetch(people.semi_join(these.select("id"), "id").order_by("id").limit(100_000))
        names = {str(i): str(c) for i, c in zip(pairs["id"], pairs["customer"], strict=True)}
    ids = [str(i) for i in listed["id"]]
    mine = names.get(like)
    back = listed["back"].notna()
    where = dispositions_of(events, like).semi_join(these.select("id"), "id").select("id", "disposition")
    placed = events.engine.fetch(where.order_by("id").limit(100_000))
    said = dict(zip(map(str, placed["id"]), map(str, placed["disposition"]), strict=True))
    # What is back was not lost; of the others something must say that their content is there.
    there = back | listed["id"].map(lambda i: said.get(str(i)) in THERE)
    lost = listed["gone"].notna() | (
        ~back & listed["id"].map(lambda i: said.get(str(i)) == "content missing")
    )
    own = (
        listed["id"].map(lambda i: not mine or names.get(str(i)) == mine).astype(bool)
    )  # none has no type of its own
    value |= {
        "kind": noun_of(found.kind),
        "affected": len(ids),
        "mine": sum(names.get(i) == mine for i in ids) if mine else len(ids),
        "customer": mine,
        "others": sum(names.get(i) != mine for i in ids) if mine else 0,
        "first": say.iso(listed["at"].min()) if ids else None,
        "visible_again": say.iso(listed["back"].max()) if ids and bool((back | lost).all()) else None,
        "restored": int(back.sum()),
        "open": int((~back & ~lost).sum()),
        "lost": int(lost.sum()),
        "lost_ids": [i for i, gone in zip(ids, lost, strict=True) if gone][:200],
        "unclear": int((~there & ~lost).sum()),
        "last": say.iso(listed["at"].max()) if ids else None,
        "unnamed": sum(i not in names for i in ids) if mine else 0,
        "what": _quoted(difference),
        "findable": bool(_about_finding(difference)),
        "of_mine": _part(listed[own], (lost)[own], (~there & ~lost)[own]),
        "items": _items(listed),
    }
    if not ids:
        return say.unanswered(question, "Nobody is seen with what this one has.", value=value)
    table: dict[str, list[Any]] = {}
    for identifier, at, again, gone in zip(ids, listed["at"], listed["back"], lost, strict=True):
        row = table.setdefault(names.get(identifier, ""), [0, 0, 0, at, again])
        row[0] += 1
        row[1] += int(again == again)
        row[2] += int(gone)
        row[3] = min(row[3], at)
        row[4] = again if row[4] != row[4] else (row[4] if again != again else max(row[4], again))
    chosen = rows.filter((rows.id == like) & rows.kind.isin(traces.STEP_KINDS) & rows.time.notnull())
    columns = ("time", "id", "source", "service", "severity_number", "body", "evidence", "unit", "units")
    evidence = events.fetch(
        chosen.order_by([chosen.time, chosen.evidence, chosen.unit]).limit(200).select(*columns)
    )
    return Finding(
        question,
        _answer(value),
        value=value,
        table=say.table(
            ["customer", "affected", "back", "lost", "from", "last one back"],
            (
                (customer, n, b, g, say.aware(first), say.aware(again))
                for customer, (n, b, g, first, again) in sorted(
                    table.items(), key=lambda item: (-item[1][0], item[0])
                )
            ),
        ),
        evidence=evidence,
        coverage=coverage_of(events, control=True, blind=difference.silent),
    )


def _did(value: dict[str, Any]) -> str:
    """What befell them: that they could not be found only where something says that they are there."""
    if value["findable"]:
        return "could not be found"
    return (
        f"had {say.quote(value['what'], 60)} instead of what others have"
        if value["what"]
        else "did not get as far as others"
    )


def _answer(value: dict[str, Any]) -> str:
    noun = value["kind"] or "id"
    whose = f" ({value['mine']:,} of {value['customer']})" if value["customer"] else ""
    text = f"{say.count(value['affected'], noun)}{whose} {_did(value)} since {say.at(datetime.fromisoformat(value['first']))}"
    if value["visible_again"]:
        text += f"; the last was back {say.at(datetime.fromisoformat(value['visible_again']))}"
    elif value["restored"]:
        text += f"; {value['restored']:,} are back, {value['open']:,} not yet"
    else:
        text += "; none is back yet"
    if value["lost"]:
        return f"{text}; {value['lost']:,} {'is' if value['lost'] == 1 else 'are'} lost."
    if value["unclear"]:
        return f"{text}; whether any is lost is not established: nothing says of {value['unclear']:,} that the content is there."
    return f"{text}; none is lost."


def _quoted(difference: comparison.Difference) -> str:
    """What an affected one has instead, in the words of the log; empty where it only lacks something."""
    return difference.instead.body.split("\n", 1)[0].strip() if difference.instead is not None else ""


def _about_finding(difference: comparison.Difference) -> bool:
    """Whether what the affected lack says that a thing can be found."""
    said = statements.of_text(difference.expected.body) if difference.expected is not None else None
    return said is not None and said[2] is True


def _own(listed: pandas.DataFrame, names: dict[str, str], mine: str | None) -> pandas.Series:
    """Which are of the same customer; all where none is known. Also of an empty table it can be asked."""
    return listed["id"].map(lambda i: not mine or names.get(str(i)) == mine).astype(bool)


def _part(listed: Any, lost: Any, unclear: Any) -> dict[str, Any]:
    """First, last, the last one back, and how many are back, lost and unclear, of some of the affected."""
    back = listed["back"].notna()
    over = len(listed) and bool((back | lost).all())
    return {
        "first": say.iso(listed["at"].min()) if len(listed) else None,
        "last": say.iso(listed["at"].max()) if len(listed) else None,
        "visible_again": say.iso(listed["back"].max()) if over else None,
        "restored": int(back.sum()),
        "open_ids": [str(i) for i in listed["id"][~back & ~lost]][:200],
        "open": int((~back & ~lost).sum()),
        "lost": int(lost.sum()),
        "lost_ids": [str(i) for i in listed["id"][lost]][:200],
        "unclear": int(unclear.sum()),
        "ids": [str(i) for i in listed["id"]][:ITEMS_AT_MOST],
    }


def _items(listed: Any) -> dict[str, list[str | None]]:
    few = listed.head(ITEMS_AT_MOST)
    return {
        str(i): [say.iso(at), say.iso(back)]
        for i, at, back in zip(few["id"], few["at"], few["back"], strict=True)
    }
