"""What stands before the message of each line is taken off as fields, where the whole beginning of a source bears it out."""

import pytest

SAID = [
    "loaf 100 is baked", "loaf 103 took 12 min", "oven north enable", "oven north disable", "tray 4 is full",
    "tray 4 is no longer served", "lane 2 is open", "lane 2 is closed", "baker kern logged in", "baker kern logged out",
]  # fmt: skip
LEVELS = ["INFO", "WARN", "ERROR", "INFO", "DEBUG"]
#: By trade: what stands between time and message; {i} counts lines, {l} is a level, {p} one of two numbers.
HEADS = {
    "bakery, log4j": "[exec-{p}] {l}  c.b.Oven - ",
    "ferry, level first": "{l} [deck-{p}] c.f.Ramp - ",
    "bank, process": "till[{p}]: {l}: ",
    "dairy, keys": "pid={p} level={l} ",
    "court, a counter": "#{p} {l} ",
    "tram, a lane": "{p} depot.lane{p}: ",
    "mine, worker and logger": "[worker {p}] shaft.lift: ",
    "press, round": "(press {p}) ",
    "clinic, its own clock": "00:00:0{p} [ward-{p}] ",
    "post, small level": "{p} [info] sorter - ",
}


def lines(head, said=SAID):
    return [
        f"2026-06-17 09:14:{i:02d} {head.format(i=i, l=LEVELS[i % 5], p=7 + i % 2)}{text}"
        for i, text in enumerate(said)
    ]


def bodies(place, rows, name="raw.log"):
    place.add("\n".join(rows).encode() + b"\n", name=name)
    return list(place.events().sort_values("time").body)


@pytest.mark.parametrize("head", HEADS.values(), ids=HEADS)
def test_the_body_is_the_message_alone_and_what_stood_before_it_are_fields(place, head):
    assert bodies(place, lines(head)) == SAID
    frame = place.events()
    for number in (7, 8):
        assert any(str(number) in " ".join(map(str, dict(said or {}).values())) for said in frame.attributes)
    if "{l}" in head:
        assert frame.severity_number.nunique() >= 3
    names = dict(zip(frame.body, frame.name, strict=True))
    assert names["oven north enable"] != names["oven north disable"]


@pytest.mark.parametrize(
    "texts",
    [
        [f"PAY-{i} was paid by till {i % 3}" for i in range(10)],
        [f"[PAY-{i}] was paid by till {i % 3}" for i in range(10)],
        [f"temperature: {i}.5" for i in range(10)],
        [f"{40 + i} loaves wait in lane {i % 2}" for i in range(10)],
        ["config changed of valve 3 of tank B"] * 10,
        [*(f"[oven-{i % 2}] loaf is baked" for i in range(9)), "no oven is said here"],
        [f"[oven-{i % 2}] loaf is baked" for i in range(5)],
    ],
    ids=["an id", "an id in brackets", "a value", "a number", "a word", "not all lines", "few lines"],
)
def test_a_message_keeps_what_it_is_about(place, texts):
    assert bodies(place, lines("", texts)) == texts


def test_a_line_further_below_that_has_no_such_head_keeps_its_whole_text(place):
    rows = lines("[exec-{p}] {l} c.b.Oven - ") * 60
    assert "odd: [x] - y" in bodies(place, [*rows, "2026-06-17 09:15:00 odd: [x] - y"])
