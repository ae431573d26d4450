"""The measurement works; what it measures is for people to read."""

from tests.bench.__main__ import run, table_of


def test_every_tool_answers_every_launch() -> None:
    rows = run(launches=10, concurrencies=(2,))

    assert [(row.launches, row.failures) for row in rows] == [(10, 0)] * 3
    assert len({row.tool for row in rows}) == 3
    assert all(row.cpu_seconds > 0 for row in rows)
    assert table_of(rows).row_count == 3
