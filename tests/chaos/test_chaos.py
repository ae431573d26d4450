"""The short campaigns; `make chaos` runs the long ones."""

from pathlib import Path

from tests.chaos.campaign import on_postgresql, on_sqlite
from tests.chaos.report import Plan, Report

SEED = 20270202


def check(report: Report, completions: int) -> None:
    assert report.is_well, (str(report), report.missing, report.wrong, report.misplaced)
    assert report.completions == completions
    assert report.scores >= completions * 5 // 4  # one in three earns more, some are written anew
    assert sum(report.faults.values()) > 5  # how many depends on how busy the machine is
    assert report.disk.startswith("1 times")


def test_every_grade_arrives_whatever_fails(tmp_path: Path) -> None:
    report = on_postgresql(Plan(completions=120, seconds=30, seed=SEED, kills=1), tmp_path)

    check(report, 120)
    assert report.kills >= 3


def test_every_grade_arrives_on_sqlite_too(tmp_path: Path) -> None:
    report = on_sqlite(Plan(completions=60, seconds=15, seed=SEED, kills=1, hangs=0), tmp_path)

    check(report, 60)
    assert report.kills >= 1
