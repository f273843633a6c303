"""Messages of firms and offices in segments: whatever signs the first segment declares."""

import pytest

HL7 = (
    r"MSH|^~\&|LAB|CLINIC|RECORDS|CLINIC|20260617091407+0200||ORU^R01|M1|P|2.5" + "\r"
    "PID|1||PAT-4711\r"
    r"MSH|^~\&|RECORDS|CLINIC|LAB|CLINIC|20260617091408+0200||ACK|M2|P|2.5" + "\r"
    "MSA|AE|M1|no such patient\r"
)
EDIFACT = "UNB+UNOC:3+MILL+CUSTOMS+260617:0914+R'UNH+1+INVOIC:D:96A'BGM+380+it?'s 7+9'DTM+137:20260616:102'UNT+4+1'UNZ+1+R'"
MARKED = "UNA:*.! ~\nUNB*UNOC:3*MILL*CUSTOMS*20260617:0914*R~\nUNH*1*INVOIC:D:96A~\nBGM*380*a!~b*9~\nUNT*3*1~\nUNZ*1*R~\n"
X12 = (
    "ISA*00*          *00*          *ZZ*MILL           *ZZ*DEPOT          *260617*0914*U*00401*000000001*0*P*>~"
    "GS*PO*MILL*DEPOT*20260617*091530*1*X*004010~ST*850*0001~BEG*00*NE*ORD-4711**20260616~SE*3*0001~"
    "ST*997*0002~AK9*R*1*1*0~SE*3*0002~GE*2*1~IEA*1*000000001~"
)


@pytest.mark.parametrize(
    ("text", "times", "services", "severities"),
    [
        (HL7, ["07:14:07", "07:14:08"], ["LAB", "RECORDS"], [None, 17]),
        (EDIFACT, ["09:14:00"], ["MILL"], [None]),
        (MARKED, ["09:14:00"], ["MILL"], [None]),
        (X12, ["09:15:30", "09:15:30"], ["MILL", "MILL"], [None, 17]),
        (
            "\x0b" + HL7.replace("\r", "\r\n") + "\x1c\r",
            ["07:14:07", "07:14:08"],
            ["LAB", "RECORDS"],
            [None, 17],
        ),
    ],
    ids=["HL7", "EDIFACT", "EDIFACT with signs of its own", "X12", "HL7 as it travels"],
)
def test_a_message_is_an_event_with_its_time_and_sender(place, text, times, services, severities):
    place.add(text.encode(), name="data")
    frame = place.events()
    assert [f"{time:%Y-%m-%d %H:%M:%S}" for time in frame.time] == [f"2026-06-17 {time}" for time in times]
    assert list(frame.service) == services
    assert [None if level != level else level for level in frame.severity_number] == severities


def test_what_a_released_sign_stands_in_is_one_segment(place):
    place.add(EDIFACT.encode(), name="a.edi")
    place.add(MARKED.encode(), name="b.edi")
    assert sorted(body.split("\n")[1] for body in place.events().body) == [
        "BGM*380*a!~b*9",
        "BGM+380+it?'s 7+9",
    ]


def test_what_stands_outside_of_a_message_is_listed_and_the_rest_read(place):
    (source,) = place.add(EDIFACT.replace("UNH+1", "LIN+1'UNH+1").encode(), name="cut.edi").sources
    assert source.units.rejected == 1
    assert "BGM+380" in place.events().body[0]


def test_a_message_that_is_cut_is_there_as_far_as_it_goes(place):
    place.add(EDIFACT[: EDIFACT.index("'UNT")].encode(), name="cut.edi")
    assert place.events().body[0].endswith("DTM+137:20260616:102")


@pytest.mark.parametrize(
    "text",
    [
        "ISAAC said 2026-06-17 09:14 that it is gone\n" * 3,
        "MSH|is no message\n2026-06-17 09:14:07 but a log\n" * 3,
        "UNB is a name\n2026-06-17 09:14:07 seen\n" * 3,
    ],
)
def test_what_only_begins_like_one_is_none(place, text):
    (source,) = place.add(text.encode(), name="data").sources
    assert source.format != "exchanged_messages"
