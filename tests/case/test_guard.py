"""What may not go to a customer, word for word: comfort, times, inside names; and what backs them."""

from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import pytest

from investigator.case import Case
from investigator.case.customer import guard
from investigator.case.customer.guard import Problem
from investigator.case.writing import shorthand
from investigator.check import Check
from investigator.finding import Finding
from investigator.moment import clock

CALLED = datetime(2026, 6, 17, 12, 5, tzinfo=UTC)
ROWS = [
    '{"time":"2026-06-17T07:14:00Z","service":"sorter","host":"belt-host-3","msg":"received PCL-1 from CUST-1"}',
    '{"time":"2026-06-17T07:14:01Z","service":"search","host":"belt-host-3","msg":"received PCL-2 from CUST-1"}',
    '{"time":"2026-06-17T07:14:02Z","service":"shipping","host":"hp","msg":"received PCL-3 from CUST-2"}',
    '{"time":"2026-06-17T07:14:03Z","service":"weigher","host":"belt-host-3","msg":"stored PCL-3"}',
]


@pytest.fixture(scope="module")
def case(tmp_path_factory):
    place = tmp_path_factory.mktemp("guard")
    with clock.held(CALLED):
        made = Case.new(
            "INC-1",
            words="my parcels are nowhere, the weigher is broken",
            contact="Ines Okoro, Linnet, +44 20 1",
            zone="UTC",
            about=["PCL-1", "CUST-1"],
            root=place / "cases",
            author="Ana Reis",
        )
        (place / "belt_day.jsonl").write_text("\n".join(ROWS) + "\n")
        made.add(place / "belt_day.jsonl", author="Ana Reis")
        shorthand.write(made.evidence, "told", "@Dana the belt stands", author="Tom Borg")
        shorthand.write(made.evidence, "heard", "@Okoro where is the trolley", author="Ana Reis")
    return made


@pytest.fixture(scope="module")
def snapshot(case):
    with clock.held(CALLED):
        return case.snapshot()


def found(snapshot, text, sort, statements=()):
    with clock.held(CALLED):
        said = guard.problems(snapshot, text, statements, author="Ana Reis")
    return [(p.found, p.instead) for p in said if p.sort == sort]


# -- comfort ---------------------------------------------------------------------------------------------------

COMFORT = (
    "safe|safely|intact|unharmed|undamaged|all there|secure|securely|fully restored|can be found|can all be found|can be opened|"
    "can all be opened|can be seen|can again be found|can all surely be seen|is back|are back|is all back|are all back|can't be lost|"
    "will not be lost|not lost|not been lost|not been gone|not been deleted|not been affected|not affected|not gone|not deleted|"
    "not missing|not leaked|not destroyed|isn't lost|weren't deleted|hasn't been lost|aren't affected|haven't been affected|never lost|never deleted|nothing lost|nothing is lost|nothing was gone|"
    "nothing has been leaked|none lost|none is lost|none was missing|none of them is lost|none of them are lost|none of them was gone|"
    "none of yours were lost|no file lost|no parcel is lost|no parcels are gone|no parcel was deleted|no parcels were missing|"
    "no parcel has been leaked|no parcels have been destroyed|no data loss|any data loss|without loss|no document loss|"
    "no documents loss|no file loss|no files loss|no parcel gone|no parcel missing|no parcel destroyed"
).split("|")
NO_COMFORT = (
    "we look at it|it was lost|they are gone|a safety belt|the secured door|back of the house|nothing came|no parcel came|"
    "all of them came|restored in part|it was found|some are missing"
).split("|")


@pytest.mark.parametrize("words", [w for w in COMFORT if w != "no loss"])
def test_a_word_of_comfort_is_seen_with_all_that_belongs_to_it(words):
    said = guard.COMFORT.search(
        f"We say it: {words.capitalize()}, as far as we know.".replace("N't", "isn't")
    )
    assert said and said[0].lower() == words, words


@pytest.mark.parametrize("words", NO_COMFORT)
def test_what_comforts_nobody_is_none(words):
    assert guard.COMFORT.search(f"We say it: {words}.") is None


def statement(analysis, value, status="holds", verdict="found", gone=False):
    check = Check(analysis, 1, {}, {})
    finding = Finding("?", "!", value, check=check, verdict=verdict)
    return SimpleNamespace(status=status, then=finding, now=None if gone else finding)


