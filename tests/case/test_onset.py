"""When it began is said as known only where somebody said so or the affected tell it; else it is proposed."""

from investigator.case import Case


def test_an_onset_that_only_the_first_error_tells_is_proposed(tmp_path):
    case = Case.new("BAKERY-1", words="the ovens stopped", root=tmp_path / "cases")
    log = tmp_path / "oven.log"
    log.write_text(
        "".join(f"2026-03-02 04:{m:02d}:00,000 INFO oven - tray {m} is in\n" for m in range(10))
        + "2026-03-02 04:10:00,000 ERROR oven - no gas\n"
    )
    case.add(log)
    assert "It may have begun 2026-03-02 04:10:00" in case.brief.began().text
    case.record.declare(onset="2026-03-02T04:05:00+00:00")
    assert "It began 2026-03-02 04:05:00 UTC: as declared." in case.brief.began().text
