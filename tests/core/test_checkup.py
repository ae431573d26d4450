"""What a checklist says, in words that can be translated and kept."""

import json

import pytest

from ltitool.core.checkup import Finding, Health, Sentence


@pytest.mark.parametrize(
    ("sentence", "words"),
    [
        (Sentence("100 % of it."), "100 % of it."),
        (Sentence("One second.", {"num": 1}, "%(num)d seconds."), "One second."),
        (Sentence("One second.", {"num": 0}, "%(num)d seconds."), "0 seconds."),
        (Sentence.quoting("It is 100 % full: %(num)d"), "It is 100 % full: %(num)d"),
        (Sentence("It may not:", parts=("read", "write")), "It may not: read, write."),
    ],
)
def test_a_sentence_is_said_and_kept(sentence: Sentence, words: str) -> None:
    finding = Finding("Its clock", Health.FINE, sentence)

    again = Finding.of_row(json.loads(json.dumps(finding.as_row())))

    assert str(sentence) == words
    assert again == finding
    assert not again.advice


def test_what_an_earlier_version_has_kept_is_still_said() -> None:
    row = {"subject": "Its keys", "health": "fine", "words": "2 can be read.", "advice": ""}

    found = Finding.of_row(row)

    assert str(found.words) == "2 can be read."
    assert not found.advice
