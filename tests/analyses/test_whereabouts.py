"""Gone, or only hidden: each word, each rule of the decision and each sentence of the answer in a table."""

from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import pandas as pd
import pytest

import investigator as inv
from investigator import claims, testing
from investigator.analyses import _sayings
from investigator.analyses import whereabouts as room
from investigator.analyses._sayings import Saying
from investigator.events.events import Events
from investigator.facts import statements

NOON = datetime(2026, 6, 17, 12, 0, tzinfo=UTC)

# -- the words -------------------------------------------------------------------------------------------------

CONTENT, GONE, SHOWN, UNSEEN = (True, None), (False, False), (None, True), (None, False)
WORDS = {
    ("received", CONTENT): "received|uploaded|accepted|created|insert|inserted|ingested|imported|upload of PCL-1 complete|upload completed",
    ("stored", CONTENT): "stored|saved|persisted|committed|replicated|archived|backed up|written|filed",
    ("restored", CONTENT): "restored|undeleted|recovered|reinstated",
    ("emptied", (False, None)): "emptied|hollowed out|photos of van 7-11 deleted",
    ("deleted", GONE): "gelöscht|geloescht|vernichtet|supprimées|eliminados|borrada|eliminati|apagados|excluídas|verwijderd|deleted|delete|purged|purge|removed|remove|expired|erased|erase|destroyed|wiped|dropped|shredded",
    ("soft-deleted", UNSEEN): "soft-deleted|softdeleted|trashed|moved to trash|tombstoned|deactivated|withdrawn|unpublished|unlisted|status: deleted|state=deleted|disposition: purged|stored -> deleted|stored => removed|marked deleted|marked as deleted|marked PCL-1 as deleted",
    ("delivered", SHOWN): "delivered|transmitted|handed over",
    ("indexed", SHOWN): "indexed|reindexed|published|visible|available|searchable|listed|released",
    ("not indexed", UNSEEN): "skipped|skipping|quarantined|rejected|ignored|filtered|blocked|suppressed|unsupported|hidden|parked|dead-letter|dead-lettered|deadletter|pending|on hold|deferred|stuck|not indexed|not yet indexed|never been published",
    ("no permission", UNSEEN): "forbidden|permission denied|permissions were denied|access revoked|right removed|grants withdrawn|grant taken away|not permitted|unauthorized|unauthorised|no permission",
    ("wrong tenant", UNSEEN): "wrong tenant|other tenant|unknown tenant|foreign tenant|tenant mismatch|cross-tenant",
    ("not found", UNSEEN): "nicht gefunden|introuvables|no encontrado|no encontradas|non trovato|non trovate|não encontrada|niet gevonden|not found|no hits|0 hits|no results|0 results|no such thing|missing|unknown id",
    ("found", SHOWN): "1 hit|12 hits|3 results",
    ("removed from the index", UNSEEN): "deleted from the index|removed from index|purged PCL-1 from the old catalogue|removed from search|deleted from the listing",
    ("not delivered", UNSEEN): "not delivered|could not be delivered|cannot be transmitted",
}  # fmt: skip
SILENT = [
    "looked at it", "will be stored", "shall be deleted", "to be stored", "scheduled for to be deleted", "due to be deleted", "is being stored",
    "not stored", "never received", "no longer stored", "failed to be stored", "was not deleted", "could not be saved", "isn't saved", "deleted from the queue",
    "removed PCL-1 off the retry list", "removed from the work list", "removed from cache", "certificate of it expired", "session expired", "token for PCL-1 removed",
    "cache deleted", "lock removed", "visibility expired msg=7 key=PCL-1", "waiting period expired PCL-1", "reservation expired PCL-1", "by=purge", "user=deleted", "premoved", "restored-ish", "non-stored", "no problem",
]  # fmt: skip


@pytest.mark.parametrize("says", list(WORDS), ids=[says for says, _ in WORDS])
def test_each_word_says_whether_a_thing_is_there_and_can_be_found(says):
    wrong = {
        words: statements.of_text(f"belt: {words}")
        for words in WORDS[says].split("|")
        if statements.of_text(f"belt: {words}") != (says[0], *says[1])
    }
    assert wrong == {}


@pytest.mark.parametrize("text", SILENT)
def test_what_is_denied_intended_or_of_another_says_nothing(text):
    assert statements.of_text(text) is None


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("received, then deleted", "deleted"),
        ("deleted, then restored", "restored"),
        ("status: received -> stored", "stored"),
        ("not permitted", "no permission"),
        ("soft-deleted", "soft-deleted"),
        ("action=deleted", "deleted"),
        ("db.op='stored'", "stored"),
        ("result=accepted", "received"),
        ("sweep removed all pages of LOAN-7, older than 1 h", "emptied"),
        ("photos of van 7-11 were deleted", "emptied"),
        ("purged row of LOAN-7", "deleted"),
        ("deleted by order of USR-7", "deleted"),
        ("altdaten: geloescht bs_11 verein=12", "deleted"),
        ("Beleg 4711 gelöscht", "deleted"),
        ("legajo 4711 eliminado", "deleted"),
        ("dossier 4711 supprimé", "deleted"),
        ("Stand nicht gefunden BS-11", "not found"),
        ("dossier 4711 introuvable", "not found"),
        ("nicht gelöscht: 4711", None),
        ("legajo 4711 no eliminado", None),
        ("wird gelöscht: 4711", None),
        ("x" * 1_990 + " stored", "stored"),
        ("x" * 2_000 + " stored", None),
        ("x" * 1_993 + " stored", "stored"),
        ("x" * 1_994 + " stored", None),
        ("access to PCL-1: access removed", "no permission"),
    ],
)
def test_the_last_word_of_a_message_counts(text, says):
    assert (statements.of_text(text) or (None,))[0] == says


