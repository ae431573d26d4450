from ltitool.core.group_list import Fault, read_list

PEOPLE = {"zoë bright": [1], "heron": [2], "sub-3": [3], "sam": [4, 5], "🦊🦊": [6]}


def test_people_are_found_by_name_id_or_alias_in_any_of_three_separators() -> None:
    for mark in (",", ";", "\t"):
        text = f"Name{mark}Group\nZoë  Bright{mark}North\nheron{mark}South\n\n🦊🦊{mark}North"

        read = read_list(text, PEOPLE)

        assert read.labels == {1: "North", 2: "South", 6: "North"}
        assert read.problems == []


def test_every_line_that_cannot_be_used_is_told_at_once_with_its_number() -> None:
    text = 'sub-3,North\nNemo,North\nsam,South\nsub-3,South\nheron,\n"x,y'

    problems = read_list(text, PEOPLE).problems

    assert [(one.line, one.fault) for one in problems] == [
        (2, Fault.UNKNOWN),
        (3, Fault.AMBIGUOUS),
        (4, Fault.TWICE),
        (5, Fault.NO_GROUP),
        (6, Fault.UNREADABLE),
    ]
