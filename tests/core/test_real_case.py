"""What is asked about before it is kept: what may point at a real person."""

import time

import pytest

from ltitool.core.real_case import Sign, signs_in

FOUND = [
    ("Ring her on 07911 123456 tonight.", Sign.PHONE, "07911 123456"),
    ("+44 113 278 4521 is the office", Sign.PHONE, "+44 113 278 4521"),
    ("They live in NG7 2RD now", Sign.POSTCODE, "NG7 2RD"),
    ("they live in ng72rd now", Sign.POSTCODE, "ng72rd"),
    ("NHS number 943 476 5919", Sign.NHS, "943 476 5919"),
    ("write to jo.bloggs@council.gov.uk", Sign.EMAIL, "jo.bloggs@council.gov.uk"),
    ("She was born on 3rd March 1998.", Sign.BIRTH, "born on 3rd March 1998"),
    ("DOB 3/3/98", Sign.BIRTH, "DOB 3/3/98"),
    ("03.03.1998 it says", Sign.BIRTH, "03.03.1998"),
    ("I thought of my client Darren at once", Sign.CLIENT, "my client Darren"),
    ("Our service user, Ms Okonkwo, did that", Sign.CLIENT, "Our service user, Ms"),
    ("my patient called Émile", Sign.CLIENT, "my patient called Émile"),
]
PASSES = [
    "Ring 07700 900123, or +44 7700 900123, or 0113 496 0999, or 01632 960 001.",
    "Write to sam@example.org.",
    "Test number 999 123 4567.",
    "My client would have said no on Thursday, and my client is an adult.",
    "I thought of my client Lucy and of our service user Sam’s mum.",
    "In 2014, at 10:30 in room 101, six people; pages 12-14; £1,200.",
    "My client and I agreed in March 2026.",
]


@pytest.mark.parametrize(("text", "sign", "words"), FOUND)
def test_what_points_at_somebody_is_found_with_its_words(text: str, sign: Sign, words: str) -> None:
    assert [(found.sign, found.words) for found in signs_in(text, ["Lucy"])] == [(sign, words)]


@pytest.mark.parametrize("text", PASSES)
def test_numbers_kept_for_stories_and_people_of_the_story_pass(text: str) -> None:
    assert signs_in(text, ["Lucy", "Sam"]) == []


@pytest.mark.parametrize("piece", ["a.", "a@a.", "1 ", "my client ", "born 1 ", "A1 ", "+1 "])
def test_a_bomb_of_a_text_takes_no_longer_than_its_length(piece: str) -> None:
    def cost(length: int) -> float:
        bomb = (piece * length)[:length]
        began = time.process_time()
        signs_in(bomb)
        return time.process_time() - began

    cost(1_000)
    assert cost(20_000) < 100 * max(cost(2_000), 0.001)
