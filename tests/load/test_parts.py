"""Lines that a container's log holds in pieces are one event again, each of its own stream, and every line is counted."""

import json

import pytest


def cri(*lines):
    return "".join(f"2026-06-17T07:02:{i:02d}Z {line}\n" for i, line in enumerate(lines)).encode()


def docker(*said, stream="stdout"):
    return "".join(
        json.dumps({"log": text, "stream": where, "time": f"2026-06-17T07:02:{i:02d}Z"}) + "\n"
        for i, (where, text) in enumerate(said)
    ).encode()


def bodies(place):
    return list(place.events().sort_values("time").body)


@pytest.mark.parametrize(
    "data",
    [
        cri("stdout F oven is on", "stdout P loaf 4711 ", "stderr F fan hums", "stdout P is ", "stdout F baked", "stdout F oven is off"),
        docker(("stdout", "oven is on\n"), ("stdout", "loaf 4711 "), ("stderr", "fan hums\n"), ("stdout", "is "), ("stdout", "baked\n"), ("stdout", "oven is off\n")),
    ],
    ids=["CRI", "Docker"],
)  # fmt: skip
def test_pieces_go_on_in_the_next_line_of_their_stream(place, data):
    (source,) = place.add(data, name="0.log").sources
    assert [body.strip() for body in bodies(place)] == [
        "oven is on", "loaf 4711 is baked", "fan hums", "oven is off"
    ]  # fmt: skip
    assert source.units.unexplained == 0 and source.units.joined == 2
    (origin,) = [o for o in place.events().origin if o.endswith(":2-5")]
    assert place.raw(origin).count(b"\n") == 4


def test_what_never_ends_is_read_as_far_as_it_came(place):
    (source,) = place.add(cri("stdout F oven is on", "stdout P loaf 4711 "), name="0.log").sources
    assert bodies(place)[-1].strip() == "loaf 4711" and source.units.unexplained == 0


def test_an_object_in_pieces_is_read_as_the_object(place):
    place.add(
        docker(("stdout", "up\n"), ("stdout", '{"level":"error","msg":"tray 4 '), ("stdout", 'is full"}\n')),
        name="c-json.log",
    )
    assert bodies(place) == ["up", "tray 4 is full"] and place.events().severity_number.max() == 17


def test_where_no_line_ends_as_dockers_do_none_is_a_piece(place):
    place.add(docker(("stdout", "up"), ("stdout", "down"), ("stdout", "up")), name="c-json.log")
    assert bodies(place) == ["up", "down", "up"]


def test_pieces_over_many_blocks_of_a_file(place):
    long = [f"stdout P {'w' * 16_000}" for _ in range(70)]
    (source,) = place.add(
        cri("stdout F up", *long, "stdout F end") + cri("stdout F down"), name="0.log"
    ).sources
    lengths = sorted(len(body) for body in place.events().body)
    assert lengths[:2] == [2, 4] and sum(lengths[2:]) == 70 * 16_000 + 3 and source.units.unexplained == 0