CELLS = [
    (("state", "deleted"), ("soft-deleted", *UNSEEN)), (("order_status", "deleted"), ("soft-deleted", *UNSEEN)), (("a.b.purged_at", "x"), ("purged", *GONE)), (("order_status", "in_stock"), None), (("stage", "on_hold"), ("not indexed", *UNSEEN)),
    (("phase", "delivered"), ("delivered", *SHOWN)), (("disposition", "stored"), ("stored", *CONTENT)), (("status", ""), None),
    *(((name, "2026-06-17"), ("soft-deleted", *UNSEEN)) for name in ("deleted_at", "removed_on", "trashed_time", "archived_out", "withdrawn", "unpublished", "soft_deleted", "softdeleted", "is_deleted", "x.deleted_at")),
    *(((name, "2026-06-17"), ("purged", *GONE)) for name in ("purged_at", "erased", "destroyed_on", "expired_time")),
    *(((name, "x"), ("stored", *CONTENT)) for name in ("last_modified", "lastmodified_at", "object_key", "storage_class", "stored_at", "saved", "created_on", "inserted", "uploaded_at", "received_time", "ingested")),
    *(((name, "yes"), ("indexed", *SHOWN)) for name in ("indexed_at", "published", "visible", "released_on", "is_indexed", "is_visible", "is_published")),
    *((("deleted_at", empty), None) for empty in ("", "null", "None", "nan", "NaT", "0", "false", "no", "F", "-", " ")),
    *(((name, nobody), ("no permission", *UNSEEN)) for name in ("readers", "viewer", "grantees", "permissions", "acl", "shared_with", "visible_to", "x.reader") for nobody in ("", "nobody")),
    *((("readers", nobody), ("no permission", *UNSEEN)) for nobody in ("null", "none", "nan", "[]", "{}", "-", "()")),
    (("readers", "ana"), None), (("weight", "7"), None), (("created_by", "ana"), None),
]  # fmt: skip


def test_each_column_says_it_by_its_name_and_cell():
    assert [(cell, statements.of_cell(*cell)) for cell, _ in CELLS] == CELLS


@pytest.mark.parametrize(
    ("method", "status", "says"),
    [
        *((m, "201", ("received", *CONTENT)) for m in ("PUT", "POST", "PATCH")),
        ("PUT", "500", None),
        ("DELETE", "204", ("deleted", *GONE)),
        ("DELETE", "404", None),
        ("GET", "200", ("served", True, True)),
        ("HEAD", "200", ("served", True, True)),
        ("GET", "401", ("no permission", *UNSEEN)),
        ("GET", "403", ("no permission", *UNSEEN)),
        ("GET", "404", ("not found", *UNSEEN)),
        ("GET", "410", ("not found", *UNSEEN)),
        ("GET", "500", None),
        ("GET", "302", None),
    ],
)
def test_each_answer_to_a_request_says_it(method, status, says):
    assert statements.of_status(method, status) == says


def test_every_word_that_turns_a_statement_round_or_takes_it_away_does_so():
    deny = "not|never|no longer|failed to be|failed to|could not be|couldn't|cannot be|cannot|unable to|wasn't|is not|isn't yet"
    assert [w for w in deny.split("|") if statements.of_text(f"it {w} stored") is not None] == []
    assert {w: statements.of_text(f"it {w} indexed") for w in deny.split("|")} == dict.fromkeys(deny.split("|"), ("not indexed", *UNSEEN))  # fmt: skip
    mean = "will|would|shall|may|can|should|must|due to be|scheduled to be|going to be|scheduled for|is being"
    assert [w for w in mean.split("|") if statements.of_text(f"it {w} deleted") is not None] == []
    other = "certificate|credential|token|session|password|key|lease|licence|license|lock|link|cache|cached|cookie|grant|timer|deadline"
    assert [w for w in other.split("|") if statements.of_text(f"the {w} expired") is not None] == []
    passing = "queue|job queue|cache|buffer|retry list|work list|worklist|temp folder"
    assert [w for w in passing.split("|") if statements.of_text(f"removed it from the {w}") is not None] == []
    index = "index|search|catalogue|listing|old index"
    assert [w for w in index.split("|") if statements.of_text(f"removed it from the {w}")[0] != "removed from the index"] == []  # fmt: skip
    keys = "action|operation|op|verb|event|status|state|stage|phase|disposition|result|outcome|change|type|msg|message|reason|db.op"
    assert [w for w in keys.split("|") if (statements.of_text(f"{w}=archived") or ("",))[0] != "stored"] == []
    assert [w for w in ("by", "user", "prototype", "opinion") if statements.of_text(f"{w}=archived")] == []


def test_words_of_a_part_of_a_thing_say_that_it_was_emptied():
    emptied = ("emptied", False, None)
    each = ("", "the ", "all ", "any ", "its ", "every ", "both ", "12 ", "all the ", "the scanned ")
    assert [one for one in each if statements.of_text(f"sweep removed {one}pages of LOAN-7") != emptied] == []
    assert [
        one
        for one in each[:8]
        if statements.of_text(f"sweep removed {one}scanned pages of LOAN-7") != emptied
    ] == []
    done = ("", "was ", "were ", "is ", "are ", "has been ", "have been ", "being ", "got ", "were got ")
    assert [one for one in done if statements.of_text(f"photos of van 7-11 {one}deleted") != emptied] == []