ONE = {"entity": "PCL-1", "disposition": "hidden"}
ALL = {"dispositions": {"delivered": 2, "lost": 0}, "by_customer": []}
THEIRS = {
    "dispositions": {"lost": 7},
    "by_customer": [
        {"customer": "CUST-2", "dispositions": {"lost": 7}},
        {"customer": "CUST-1", "dispositions": {"hidden by index": 2}},
    ],
}
NOT_THEIRS = {
    "dispositions": {"delivered": 9},
    "by_customer": [{"customer": "CUST-1", "dispositions": {"delivered": 1, "soft deleted": 1}}],
}


@pytest.mark.parametrize(
    ("text", "statements", "backed"),
    [
        ("PCL-1 is not lost.", [], False),
        ("PCL-1 is not lost.", [statement("whereabouts", ONE)], True),
        ("PCL-1 is not lost.", [statement("whereabouts", ONE, "confirmed")], True),
        ("PCL-1 is not lost.", [statement("whereabouts", {**ONE, "disposition": "available"})], True),
        ("PCL-1 is not lost.", [statement("whereabouts", {**ONE, "disposition": "lost"})], False),
        ("PCL-1 is not lost.", [statement("whereabouts", {**ONE, "entity": "PCL-3"})], False),
        ("PCL-1 is not lost.", [statement("whereabouts", ONE, "contradicted")], False),
        ("PCL-1 is not lost.", [statement("whereabouts", ONE, "changed since")], False),
        ("PCL-1 is not lost.", [statement("whereabouts", ONE, verdict="inconclusive")], False),
        ("PCL-1 is not lost.", [statement("whereabouts", ONE, gone=True)], False),
        ("PCL-1 is not lost.", [statement("trace_entity", ONE)], False),
        ("PCL-1 is not lost.", [statement("whereabouts", "PCL-1")], False),
        ("PCL-1 is not lost.", [statement("recount", {"items": {"PCL-1": "12:00", "PCL-2": None}})], True),
        ("PCL-2 is not lost.", [statement("recount", {"items": {"PCL-1": "12:00", "PCL-2": None}})], False),
        ("PCL-1 is not lost.", [statement("recount", {"items": {"PCL-1": "12:00"}}, "contradicted")], False),
        ("PCL-1 and PCL-2 are not lost.", [statement("whereabouts", ONE)], False),
        ("PCL-1 is not lost.", [statement("whereabouts", ALL)], False),
        ("Nothing is lost.", [statement("whereabouts", ONE)], False),
        ("Nothing is lost.", [statement("whereabouts", ALL)], True),
        ("Nothing is lost.", [statement("whereabouts", ALL, "changed since")], False),
        ("Nothing is lost.", [statement("whereabouts", ALL, verdict="inconclusive")], False),
        ("Nothing is lost.", [statement("whereabouts", {**ALL, "dispositions": {"delivered": 1, "lost": 1}})], False),
        ("Nothing is lost.", [statement("whereabouts", {**ALL, "dispositions": {"soft deleted": 1}})], False),
        ("Nothing is lost.", [statement("whereabouts", {**ALL, "dispositions": {}})], False),
        ("Nothing is lost.", [statement("harm", ALL)], False),
        ("Nothing is lost.", [statement("whereabouts", THEIRS)], True),
        ("Nothing is lost.", [statement("whereabouts", NOT_THEIRS)], False),
        ("Nothing is lost.", [statement("whereabouts", NOT_THEIRS), statement("whereabouts", ALL)], True),
        ("You told us that nothing is lost.", [], True),
        ("You wrote that it is back.", [], True),
        ("You see that all are back.", [], True),
        ("You said it is intact.", [], True),
        ("You saw that it is back.", [], True),
        ("You confirmed that all are back.", [], True),
        ("PCL-1 is not lost.", [statement("whereabouts", {**ONE, "disposition": None})], False),
        *(("Nothing is lost.", [statement("whereabouts", {"dispositions": {name: 1}})], True) for name in ("delivered", "available", "hidden by index", "hidden by permission", "hidden by tenant")),
        *(("Nothing is lost.", [statement("whereabouts", {"dispositions": {name: 1}})], False) for name in ("hidden by soft delete", "content missing", "unknown", "duplicate")),
        ("We told you that nothing is lost.", [], False),
    ],
)  # fmt: skip
def test_comfort_goes_out_only_where_a_check_backs_it(snapshot, text, statements, backed):
    assert (found(snapshot, text, "comfort", statements) == []) is backed


