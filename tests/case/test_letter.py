"""The letter to the customer: what may go to them, and for who writes what may not."""

from investigator.case import Case


def test_a_letter_says_what_changes_without_a_word_of_what_is_ours(tmp_path):
    case = Case.new(
        "INC-7",
        words="Our tiles come out cold",
        contact="Jo Lund, Kiln Ltd",
        root=tmp_path,
        author="Ana Marsh",
    )
    log = tmp_path / "belt.jsonl"
    log.write_text('{"time": "2026-03-04T09:30:00Z", "service": "belt-driver", "message": "speed 9"}\n' * 3)
    case.add(log)
    case.record.action("Every batch is measured before it leaves", owner="Ana Marsh", due="2026-07-01")
    kept = case.record.action("belt-driver refuses a speed above 4", owner="Ana Marsh", due="2026-07-01")
    case.record.action("Think about belts")
    case.record.prose("letter", "The oven was too fast for your tiles.", author="Ana Marsh")
    letter = case.brief.letter()
    sent = letter.markup.partition("<button")[0]
    assert "Dear Jo Lund," in sent and "The oven was too fast for your tiles." in sent
    assert "Every batch is measured before it leaves (by 2026-07-01)" in sent
    assert not any(one in sent for one in ("belt-driver", "Marsh", "Think about belts"))
    assert f"Left out, because they name what is ours alone: #{kept.number}." in letter.text


def test_nobody_wrote_it_yet_is_for_who_writes(tmp_path):
    letter = Case.new("INC-8", root=tmp_path, author="ana").brief.letter()
    assert "Nobody wrote what happened to them yet" in letter.text.splitlines()[-1]
