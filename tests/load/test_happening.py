"""A line without a message says by another key what happened."""

import json

import pytest

SAYINGS = [
    "ferry.boarded",
    "ferry.cast_off",
    "berth.freed",
    "ferry.boarded",
    "ramp.raised",
    "berth.freed",
] * 5

PARTIES = ("OVEN-EAST", "OVEN-WEST", "SHOP-QUAY", "SHOP-MILL")


def lines(make):
    return "".join(
        json.dumps({"ts": f"2026-06-17T07:{n:02d}:00Z", "lvl": "INFO", **make(n, said)}) + "\n"
        for n, said in enumerate(SAYINGS)
    ).encode()


@pytest.mark.parametrize(
    "make",
    [
        lambda n, said: {"evt": said, "ferry": f"FE/{n:03d}", "crew": "ANNA"},
        lambda n, said: {"crew": "ANNA", "lane": f"lane-{n % 3}", "was_geschah": said},
        lambda n, said: {"kennel": "north", "step": said.partition(".")[2].replace("_", ""), "dog": n},
    ],
    ids=["by its word", "by its values", "one word each"],
)
def test_the_key_that_names_what_happened_is_the_message(place, make):
    place.add(lines(make))
    assert all(place.events().body)
    assert place.events().body.nunique() == 4


@pytest.mark.parametrize(
    "make",
    [
        lambda n, said: {"lane": f"lane-{n % 3}", "grams": n, "oven": "EAST"},
        lambda n, said: {"baker": f"ann.{'abcdefghij'[n % 10]}.{n}", "loaf": f"LF-{n}"},
        lambda n, said: {"loaf": f"LF-{n}", "baker": ("Old Mill", "New Mill", "Quay Oven")[n % 3]},
        lambda n, said: {"giver": PARTIES[n % 4], "taker": PARTIES[n // 4 % 4]},
    ],
    ids=[
        "lanes and numbers",
        "names of all sorts",
        "a list of things and whose they are",
        "from whom and to whom",
    ],
)
def test_nothing_is_taken_for_a_message_that_names_no_deed(place, make):
    place.add(lines(make))
    assert all(body.startswith("lvl=INFO ") for body in place.events().body)


def test_a_message_stays_the_message(place):
    place.add(lines(lambda n, said: {"evt": said, "msg": f"berth {n} is free"}))
    assert set(place.events().body) == {f"berth {n} is free" for n in range(30)}


def test_a_message_that_hardly_a_line_has_is_not_what_happened_in_the_others(place):
    place.add(lines(lambda n, said: {"evt": said, **({"note": "fog"} if n == 7 else {})}))
    assert set(place.events().body) == set(SAYINGS)


def test_lines_without_a_message_say_their_other_keys_and_a_clock_before_pairs_is_their_time(place):
    rows = "".join(
        f"2026-06-17 07:{n:02d}:03 lvl=info job=oven "
        + ('msg="oven is hot"\n' if n % 3 else f"loaf=lf-{n:04d} outcome=burnt\n")
        for n in range(30)
    )
    place.add(rows.encode(), name="oven.log")
    events = place.events()
    assert events.time.notna().all() and set(events.kind) == {"log"} and set(events.service) == {"oven"}
    assert [body for body in events.body if "lf-0003" in body] == ["loaf=lf-0003 outcome=burnt"]
    assert sum(events.body == "oven is hot") == 20


@pytest.mark.parametrize("word, asked", [("method", True), ("how", False)])
def test_lines_that_say_the_same_of_each_request_are_requests(place, word, asked):
    rows = [
        {"ts": f"2026-06-17T07:{n:02d}:03Z", "msg": "handled request", "request": {word: "GET", "uri": f"/slips/{n}"}, "status": 200}
        for n in range(30)
    ]  # fmt: skip
    place.add("".join(f"{json.dumps(row)}\n" for row in rows).encode(), name="edge.json")
    events = place.events()
    assert set(events.kind) == {"access" if asked else "log"}
    assert set(events.body) == ({f"GET /slips/{n}" for n in range(30)} if asked else {"handled request"})


def test_requests_of_which_each_says_its_own_stay_a_log(place):
    rows = [
        {"ts": f"2026-06-17T07:{n:02d}:03Z", "msg": f"slip {n} of crane {n % 7} is stored", "method": "PUT", "uri": "/slips", "status": 200}
        for n in range(30)
    ]  # fmt: skip
    place.add("".join(f"{json.dumps(row)}\n" for row in rows).encode(), name="edge.json")
    assert set(place.events().kind) == {"log"}