def test_a_size_of_nothing_is_no_content_and_a_request_names_what_it_asks_for():
    sizes = "size|bytes|length|len|pages|rows|count|body.bytes|file_size|SIZE"
    for zero in ("0", "0.0", " 0 "):
        assert [
            w for w in sizes.split("|") if not statements.is_empty(w.replace("file_", "file."), zero)
        ] == []
    assert [one for one in (("size", "1"), ("sizes", "0"), ("weight", "0"), ("size", "")) if statements.is_empty(*one)] == []  # fmt: skip
    for method in ("GET", "HEAD", "PUT", "POST", "DELETE", "PATCH"):
        assert statements.REQUEST.match(f"{method} /p/1?x HTTP/1.1").groups() == (method, "/p/1?x")
    assert not any(statements.REQUEST.match(text) for text in ("OPTIONS /p", "FORGET /p", "GET", "get /p"))
    told = ("status", "http.status", "status_code", "my_status", "http.response.code", "Status")
    assert [w for w in told if not statements.STATUS.search(w)] == []
    assert [w for w in ("mystatus", "status_line", "code") if statements.STATUS.search(w)] == []


# -- the decision ----------------------------------------------------------------------------------------------


def said(source, says, content, shown, at=0, firm=True, text=""):
    when = None if at is None else NOON + timedelta(minutes=at)
    return Saying(source, f"{source}:{at}", when, says, content, shown, text or f"{says} it", firm)


STORE, DB = said("store", "stored", True, None), said("db.sqlite!parcels", "stored", True, None, None)
DECISIONS = [
    ("nothing said, no table lacks it", [], [], False, False, "never received", False),
    ("nothing said, a table lacks it", [], ["t"], False, False, "never received", False),
    ("only a search that finds nothing", [said("search", "not found", None, False)], [], False, False, "never received", False),
    ("left out by the index", [said("index", "not indexed", None, False)], [], False, False, "never received", False),
    ("a bare row", [said("t", "has a row", None, None, None, False)], [], False, False, "unknown", False),
    ("a bare row, another table lacks it", [said("t", "has a row", None, None, None, False)], ["u"], False, False, "never received", False),
    ("indexed, never stored", [said("index", "indexed", None, True)], [], False, False, "unknown", False),
    ("stored, and nothing else", [STORE], [], False, False, "unknown", False),
    ("stored twice by one witness", [STORE, said("store", "stored", True, None, 5)], [], False, False, "unknown", False),
    ("two tables of one file are one witness", [DB, said("db.sqlite!more", "stored", True, None, None), said("db.sqlite!index", "not indexed", None, False, None)], [], False, False, "unknown", False),
    ("stored and found", [STORE, said("index", "indexed", None, True, 5)], [], False, False, "available", False),
    ("stored by one, left out by another", [STORE, said("index", "not indexed", None, False, 5)], [], False, False, "unknown", False),
    ("stored by two, left out by a third", [STORE, DB, said("index", "not indexed", None, False, 5)], [], False, False, "hidden", False),
    ("stored by two, a step is missing", [STORE, DB], [], True, False, "hidden", False),
    ("a step is missing where a log is silent", [STORE, DB], [], True, True, "unknown", False),
    ("stored by two, nothing of being found", [STORE, DB], [], False, False, "unknown", False),
    ("left out, then indexed", [STORE, DB, said("index", "not indexed", None, False, 5), said("index", "indexed", None, True, 6)], [], False, False, "available", False),
    ("indexed, then left out", [STORE, DB, said("index", "indexed", None, True, 5), said("index", "not indexed", None, False, 6)], [], False, False, "hidden", False),
    ("a row that is deleted hides it", [STORE, DB, said("rows", "soft-deleted (state: deleted)", None, False, None), said("index", "indexed", None, True, 6)], [], False, False, "hidden", False),
    ("a row that nobody may read hides it", [STORE, DB, said("rows", "no permission (acl: )", None, False, None), said("index", "indexed", None, True, 6)], [], False, False, "hidden", False),
    ("a row that is left out, and indexed later", [STORE, DB, said("rows", "not indexed (state: parked)", None, False, None), said("index", "indexed", None, True, 6)], [], False, False, "available", False),
    ("only a row says that it is found", [STORE, DB, said("rows", "indexed (is_visible: yes)", None, True, None)], [], False, False, "available", False),
    ("deleted at the end", [STORE, said("purge", "deleted", False, False, 9)], [], False, False, "gone", True),
    ("deleted, then restored", [said("purge", "deleted", False, False, 1), said("store", "restored", True, None, 9), DB, said("index", "indexed", None, True, 10)], [], False, False, "available", True),
    ("a row says it was purged", [STORE, said("rows", "purged (purged_at: x)", False, False, None)], [], False, False, "gone", True),
    ("a row purged, another stored", [said("rows", "purged", False, False, None), DB, said("index", "indexed", None, True, 10)], [], False, False, "available", False),
    ("people say it was deleted", [STORE, said("mail", "deleted", False, False, 9, False), said("index", "indexed", None, True, 10)], [], False, False, "available", False),
    ("a table lacks it", [STORE, said("index", "indexed", None, True, 5)], ["t"], False, False, "gone", False),
    ("a table lacks it, another has it", [STORE, DB, said("index", "indexed", None, True, 5)], ["t"], False, False, "available", False),
]  # fmt: skip


@pytest.mark.parametrize("row", DECISIONS, ids=[row[0] for row in DECISIONS])
def test_a_place_is_decided_by_what_two_witnesses_say_last(row):
    _, given, tables, step, silent, disposition, _ = row
    assert room._decide(given, tables, step, silent) == disposition