def test_what_to_do_about_comfort_is_said_for_one_for_two_and_for_all(snapshot):
    def why(text):
        return [str(p) for p in guard.problems(snapshot, text, (), author="Ana Reis") if p.sort == "comfort"]

    assert why("PCL-1 is safe.") == [
        "'safe' needs a check that holds now and says where PCL-1 is: pin case.find.whereabouts(entity='PCL-1'), or leave it out"
    ]
    assert why("PCL-1 and PCL-2 are safe.") == [
        "'safe' needs a check that holds now and says where PCL-1, PCL-2 are: pin case.find.whereabouts(entity='PCL-1'), "
        "or leave it out"
    ]
    assert why("All are safe.") == [
        "'safe' needs a check that holds now and says where their documents are: pin case.find.whereabouts(like='PCL-1'), "
        "or leave it out"
    ]


def pinned(analysis, value):
    return SimpleNamespace(content={"finding": {"check": {"analysis": analysis}, "value": value}})


@pytest.mark.parametrize(
    ("text", "pins", "unbacked"),
    [
        ("we look", [], ""),
        ("PCL-1 is safe", [], "safe"),
        ("PCL-1 is safe", [pinned("whereabouts", ONE)], ""),
        ("PCL-1 is safe", [pinned("whereabouts", {**ONE, "disposition": "available"})], ""),
        ("PCL-1 is safe", [pinned("whereabouts", {**ONE, "disposition": "lost"})], "safe"),
        ("PCL-1 is safe", [pinned("first_error", ONE)], "safe"),
        ("PCL-1 is safe", [pinned("whereabouts", [1]), SimpleNamespace(content=None)], "safe"),
        ("PCL-1 is safe", [pinned("recount", {"items": {"PCL-1": "12:00"}})], ""),
        ("PCL-1 is safe", [pinned("recount", {"items": {"PCL-1": None}})], "safe"),
        ("PCL-1 and PCL-2 are safe", [pinned("whereabouts", ONE)], "safe"),
        ("nothing is lost", [pinned("whereabouts", ONE)], "nothing is lost"),
        ("nothing is lost", [pinned("whereabouts", ALL)], ""),
        ("nothing is lost", [pinned("recount", {"items": {}})], ""),
        ("you told us that it is back. And it is intact", [], "intact"),
        ("it came\nit is intact", [], "intact"),
    ],
)
def test_what_was_said_already_without_a_check_is_named(snapshot, text, pins, unbacked):
    state = SimpleNamespace(pins=pins, kinds=snapshot.state.kinds)
    assert guard.unbacked(state, text) == unbacked


# -- times -----------------------------------------------------------------------------------------------------

REPAIRS = (
    "fix|fixed|repair|repaired|restore|restored|resolve|solve|back|available|ready|done|working again|work again|recover|recovered|"
    "complete|completed|finish|finished|visible|findable|over|online|appear"
)
WILLS = (
    "it will be fixed, 15:00|it'll be fixed 15:00|fixed, we are going to have it 15:00|we expect it fixed 15:00|estimated fixed 15:00|"
    "it should be fixed 15:00|it shall be fixed 15:00|fixed by 15:00|fixed until 15:00|fixed within 2 hours|fixed in about 10 minutes|"
    "fixed in 10 min|ETA 15:00 for the fix|fixed soon|fixed shortly|fixed tonight|fixed tomorrow|fixed today 15:00|fixed in a moment"
)
TIMES = (
    "15:00|3 pm|3pm|3 o'clock|today 15:00|tomorrow 09:00|2026-06-18 09:00|3:00 pm|in 5 minutes|in 1 minute|in 5 min|in 2 hours|"
    "in 1 hour|in 3 h|in 2 days|in 1 day|within an hour|about half an hour|another few minutes|in some minutes|within the next 20 minutes|"
    "soon|shortly|tonight|this evening|this afternoon|this morning|tomorrow|any minute|any moment|in a moment|in a few minutes|"
    "as soon as possible|end of day|end of the day"
)


def test_each_word_for_a_repair_with_a_time_is_a_promise(snapshot):
    assert [
        word for word in REPAIRS.split("|") if not found(snapshot, f"It will be {word} at 15:00.", "time")
    ] == []


