import pytest

from ltitool.core.words import clean, count_words, is_near_copy, one_line


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", 0),
        ("one two  three\nfour", 4),
        ("— … !!!", 0),
        ("don’t stop", 2),
        ("> quoted words here\nmine", 1),
        ("我会等到星期四再说", 5),
        ("ฉันจะรอ", 4),
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
