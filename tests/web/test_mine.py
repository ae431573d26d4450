"""One's own whole trace: everything of one's own, and nothing of anybody else's."""

from tests.learner import POST, REASONS, REFLECTION, REPLY, SENTENCE
from tests.web.everything import Everything
from tests.web.test_closing import Enter, talked


def test_everything_that_one_has_written_stands_on_one_page(course: Everything) -> None:
    page = course.people["done"].get("/mine/")

    for words in (REASONS, SENTENCE, POST, REPLY, REFLECTION):
        assert words[:60] in page
    assert "In answer to a voice from the story" in page
    assert "Whose argument you took most seriously" in page
    assert "What it cost" in page


def test_nothing_that_others_wrote_stands_there(course: Everything) -> None:
    own, peer = course.people["done"], "againa againb"
    assert peer in own.get("/talk/")

    assert peer not in own.get("/mine/")
    assert peer not in own.get("/mine/markdown")


def test_before_the_second_answer_neither_it_nor_the_ending_stands_there(learner: Enter) -> None:
    page = talked(learner).get("/mine/")

    assert "Your second answer" not in page
    assert "What it cost" not in page


def test_the_file_shows_what_was_typed_and_runs_nothing(learner: Enter) -> None:
    ana = talked(learner)
    ana.say("# No heading, *no stars* and <b>no tags</b>, only words as somebody typed them here.")

    answer = ana.client.get(f"{ana.url}/mine/markdown", base_url="https://tool.example")

    assert answer.headers["Content-Disposition"] == 'attachment; filename="my-answers.md"'
    assert r"\# No heading, \*no stars\* and \<b\>no tags" in answer.text
    assert f"**Your reasons:** {REASONS[:50]}" in answer.text


def test_who_has_done_nothing_yet_is_told_so(course: Everything) -> None:
    assert "Nothing yet." in course.people["new"].get("/mine/")