def test_of_each_source_its_last_word_on_both_questions_is_kept():
    early, late = said("store", "stored", True, None, 1), said("store", "restored", True, None, 5)
    seen, bare = said("index", "indexed", None, True, 3), said("rows", "has a row", None, None, None, False)
    person, row = (
        said("store", "mentioned by people", None, None, 9, False),
        said("index", "not indexed", None, False, None),
    )
    assert _sayings.last_of([early, late, seen, bare, person]) == [seen, late, bare]
    assert _sayings.last_of([bare, said("rows", "has a row", None, None, None, False)]) == [bare]
    assert _sayings.last_of([seen, row]) == [row]
    both = said("get", "served", True, True, 2)
    assert _sayings.last_of([both]) == [both]


@pytest.mark.parametrize(
    ("disposition", "told", "sure", "overruled"),
    [
        ("available", "stuck", False, True),
        ("unknown", "delayed", False, True),
        ("hidden", "stuck", True, True),
        ("hidden", "stuck", False, False),
        ("hidden", "hidden", True, False),
        ("hidden", "gone", True, False),
        ("never received", "stuck", True, True),
        ("never received", "stuck", False, False),
    ],
)
def test_what_sets_it_apart_overrules_only_what_it_may(disposition, told, sure, overruled):
    assert room._overrules(disposition, SimpleNamespace(disposition=told, sure=sure), True) is overruled


@pytest.mark.parametrize(
    ("told", "overruled"), [("stuck", True), ("delayed", True), ("hidden", False), ("gone", False)]
)
def test_where_nothing_speaks_of_finding_what_never_came_on_overrules_hidden(told, overruled):
    assert room._overrules("hidden", SimpleNamespace(disposition=told, sure=False), False) is overruled


# -- the sentence ----------------------------------------------------------------------------------------------


def comparison(expected=None, late=False, healthy="PCL-7"):
    step = SimpleNamespace(activity=("sorter", "x"), body="sorted PCL-7") if expected else None
    return SimpleNamespace(difference=SimpleNamespace(expected=step, late=late), healthy_id=healthy)


NONE = SimpleNamespace(difference=None, healthy_id="")
LEFT = said("index", "not indexed", None, False, 5)
ANSWERS = [
    ("gone", [said("purge", "deleted", False, False, 9, text="deleted PCL-1 for good")], NONE, [], True, "PCL-1 is gone: purge says 'deleted PCL-1 for good' at 2026-06-17 12:09:00 UTC."),
    ("gone", [said("rows", "purged (purged_at: x)", False, False, None)], NONE, [], True, "PCL-1 is gone: rows says 'purged (purged_at: x) it' (purged (purged_at: x))."),
    ("gone", [STORE], NONE, ["parcels"], True, "PCL-1 is gone: it is missing from parcels, which holds the others."),
    ("never received", [], NONE, [], True, "PCL-1 was never received, by all that is loaded; others of its kind were."),
    ("never received", [], NONE, [], False, "It can't be said what became of PCL-1: nothing that is loaded names any id of this shape but in words of people."),
    ("hidden", [STORE, DB, LEFT], NONE, [], True, "PCL-1 is hidden, not gone: db.sqlite!parcels and store say that it is stored; index says 'not indexed it' at 2026-06-17 12:05:00 UTC."),
    ("hidden", [STORE, LEFT, said("search", "not found", None, False, 9)], NONE, [], True, "PCL-1 is hidden, not gone: store says that it is stored; index says 'not indexed it' at 2026-06-17 12:05:00 UTC."),
    ("hidden", [STORE, said("search", "not found", None, False, 9)], NONE, [], True, "PCL-1 is hidden, not gone: store says that it is stored; search says 'not found it' at 2026-06-17 12:09:00 UTC."),
    ("hidden", [STORE, DB], comparison(True), [], True, "PCL-1 is hidden, not gone: db.sqlite!parcels and store say that it is stored; it has nothing like sorter 'sorted PCL-7', which PCL-7 has."),
    ("hidden", [STORE], comparison(True, True), [], True, "PCL-1 is hidden, not gone: store says that it is stored."),
    ("hidden", [], NONE, [], True, "PCL-1 is hidden, not gone: no source says that it is stored."),
    ("hidden", [said("mail", "stored", True, None, 1, False)], NONE, [], True, "PCL-1 is hidden, not gone: no source says that it is stored."),
    ("available", [STORE, said("index", "indexed", None, True, 5)], NONE, [], True, "PCL-1 is available: store says that it is stored, and index says 'indexed it' at 2026-06-17 12:05:00 UTC."),
    ("available", [STORE, said("index", "indexed", None, True, 5), said("search", "found", None, True, 9), said("mail", "found", None, True, 99, False)], NONE, [], True, "PCL-1 is available: store says that it is stored, and search says 'found it' at 2026-06-17 12:09:00 UTC."),
    ("unknown", [], NONE, [], True, "It can't be said whether PCL-1 is gone or hidden: nothing that is loaded says what became of it."),
    ("unknown", [STORE], NONE, [], True, "It can't be said whether PCL-1 is gone or hidden: only store speaks of it, but not of whether it can be found."),
    ("unknown", [STORE, DB], comparison(True), [], True, "It can't be said whether PCL-1 is gone or hidden: db.sqlite and store speak of it, but not of whether it can be found; it has nothing like sorter 'sorted PCL-7', which PCL-7 has."),
]  # fmt: skip


@pytest.mark.parametrize("row", ANSWERS, ids=[str(n) for n in range(len(ANSWERS))])
def test_the_answer_says_by_whom_it_knows(row):
    disposition, last, found, tables, others, answer = row
    assert room._answer("PCL-1", disposition, last, found, tables, others) == answer