def test_each_way_to_speak_of_the_future_is_heard(snapshot):
    assert [sentence for sentence in WILLS.split("|") if not found(snapshot, sentence, "time")] == []


def test_each_way_to_say_a_time_is_heard_whole(snapshot):
    def longest(words):
        said = [one for one, _ in found(snapshot, f"We expect that it will be fixed {words}.", "time")]
        return max(said, key=len, default="")

    heard = {words: longest(words) for words in TIMES.split("|")}
    assert {
        words: said for words, said in heard.items() if said not in (words, words.split(" ", 1)[-1])
    } == {}


@pytest.mark.parametrize(
    "sentence",
    [
        "It was restored at 14:49.",
        *(f"It {tense} {word} at 14:49, look by today." for tense in ("was", "were", "has been", "have been", "been", "had") for word in ("restored", "all surely fixed")),
        *(f"It was {word} at 14:49 today." for word in "restored repaired fixed resolved solved done completed finished recovered".split()),
        "You hear from us by 15:00.",
        "We fixed nothing, at 15:00 we met.",
        "It will be fixed.",
    ],
)  # fmt: skip
def test_the_past_and_what_promises_no_repair_is_no_promise(snapshot, sentence):
    assert found(snapshot, sentence, "time") == []


def planned(*minutes):
    plans = {
        str(n): SimpleNamespace(expected=m and CALLED + timedelta(minutes=m)) for n, m in enumerate(minutes)
    }
    return SimpleNamespace(state=SimpleNamespace(plans=plans), now=CALLED, zone="UTC")


@pytest.mark.parametrize(
    ("words", "minutes", "backed"),
    [
        ("13:05", (), False),
        ("13:05", (None,), False),
        ("13:05", (60,), True),
        ("13:04", (60,), False),
        ("13:05", (None, 90, 30), True),
        ("in 60 minutes", (60,), True),
        ("in 59 minutes", (60,), False),
        ("in 1 hour", (60,), True),
        ("in 1 h", (61,), False),
        ("in 2 hours", (119,), True),
        ("in 1 day", (24 * 60,), True),
        ("in 1 day", (24 * 60 + 1,), False),
        ("in 2 days", (47 * 60,), True),
        ("soon", (1,), False),
        ("within few hours", (1,), False),
    ],
)
def test_a_time_is_backed_by_the_first_plan_that_reaches_it(words, minutes, backed):
    assert guard._backed(planned(*minutes), words) is backed


def test_what_to_write_instead_of_a_time_is_said(snapshot):
    assert found(snapshot, "It will be fixed by 15:00.", "time") == [
        ("15:00", "say by when you write next, or start a plan whose steps reach that time")
    ]


# -- names -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("The sorter stood.", ("sorter", "a part of our system")),
        ("Both sorters stood.", ("sorters", "a part of our system")),
        ("The SORTER stood.", ("SORTER", "a part of our system")),
        ("See belt-host-3 there.", ("belt-host-3", "one of our machines")),
        ("See belt_day.jsonl there.", ("belt_day.jsonl", "our records")),
        *((f"The search {w} stood.", (f"search {w}", "a part of our system")) for w in "service server worker workers job pod pods host node cluster queue daemon team api db".split()),
        ("The search-service stood.", ("search-service", "a part of our system")),
        ("The search 2.3 stood.", ("search 2.3", "a part of our system")),
        ("The search v2.3 stood.", ("search v2.3", "a part of our system")),
        ("The weigher service stood.", ("weigher service", "a part of our system")),
        ("Tom Borg looks.", ("Tom Borg", "a colleague")),
        ("Borg looks.", ("Borg", "a colleague")),
        ("Dana looks.", ("Dana", "a colleague")),
        ("See http://localhost/x there.", ("http://localhost/x", "our system")),
        ("See https://belt:80/x there.", ("https://belt:80/x", "our system")),
        *((f"See https://a.b.{end}/x there.", (f"https://a.b.{end}/x", "our system")) for end in "local internal intra corp svc".split()),
        ("It is 10.0.3.17 there.", ("10.0.3.17", "one of our machines")),
        ("It is 10.0.3.17:80 there.", ("10.0.3.17:80", "one of our machines")),
        *((f"See log/a-1.{end} there.", (f"log/a-1.{end}", "our records")) for end in "json jsonl log csv sqlite db py java go yml yaml toml sql gz".split()),
        ("See x.zip.gz!a/b.c there.", ("x.zip.gz!a/b.c", "our records")),
        ("With 2.3.0 it came.", ("2.3.0", "a version")),
        ("With v2.3.0-rc1 it came.", ("v2.3.0-rc1", "a version")),
        ("With 2.3.0+b7 it came.", ("2.3.0+b7", "a version")),
        ("CUST-1 has it.", ("CUST-1", "you")),
        ("CUST-2 has it.", ("CUST-2", "another customer")),
    ],
)  # fmt: skip
def test_what_is_called_so_inside_is_named_with_what_to_write(snapshot, text, said):
    assert found(snapshot, text, "name") == [said]


