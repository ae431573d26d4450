from random import Random

from ltitool.core.names import ALIASES, COLOURS, draw_alias, draw_group_name


def test_three_thousand_people_all_get_an_alias_of_their_own() -> None:
    taken: set[str] = set()
    for person in range(3000):
        taken.add(draw_alias(taken, len(taken), Random(person)))

    assert len(taken) == 3000


def test_the_lists_hold_each_name_once() -> None:
    assert len(set(ALIASES)) == len(ALIASES)
    assert len(set(COLOURS)) == len(COLOURS)


def test_six_hundred_groups_all_get_a_name_of_their_own() -> None:
    taken: set[str] = set()
    for group in range(600):
        taken.add(draw_group_name(taken, len(taken), Random(group)))

    assert len(taken) == 600
