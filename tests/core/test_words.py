import pytest

from ltitool.core.words import (
    clean,
    count_words,
    has_something,
    is_near_copy,
    one_line,
    own_words,
    quoted,
)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", 0),
        ("one two  three\nfour", 4),
        ("— … !!!", 0),
        ("don’t stop", 2),
        ("> quoted words here\nmine", 1),
        ("我会等到星期四再说", 5),
        ("ฉันจะรอจนถึงวันพฤหัสบดี", 6),
        ("ຂ້ອຍຈະລໍຖ້າ", 3),
        ("ខ្ញុំនឹងរង់ចាំ", 3),
        ("ကျွန်တော် စောင့်မယ်", 3),
        ("木曜日まで待ちます", 5),
        ("목요일까지 기다리겠습니다", 2),
        ("Я почекаю до четверга", 4),
        ("سأنتظر حتى الخميس", 3),
        ("Call 116 123", 3),
        ("👍 👍 👍", 0),
    ],
)
def test_words_are_counted_in_any_script(text: str, words: int) -> None:
    assert count_words(text) == words


def test_a_near_copy_is_found_and_a_new_thought_is_not() -> None:
    first = "I would wait until Thursday and say it on a walk."

    assert is_near_copy("I would wait until Thursday, and say it on a walk!", first)
    assert not is_near_copy("She asked, so answer tonight in one warm sentence.", first)


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        (" Ana\nRuiz\t", "AnaRuiz"),
        ("Ana\u202e ziuR\u2066\u200b\ufeff", "Ana ziuR"),
        ("علی\u200cرضا", "علی\u200cرضا"),
        ("👩🏾\u200d🎓", "👩🏾\u200d🎓"),
        ("A\ud800na", "Ana"),
        ("x" * 300, "x" * 255),
    ],
)
def test_a_name_keeps_what_can_be_seen_and_what_joins_letters(name: str, kept: str) -> None:
    assert one_line(name, 255) == kept


def test_control_characters_and_idle_space_are_not_kept() -> None:
    assert clean("  a\x00b\r\nc\x1b  ") == "ab\nc"


@pytest.mark.parametrize(
    ("text", "is_copy"),
    [
        ("And say it on a walk: I would wait until Thursday.", True),
        ("I would wait until Friday and say it on a walk.", True),
        ("> I would wait until Thursday and say it on a walk.\nYes", False),
        ("I would write tonight and name the day on which I answer.", False),
        ("👍", False),
    ],
)
def test_the_same_words_in_another_order_are_a_copy(text: str, is_copy: bool) -> None:
    assert is_near_copy(text, "I would wait until Thursday and say it on a walk.") is is_copy


def test_a_long_text_with_few_words_changed_is_a_copy() -> None:
    long = " ".join(f"thought-{number} that I had" for number in range(300))

    assert is_near_copy(long.replace("thought-7 ", "doubt "), long)


@pytest.mark.parametrize(
    ("text", "shows"),
    [("", False), (" \u200b\u2060", False), ("\u0301\u0301", False), ("👍", True), ("ஆ", True)],
)
def test_a_text_shows_something_or_nothing(text: str, shows: bool) -> None:
    assert has_something(text) is shows


def test_many_idle_lines_become_one() -> None:
    assert clean("one\n\n\n \n\ttwo\n\nthree\nfour") == "one\n\ntwo\n\nthree\nfour"


def test_a_quote_stands_behind_marks_and_counts_for_nothing() -> None:
    quote = quoted("Wait until Thursday.\n\nThen walk.")

    assert quote == "> Wait until Thursday.\n>\n> Then walk."
    assert count_words(f"{quote}\n\nYes") == 1


@pytest.mark.parametrize(
    ("text", "own"),
    [("> Wait.\n\nNo, walk.", "No, walk."), ("Walk.\n> Wait.", "Walk."), ("> Wait.", "> Wait.")],
)
def test_ones_own_words_are_what_is_not_quoted(text: str, own: str) -> None:
    assert own_words(text) == own
