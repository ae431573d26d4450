"""The facilitator pack: everything of a story that paper can hold."""

import re

import pytest

from ltitool.core.exchange.pack_print import to_markdown, to_print
from ltitool.core.overlay import read_overlay, translated
from ltitool.core.scenario import Scenario
from ltitool.core.scenario_file import read_scenario
from tests.conftest import PENDING
from tests.core.stories import FULL


@pytest.fixture
def pending() -> Scenario:
    """The shipped story “Pending”."""
    return read_scenario(PENDING.read_bytes())


def test_every_scene_choice_lens_and_prompt_is_in_the_pack(pending: Scenario) -> None:
    markdown = to_markdown(pending).content.decode()

    parts = [scene.title for scene in pending.scenes]
    parts += [choice.label for one in pending.decisions for choice in one.choices]
    parts += [lens.question for lens in pending.lenses]
    parts += [prompt for prompts in pending.discussion.values() for prompt in prompts]
    parts += [one.text for one in pending.references]
    parts += [pending.author_note or ""]
    assert pending.facilitation is not None
    parts += [pending.facilitation.time_plan or "", *pending.facilitation.watch_for]
    assert [part for part in parts if part.strip() not in markdown] == []


def test_conditions_are_told_in_words() -> None:
    markdown = to_markdown(read_scenario(FULL)).content.decode()

    assert "*Only if it is not so that A was chosen in scene 2:*" in markdown
    assert "(“Trust” is 0 or more and “Trust” is 2 or less)" in markdown
    assert "only if “Ana is awake” is yes; → Scene 4" in markdown
    assert "**Stop here.**" in markdown


def test_the_page_is_whole_in_itself(pending: Scenario) -> None:
    page = to_print(pending).content.decode()

    assert "<script" not in page
    assert re.findall(r"(?:src|href)=", page) == []
    assert page.count("<h1>") == 1
    assert page.count('<div class="card">') == len(pending.lenses) + sum(
        len(one.choices) for one in pending.decisions
    )


def test_a_card_to_cut_out_does_not_show_what_its_choice_upholds(pending: Scenario) -> None:
    page = to_print(pending).content.decode()
    cards = page.partition("Choices to cut out")[2].partition("Only for you")[0]

    assert pending.decisions[0].choices[0].label in cards.replace("&quot;", '"')
    assert not any(f">{lens.label}<" in cards for lens in pending.lenses)


def test_words_of_a_story_are_never_code() -> None:
    story = read_scenario(FULL.replace("title: Everything at once", "title: 'A < B & \"C\"'"))
    page = to_print(story).content.decode()

    assert "<h1>A &lt; B &amp; &quot;C&quot;</h1>" in page


def test_a_translation_is_printed_from_right_to_left(pending: Scenario) -> None:
    overlay = read_overlay(PENDING.with_suffix(".ar.yaml").read_bytes())
    page = to_print(translated(pending, overlay)).content.decode()

    assert '<html lang="ar" dir="rtl">' in page
    assert '<h2 lang="en" dir="ltr">Lens sheet</h2>' in page
    assert overlay.texts["title"].text in page
