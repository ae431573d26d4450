"""The measurement works; what it measures is for people to read."""

from tests.bench import classes, scores, talk
from tests.bench.__main__ import EVERY_TOOL, run, table_of


def test_every_tool_answers_every_launch() -> None:
    rows = run(EVERY_TOOL[:3], (2,), launches=10, warm_up=2)

    assert [(row.launches, row.failures) for row in rows] == [(10, 0)] * 3
    assert len({row.tool for row in rows}) == 3
    assert table_of(rows).row_count == 3


def test_a_talk_that_everybody_has_open_is_measured() -> None:
    [row] = talk.run(talk.SERVES[:1], people=4, seconds=2)

    assert (row.polls.errors, row.posts.errors) == (0, 0)
    assert row.polls.ms
    assert row.posts.ms
    assert talk.table_of([row]).row_count == 2


def test_a_class_is_measured_in_as_many_statements_as_a_smaller_one() -> None:
    many, few = classes.run(60), classes.run(6)

    assert [one.statements for one in many] == [one.statements for one in few]
    assert classes.table_of(many, few).row_count == len(many)


def test_every_score_is_sent_by_everybody() -> None:
    sent = scores.run(12, latencies=(0,))

    assert [row.scores for row in sent] == [12] * 3
    assert scores.table_of(sent).row_count == 3
    assert all(row.key_sets == 0 for row in sent)