@pytest.mark.parametrize(
    ("disposition", "kinds", "last", "asks"),
    [
        ("hidden", (), [], 0),
        ("unknown", (), [], 3),
        ("unknown", ("log",), [], 2),
        ("unknown", ("log", "record", "audit"), [], "A second source is missing (no source speaks of it)"),
        ("unknown", ("log", "record", "audit"), [STORE], "A second source is missing (only store speaks of it)"),
        ("unknown", ("log", "record", "audit"), [said("mail", "x", None, None, 1, False)], "A second source is missing (no source speaks of it)"),
    ],
)  # fmt: skip
def test_what_can_not_be_said_says_what_to_load(disposition, kinds, last, asks):
    events = SimpleNamespace(sources=[SimpleNamespace(kind=kind) for kind in kinds])
    told = room._to_load(events, disposition, last)
    assert len(told) == asks if isinstance(asks, int) else told[0].startswith(asks) and len(told) == 1


# -- whole -----------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def events():
    return Events.from_frame(testing.documents())


def test_one_that_was_left_out_is_hidden_and_the_books_say_by_whom(events):
    found = inv.find.whereabouts(events, entity=testing.AFFECTED)
    assert (found.verdict, found.value["disposition"]) == ("found", "hidden")
    assert set(found.value["present_in"]) & set(found.value["missing_from"]) == set()
    assert (
        found.value["present_in"]
        and found.value["missing_from"]
        and found.value["entity"] == testing.AFFECTED
    )
    assert found.answer.startswith(f"{testing.AFFECTED} is hidden, not gone: ")
    assert {row["source"] for row in found.value["sources"]} >= set(found.value["present_in"])
    assert list(found.table.columns) == ["source", "says", "when", "stored", "findable", "what", "origin"]
    assert {"yes", "no", ""} >= set(found.table["stored"]) | set(found.table["findable"])


def test_a_healthy_one_is_available(events):
    found = inv.find.whereabouts(events, entity=testing.HEALTHY)
    assert (found.verdict, found.value["disposition"], found.value["missing_step"]) == (
        "found",
        "available",
        None,
    )
    assert found.value["missing_from"] == []


def test_who_was_never_there_was_never_received_and_a_shape_that_nobody_has_proves_nothing(events):
    found = inv.find.whereabouts(events, entity="DOC-999999")
    assert (found.verdict, found.value["disposition"]) == ("found", "never received")
    assert "others of its kind were" in found.answer
    strange = inv.find.whereabouts(events, entity="XYZ2000")
    assert strange.verdict == "inconclusive" and "names any id of this shape" in strange.answer
    assert strange.value["disposition"] == "unknown"


@pytest.mark.parametrize("given", [{}, {"entity": " "}, {"entity": "DOC-1"}])
def test_without_an_id_or_without_events_nothing_is_said(events, given):
    on = events if given.get("entity", "").strip() == "" else Events.from_frame(testing.documents().head(0))
    found = inv.find.whereabouts(on, **given)
    assert found.verdict == "inconclusive" and found.answer.endswith("so nothing can be said.")
    assert (found.value["disposition"], found.value["sources"]) == ("unknown", [])


def world(rows):
    """Events of a small world: parcels that are taken in, stored by two, and shown; then the given rows."""
    out = []
    for n in range(24):
        when = NOON + timedelta(minutes=n)
        for seconds, source, body in (
            (0, "door", f"received PCL-{n}"),
            (1, "store", f"stored PCL-{n}"),
            (2, "index", f"indexed PCL-{n}"),
        ):
            out.append((when + timedelta(seconds=seconds), source, body, "log", {}))
        out.append(
            (None, "rows!parcels", f"PCL-{n}", "record", {"id": f"PCL-{n}", "stored_at": "2026-06-17"})
        )
    out += rows
    units: dict[str, int] = {}
    frame = []
    for when, source, body, kind, attributes in out:
        units[source] = units.get(source, 0) + 1
        frame.append({"time": when, "source": source, "kind": kind, "service": source if kind == "log" else None, "severity_number": 9, "body": body, "evidence": f"sha256:{source}", "unit": units[source], "attributes": attributes})  # fmt: skip
    return Events.from_frame(pd.DataFrame(frame))


def after(minutes, source, body, kind="log", **attributes):
    return (None if minutes is None else NOON + timedelta(minutes=minutes), source, body, kind, attributes)


def way(number, *, shown="indexed", table=True, **cells):
    """A parcel of its own, taken in after the others."""
    one = f"PCL-{number}"
    out = [
        after(30, "door", f"received {one}"),
        after(31, "store", f"stored {one}"),
        after(32, "index", f"{shown} {one}"),
    ]
    return [*out, *([after(None, "rows!parcels", one, "record", id=one, **cells)] if table else [])]


ALL = ["door", "index", "rows", "store"]
STORED = ["door", "rows!parcels", "store"]
BY_INDEX = " It rests on index: without index nobody could say."
BARE = ("unknown", "index")


def shown(number):
    return (
        f"PCL-{number} is available: door, rows!parcels and store say that it is stored, and index says "
        f"'indexed PCL-{number}' at 2026-06-17 12:{number:02}:02 UTC.{BY_INDEX}"
    )


def gone(by, at, text, number, rests=True):
    rest = f" It rests on {by}: without {by} it would look available." if rests else ""
    return f"PCL-{number} is gone: {by} says '{text}' at 2026-06-17 {at}:00 UTC.{rest}"