@pytest.mark.parametrize(
    "text",
    [
        "The search is slow, the shipping too.",
        "The weigher is broken.",
        "Ana Reis writes to Ines Okoro.",
        "It came on 17.06.2026.",
        "PCL-1 is yours.",
        "See https://example.org/x there.",
        "The resorter and my-sorter-2 stood.",
        "hp stood.",
        "It weighs 2.3 kg.",
        "Section 1.2.3.4.5 of it.",
    ],
)
def test_what_everybody_says_and_what_is_theirs_passes(snapshot, text):
    assert found(snapshot, text, "name") == []


def test_an_item_of_somebody_else_is_said_to_be_so(snapshot):
    said = [p for p in guard.problems(snapshot, "PCL-3 came.", (), author="Ana Reis") if p.sort == "name"]
    assert [(p.found, p.instead) for p in said] == [("PCL-3", "another pcl")]
    assert "nothing here shows to be theirs" in said[0].why


def test_longer_names_are_replaced_first_and_only_names():
    problems = [
        Problem("name", "belt", "", "a part"),
        Problem("name", "belt-host-3", "", "a machine"),
        Problem("time", "15:00", "", "later"),
        Problem("comfort", "safe", "", "-"),
    ]
    assert guard.masked("belt-host-3 and belt, safe by 15:00, belts", problems) == "a machine and a part, safe by 15:00, belts"  # fmt: skip


def test_why_a_time_stops_a_text_is_said(snapshot):
    said = [str(p) for p in guard.problems(snapshot, "It will be fixed by 15:00.", (), author="Ana Reis")]
    assert said == [
        "'15:00' is a time that nothing backs: say by when you write next, or start a plan whose steps reach that time"
    ]


def test_what_is_called_how_is_listed_with_what_to_say(snapshot):
    assert guard.names(snapshot) == {
        "search": "a part of our system",
        "shipping": "a part of our system",
        "sorter": "a part of our system",
        "weigher": "a part of our system",
        "belt-host-3": "one of our machines",
        "belt_day.jsonl": "our records",
    }
    assert guard.people(snapshot, "Ana Reis") == {"Tom Borg", "Tom", "Borg", "Dana"}
    assert guard.people(snapshot, "Tom Borg") == {"Ana Reis", "Ana", "Reis", "Dana"}


@pytest.mark.parametrize(
    ("sentence", "back", "backed"),
    [
        ("All can be found again.", {"PCL-1": "x", "PCL-2": "x"}, True),
        ("All can be found again.", {"PCL-1": "x"}, False),
        ("All can be found again.", {"PCL-1": "x", "PCL-2": "x", "PCL-9": "x"}, True),
        ("2 of your parcels can be found.", {"PCL-1": "x", "PCL-2": "x"}, True),
        ("1 of your parcels can be found.", {"PCL-1": "x", "PCL-9": "x"}, True),
        ("2 of your parcels can be found.", {"PCL-1": "x", "PCL-9": "x"}, False),
        ("3 of your parcels can be found.", {"PCL-1": "x", "PCL-2": "x"}, False),
        ("All can be found again.", {}, False),
    ],
)
def test_a_number_of_theirs_must_be_the_counted_one(snapshot, monkeypatch, sentence, back, backed):
    theirs = {one: SimpleNamespace(id=one, customer="CUST-1") for one in ("PCL-1", "PCL-2")}
    theirs["PCL-9"] = SimpleNamespace(id="PCL-9", customer="CUST-2")
    monkeypatch.setattr(guard.standing, "of", lambda snapshot: SimpleNamespace(items=theirs))
    assert (found(snapshot, sentence, "comfort", [statement("recount", {"items": back})]) == []) is backed
