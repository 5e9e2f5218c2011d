from pathlib import Path

from portal.launcher.suite import count, phases, summary

REPORT = '<testsuites><testsuite tests="7" failures="1" errors="1" skipped="2" time="1"/></testsuites>'


def test_outcomes_are_read_from_the_report(tmp_path: Path) -> None:
    report = tmp_path / "report.xml"
    report.write_text(REPORT)
    assert count(report) == {"failed": 1, "errors": 1, "skipped": 2, "passed": 3}


def test_a_process_that_wrote_no_report_counts_nothing(tmp_path: Path) -> None:
    assert count(tmp_path / "none.xml") == {}


def test_the_last_line_reads_like_pytests() -> None:
    counts = {"unit": {"passed": 300}, "browser": {"passed": 40}}
    assert summary(counts, [], 12.345).splitlines()[-1] == "===== 340 passed in 12.35s ====="


def test_what_did_not_pass_is_named() -> None:
    text = summary({"unit": {"passed": 3, "failed": 1}, "browser": {}}, ["unit", "front end lint"], 1)
    assert text.splitlines() == [
        "",
        "Not passed: unit, front end lint",
        "===== 1 failed, 3 passed in 1.00s =====",
    ]


def test_long_tests_are_asked_for() -> None:
    assert [phase.marks for phase in phases(long=False)] == ["not browser and not long", "browser and not long"]
    assert [phase.marks for phase in phases(long=True)] == ["not browser", "browser"]