#: What else was written of a parcel, which one, what became of it, who lacks it, who says so, without whom it would be
#: what, and the answer; all of them in one world.
ROWS = [
    ([after(40, "purge", "deleted PCL-5")], 5, "gone", ["purge"], sorted([*ALL, "purge"]), ("available", "purge"), gone("purge", "12:40", "deleted PCL-5", 5)),
    (way(90, purged_at="2026-06-17"), 90, "gone", ["rows!parcels"], ALL, ("available", "rows"), "PCL-90 is gone: rows!parcels says 'PCL-90' (purged (purged_at: 2026-06-17)). It rests on rows: without rows it would look available."),
    (way(91, table=False), 91, "gone", ["rows!parcels"], ["door", "index", "store"], None, "PCL-91 is gone: it is missing from rows!parcels, which holds the others."),
    (way(92, shown="skipped", stored_at="2026-06-17"), 92, "hidden", ["index"], ALL, None, "PCL-92 is hidden, not gone: door, rows!parcels and store say that it is stored; index says 'skipped PCL-92' at 2026-06-17 12:32:00 UTC; it has nothing like index 'indexed PCL-90', which PCL-90 has."),
    ([], 7, "available", [], ALL, BARE, shown(7)),
    ([after(50, "mail", "where is PCL-99", "message")], 99, "never received", ["rows!parcels"], [], None, "PCL-99 was never received, by all that is loaded; others of its kind were."),
    ([after(50, "mail", "PCL-8 was deleted", "message")], 8, "available", [], ALL, BARE, shown(8)),
    ([after(50, "web", "DELETE /p/PCL-9?now=1", "access", bytes="512", status="204")], 9, "gone", ["web"], sorted([*ALL, "web"]), ("available", "web"), gone("web", "12:50", "DELETE /p/PCL-9?now=1", 9)),
    ([after(50, "web", "DELETE /p/PCL-10", "access", status="500")], 10, "available", [], ALL, BARE, shown(10)),
    ([after(50, "web", "DELETE /p/PCL-11/copy", "access", status="204")], 11, "available", [], ALL, BARE, shown(11)),
    ([after(40, "index", "removed PCL-12 from the index")], 12, "hidden", ["index"], ALL, BARE, f"PCL-12 is hidden, not gone: door, rows!parcels and store say that it is stored; index says 'removed PCL-12 from the index' at 2026-06-17 12:40:00 UTC.{BY_INDEX}"),
    ([after(40, "purge", "purge removed photos of PCL-14, older than 1 h")], 14, "content missing", ["purge"], sorted([*ALL, "purge"]), ("available", "purge"), "PCL-14 is there, but what belongs to it was removed: purge says 'purge removed photos of PCL-14, older than 1 h' at 2026-06-17 12:40:00 UTC. It rests on purge: without purge it would look available."),
    ([after(50, "web", "DELETE /PCL-13/", "access", status="204"), after(51, "purge", "purged PCL-13")], 13, "gone", ["purge", "web"], sorted([*ALL, "purge", "web"]), None, gone("web", "12:50", "DELETE /PCL-13/", 13, rests=False)),
]  # fmt: skip


@pytest.fixture(scope="module")
def parcels():
    return world([line for row in ROWS for line in row[0]])


@pytest.mark.parametrize("row", ROWS, ids=[f"PCL-{row[1]}" for row in ROWS])
def test_a_small_world_is_told_as_it_is(parcels, row):
    _, number, disposition, missing, rests_on, without, answer = row
    found = inv.find.whereabouts(parcels, entity=f"PCL-{number}")
    assert found.answer == answer
    assert found.verdict == "found"
    held = {
        name: found.value[name] for name in ("entity", "disposition", "missing_from", "rests_on", "without")
    }
    assert held == {
        "entity": f"PCL-{number}",
        "disposition": disposition,
        "missing_from": missing,
        "rests_on": rests_on,
        "without": [{"source": without[1], "disposition": without[0]}] if without else [],
    }
    stored = (
        []
        if number == 99
        else [name for name in STORED if name not in missing and (number != 91 or "rows" not in name)]
    )
    assert found.value["present_in"] == stored
    step = {"step": "index", "what": "indexed PCL-90"} if number == 92 else None
    assert found.value["missing_step"] == step


def test_what_each_source_says_last_is_listed_in_order_with_its_place(parcels):
    found = inv.find.whereabouts(parcels, entity="PCL-5")
    at = [f"2026-06-17T12:{clock}+00:00" for clock in ("05:00", "05:01", "05:02", "40:00")]
    assert found.value["sources"] == [
        {"source": "door", "says": "received", "when": at[0], "origin": "sha256:door:6"},
        {"source": "store", "says": "stored", "when": at[1], "origin": "sha256:store:6"},
        {"source": "index", "says": "indexed", "when": at[2], "origin": "sha256:index:6"},
        {"source": "purge", "says": "deleted", "when": at[3], "origin": "sha256:purge:1"},
        {"source": "rows!parcels", "says": "stored (stored_at: 2026-06-17)", "when": None, "origin": "sha256:rows!parcels:6"},
    ]  # fmt: skip
    assert list(found.table["stored"]) == ["yes", "yes", "", "no", "yes"]
    assert list(found.table["findable"]) == ["", "", "yes", "no", ""]
    assert len(found.evidence) == 5


def test_what_is_found_is_claimed_of_the_thing(parcels):
    found = inv.find.whereabouts(parcels, entity="PCL-5")
    (claim,) = claims.of_finding({"question": found.question, "value": found.value, "verdict": found.verdict}, room.CLAIMS)  # fmt: skip
    assert (claim.subject, claim.name, claim.allowed) == ("PCL-5", "whereabouts", {"gone"})


