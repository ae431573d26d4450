"""The measurement works; what it measures is for people to read."""

from tests.bench.__main__ import EVERY_TOOL, run, table_of


def test_every_tool_answers_every_launch() -> None:
    rows = run(EVERY_TOOL[:3], (2,), launches=10, warm_up=2)

    assert [(row.launches, row.failures) for row in rows] == [(10, 0)] * 3
    assert len({row.tool for row in rows}) == 3
    assert table_of(rows).row_count == 3
