"""The short campaign; `make chaos` runs the long one."""

from pathlib import Path

from tests.chaos.campaign import Campaign, Plan
from tests.postgres import free_port, restartable

SEED = 20270202


def test_every_grade_arrives_whatever_fails(tmp_path: Path) -> None:
    plan = Plan(completions=120, seconds=30, seed=SEED, kills=1)
    with restartable() as server:
        ports = (free_port(), free_port())
        report = Campaign(plan, server.url, tmp_path, ports).run(server.restart)

    assert report.is_well, (str(report), report.missing, report.wrong, report.misplaced)
    assert report.completions == 120
    assert report.scores >= 150  # one in three earns more, and a 409 has its score written anew
    assert sum(report.faults.values()) > 10
    assert report.kills >= 3