def test_a_step_that_came_late_is_not_missing_and_makes_it_unsure(parcels, monkeypatch):
    step = SimpleNamespace(activity=("index", "x"), body="indexed PCL-1", source="index")
    late = SimpleNamespace(mark="late", share=1.0, own=SimpleNamespace(body="indexed PCL-7 at last"))
    found = SimpleNamespace(difference=SimpleNamespace(expected=step, after=None, instead=None, late=True, share=1.0, silent=()), moves=[late], own=[], healthy_id="PCL-1")  # fmt: skip
    monkeypatch.setattr(room.comparison, "compare", lambda *_: found)
    told = room.whereabouts(parcels, entity="PCL-7")
    assert (told.value["missing_step"], told.value["missing_from"]) == (None, [])
    assert told.verdict == "inconclusive"
    assert "it came late: 'indexed PCL-7 at last', so this is not certain." in told.answer
    assert "It came late: indexed PCL-1 only at a second try." in told.coverage.blind


def outcome_(disposition, sure=True):
    return SimpleNamespace(disposition=disposition, says=f"PCL-7 is {disposition}.", sure=sure)


#: What is decided by words, what sets it apart, what stands out of time, whether it came in, with whom it lies, how it
#: differs from others; what is said of it, how firmly, and what the answer says beside.
GLUED = [
    ("available", None, None, True, "", "", "available", "found", ""),
    ("available", outcome_("stuck"), None, True, "", "", "stuck", "found", "PCL-7 is stuck."),
    ("available", outcome_("stuck", False), None, True, "", "", "stuck", "inconclusive", "Nothing proves it: this is not certain."),
    ("available", outcome_("available"), None, True, "Pine", "", "hidden", "found", "it lies with Pine, which is not its customer's tenant."),
    ("available", outcome_("stuck"), None, True, "Pine", "", "stuck", "found", "PCL-7 is stuck."),
    ("hidden", None, None, True, "Pine", "", "hidden", "found", "PCL-7 is hidden, not gone: door"),
    ("gone", outcome_("stuck"), None, True, "", "", "gone", "found", "is gone"),
    ("never received", None, None, False, "", "", "never received", "found", "never received"),
    ("never received", None, None, True, "", "", "unknown", "inconclusive", "It can't be said"),
    ("never received", outcome_("stuck"), None, True, "", "", "stuck", "found", "PCL-7 is stuck."),
    ("unknown", None, outcome_("doubled"), True, "", "", "doubled", "found", "PCL-7 is doubled."),
    ("unknown", outcome_("stuck", False), outcome_("doubled"), True, "", "", "doubled", "found", "PCL-7 is doubled."),
    ("unknown", outcome_("stuck"), outcome_("doubled"), True, "", "", "stuck", "found", "PCL-7 is stuck."),
    ("unknown", outcome_("stuck", False), None, True, "", "", "stuck", "inconclusive", "PCL-7 is stuck."),
    ("unknown", None, None, True, "", "", "unknown", "inconclusive", "As it stands, its state is 'parked' and its lane is '7'."),
    ("hidden", None, outcome_("doubled"), True, "", "it looks available", "hidden", "inconclusive", "Beside others of its kind it looks available, so this is not certain."),
    ("available", outcome_("stuck"), None, True, "", "it looks gone", "stuck", "found", "PCL-7 is stuck."),
]  # fmt: skip


@pytest.mark.parametrize("row", GLUED, ids=[str(n) for n in range(len(GLUED))])
def test_what_sets_it_apart_stands_beside_what_is_said(parcels, row, monkeypatch):
    decided, told, stands, began, stranger, other, disposition, verdict, says = row
    monkeypatch.setattr(room, "_decide", lambda *_: decided)
    monkeypatch.setattr(room, "lies_elsewhere", lambda *_: stranger)
    monkeypatch.setattr(room, "_otherwise", lambda *_: other)
    for name, given in (("outcome", told), ("stands", stands), ("began", began), ("states", ["its state is 'parked'", "its lane is '7'"])):  # fmt: skip
        monkeypatch.setattr(room.outcome, name, lambda *_, given=given: given)
    found = room.whereabouts(parcels, entity="PCL-7")
    assert (found.value["disposition"], found.verdict) == (disposition, verdict), found.answer
    assert says in found.answer
    assert ("As it stands" in found.answer) is (disposition == "unknown")
    if told is None and not stranger and disposition == decided:
        assert found.value["rests_on"] == ALL
    blind = [said for said in found.coverage.blind if said.startswith("Beside others")]
    assert blind == (
        [f"Beside others of its kind {other}: the two don't agree."] if other and not told else []
    )


def test_the_statement_that_explains_has_a_time_and_is_no_search():
    row = said("rows", "soft-deleted", None, False, None)
    late, search = said("index", "not indexed", None, False, 9), said("search", "not found", None, False, 20)
    assert _sayings.telling([late, row, LEFT, search]) == late
    assert _sayings.telling([row]) == row


@pytest.mark.parametrize(
    ("thing", "hung"),
    [("KEY-{n}", "{one} hung on the hook of a stranger"), ("coat/{n}", "ticket torn off {one}")],
)
@pytest.mark.parametrize("hit", [False, True])
def test_one_that_stands_out_with_others_since_one_time_is_not_surely_available(thing, hung, hit):
    rows = []
    for n in range(200):
        one = thing.format(n=4000 + n)
        says = [("door", f"received {one}"), ("store", f"stored {one}"), ("board", f"{one} is listed")]
        if hit and n >= 140 and n % 2:
            says.append(("board", hung.format(one=one)))
        rows += [after(3 * n + place / 3, source, body) for place, (source, body) in enumerate(says)]
    found = inv.find.whereabouts(world(rows), entity=thing.format(n=4151))
    assert found.value["disposition"] == "available"
    assert found.verdict == ("inconclusive" if hit else "found")
    assert ("stands out with 29 others" in found.answer) == hit


