"""What a proxy writes in a shape of one's own, or cut, keeps the time that stands in it."""

LINES = (
    b'haproxy[7]: 10.0.0.7:5332 [03/Aug/2026:09:14:06.143] fe be/s1 0/0/7/1457/1487 200 11394 - - ---- 2/1/0/0/0 0/0 "GET /a HTTP/1.1"\n'
    b"haproxy[7]: 10.0.0.8:5333 [03/Aug/2026:09:14:07.500] fe be/s1 0/0/7/9/11 200 512\n"
    b"haproxy[7]: 10.0.0.9:5334 [03/Aug/2026:09:14:08] tenant=mill ok\n"
)


def test_a_line_in_a_shape_of_ones_own_has_its_time(place):
    (source,) = place.add(LINES, name="edge.log").sources
    assert source.format == "haproxy" and not source.units.rejected
    frame = place.events()
    assert [f"{time:%H:%M:%S.%f}" for time in frame.time] == [
        "09:14:06.143000",
        "09:14:07.500000",
        "09:14:08.000000",
    ]