@pytest.mark.parametrize(
    ("without", "said"),
    [
        ([], ""),
        ([("gate", "unknown")], " It rests on gate: without gate nobody could say."),
        ([("gate", "gone")], " It rests on gate: without gate it would look gone."),
        (
            [("gate", "unknown"), ("store", "gone"), ("yard", "unknown")],
            " It takes all of these: without store it would look gone; without gate or yard nobody could say.",
        ),
        (
            [("gate", "gone"), ("store", "gone")],
            " It takes all of these: without gate or store it would look gone.",
        ),
    ],
)
def test_what_an_answer_leans_on_is_said_of_one_source_and_of_several(without, said):
    assert room._leans([{"source": source, "disposition": what} for source, what in without]) == said


def moved(number, *, rows, cut=()):
    """So many pallets through a gate and a yard; a list that holds the first `rows` of them; less what is `cut`."""
    out = []
    for n in range(number):
        when = NOON + timedelta(minutes=n)
        out += [(when, "gate", f"received PAL-{n}", "log", {}), (when, "yard", f"stored PAL-{n}", "log", {})]
        if n < rows and n not in cut:
            out.append((None, "list!pallets", f"PAL-{n}", "record", {"id": f"PAL-{n}"}))
    frame = [{"time": w, "source": s, "kind": k, "service": s if k == "log" else None, "severity_number": 9, "body": b, "evidence": f"sha256:{s}", "unit": u, "attributes": a} for u, (w, s, b, k, a) in enumerate(out, 1)]  # fmt: skip
    return Events.from_frame(pd.DataFrame(frame))


@pytest.mark.parametrize(
    ("number", "rows", "cut", "disposition"),
    [
        pytest.param(20, 20, (7,), "gone", id="twenty that came the same way, nineteen listed"),
        pytest.param(19, 19, (7,), "unknown", id="nineteen are too few to tell by"),
        pytest.param(
            40, 40, (7, 8, 9), "unknown", id="a list that lacks more than one in twenty is no full list"
        ),
        pytest.param(40, 40, (7, 8), "gone", id="a list that lacks one in twenty is"),
    ],
)
def test_a_list_proves_that_one_is_gone_only_where_it_holds_nearly_all_others(number, rows, cut, disposition):
    found = inv.find.whereabouts(moved(number, rows=rows, cut=cut), entity="PAL-7")
    assert found.value["disposition"] == disposition
    assert found.value["missing_from"] == (["list!pallets"] if disposition == "gone" else [])


@pytest.mark.parametrize(("near", "said"), [([], None), (["PCL-7", "PCL 70"], "PCL-7 and PCL 70")])
def test_what_nothing_mentions_as_it_is_spelt_is_looked_for_in_other_spellings(
    parcels, monkeypatch, near, said
):
    monkeypatch.setattr(room.spelled, "near_ids", lambda *_: near)
    spelt = f" Nothing mentions it as it is spelt; near it are {said}."
    assert (spelt in room.whereabouts(parcels, entity="PCL-700").answer) is bool(near)
    assert "as it is spelt" not in room.whereabouts(parcels, entity="PCL-7").answer


def test_each_answer_repeats_what_was_asked(parcels):
    assert inv.find.whereabouts(parcels, entity="PCL-5").question == "Is PCL-5 gone, or only hidden?"
    assert inv.find.whereabouts(parcels).question == "Is it gone, or only hidden?"


def test_of_a_census_each_thing_is_claimed(parcels):
    found = inv.find.whereabouts(parcels, like="PCL-5")
    told = claims.of_finding({"question": found.question, "value": found.value, "verdict": found.verdict}, room.CLAIMS)  # fmt: skip
    each = {claim.subject: claim.allowed for claim in told}
    assert each["PCL-5"] == {"gone"} and each["PCL-12"] == {"hidden"}
    assert {claim.name for claim in told} == {"whereabouts"}


def test_what_a_census_does_not_know_holds_nothing_against_what_is_said(parcels, monkeypatch):
    for entity, disposition in (("PCL-7", "available"), ("PCL-12", "hidden"), ("PCL-999", "available")):
        assert room._otherwise(parcels, entity, disposition) == ""
    assert room._otherwise(parcels, "PCL-5", "available") == "it looks content missing"
    assert room._otherwise(parcels, "PCL-5", "gone") == room._otherwise(parcels, "PCL-7", "unknown") == ""


@pytest.mark.parametrize(
    ("shape", "line", "part"),
    [
        ("SEAT-{n}", "drew {id} of the hall with care, panes={k} in it", "panes 0"),
        ("deed/{n}", "bound {id} by hand and thread, leaves={k}", "leaves 0"),
    ],
)
def test_what_is_counted_none_where_others_have_some_may_lack_a_part(shape, line, part):
    """It came all the way, and every log says so; only a count in its line is not what it is for others."""
    start, rows = datetime(2026, 8, 3, 5, 0, tzinfo=UTC), []
    for n in range(300):
        thing, time = shape.format(n=4000 + n), start + timedelta(minutes=3 * n)
        count = 0 if n >= 200 and n % 3 else 4 + n % 7
        for wait, place, said in (
            (0, "desk", "took in {id}"),
            (1, "maker", line),
            (2, "shelf", "put {id} away"),
        ):
            rows.append(
                {
                    "time": time + timedelta(minutes=wait),
                    "source": f"{place}.log",
                    "service": place,
                    "body": said.format(id=thing, k=count),
                }
            )
    finding = inv.find.whereabouts(Events.from_frame(pd.DataFrame(rows)), entity=shape.format(n=4250))
    assert finding.value["disposition"] == "content missing", finding.answer
    assert part in finding.answer and "may be missing" in finding.answer and finding.verdict == "inconclusive"
    healthy = inv.find.whereabouts(Events.from_frame(pd.DataFrame(rows)), entity=shape.format(n=4050))
    assert healthy.value["disposition"] != "content missing"
