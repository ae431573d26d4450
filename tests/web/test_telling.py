"""A story is told in the language of the person, as far as it is translated."""

import re
from html.parser import HTMLParser

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from ltitool.actions.library import store
from ltitool.actions.library_files import media_beside
from ltitool.core.overlay import Kept, language_of
from ltitool.core.scenario import Scenario
from ltitool.core.texts import text_hash, texts
from ltitool.storage.database import Database
from ltitool.storage.tables import Participant, Post, ScenarioVersion
from ltitool.web.telling import language_name, nearest, shortened
from tests.conftest import PENDING, Clock
from tests.launching import LTI, SigningPlatform
from tests.learner import FIRST, REFLECTION, Learner
from tests.pages import VOID

VOICED = ("hold", "decline", "accept", "channel")
ARABIC = {
    "title": "قيد الانتظار",
    "request.title": "الطلب",
    "request.d1-request.hold.label": "اتركيه دون رد",
    **{f"request.d1-request.{one}.seed.text": f"صوت {one}" for one in VOICED},
    "what-made-it-happen.readings.0.label": "الزر",
}
PRESENTATION = f"{LTI}launch_presentation"


def an_overlay(scenario: Scenario, language: str, said: dict[str, str]) -> str:
    """Return a translation that says so much and no more."""
    now = {one.key: text_hash(one.text) for one in texts(scenario)}
    head = f"format: dilemma-overlay/1\nscenario: {scenario.id}\nlanguage: {language}\ntexts:\n"
    return head + "".join(
        f'  {key}: {{source_text_hash: "{now[key]}", text: "{text}"}}\n'
        for key, text in said.items()
    )


@pytest.fixture
def translations(app: Flask, clock: Clock, scenario: Scenario) -> None:
    """“Pending” in a little Arabic and less Spanish."""
    database: Database = app.extensions["database"]
    overlays = [
        an_overlay(scenario, "ar", ARABIC),
        an_overlay(scenario, "es", {"title": "Pendiente"}),
    ]
    with database.transaction() as session:
        source, media = PENDING.read_text("utf-8"), media_beside(PENDING)
        store(session, source, media, overlays=overlays, now=clock.now)


class Languages(HTMLParser):
    """Collects which words of a page are in which language, and in which direction."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.open: list[tuple[str, str]] = [("", "")]
        self.said: dict[str, tuple[str, str]] = {}
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in VOID:
            given, (language, way) = dict(attrs), self.open[-1]
            self.open.append((given.get("lang") or language, given.get("dir") or way))

    def handle_startendtag(self, _tag: str, _attrs: list[tuple[str, str | None]]) -> None:
        """A drawing's element: closed where it opens, with no words."""

    def handle_endtag(self, _tag: str) -> None:
        self.open.pop()

    def handle_data(self, data: str) -> None:
        if data.strip():
            self.said[" ".join(data.split())] = self.open[-1]


def a_learner(
    client: FlaskClient, platform: SigningPlatform, locale: str, name: str = "ada"
) -> Learner:
    return Learner(client, platform, name, **{PRESENTATION: {"locale": locale}})


def scene(learner: Learner) -> str:
    return learner.get(f"/story/{FIRST[0]}")


@pytest.mark.usefixtures("translations")
def test_the_locale_of_the_platform_picks_the_translation(
    client: FlaskClient, platform: SigningPlatform
) -> None:
    said = Languages(scene(a_learner(client, platform, "ar-EG"))).said

    assert said["الطلب"] == ("ar", "rtl")


@pytest.mark.usefixtures("translations")
def test_what_is_not_translated_keeps_its_language_and_direction(
    client: FlaskClient, platform: SigningPlatform, scenario: Scenario
) -> None:
    said = Languages(scene(a_learner(client, platform, "ar"))).said
    narrated = next(beat.narrate for beat in scenario.scene(FIRST[0]).beats if beat.narrate)
    told = next(words for words in said if words.startswith(narrated[:12]))

    assert said[told] == (scenario.language, "ltr")


@pytest.mark.usefixtures("translations")
def test_the_words_of_the_page_keep_the_language_of_the_page(
    client: FlaskClient, platform: SigningPlatform
) -> None:
    said = Languages(scene(a_learner(client, platform, "ar"))).said

    assert said["Before you answer, you may ask"] == ("en", "ltr")


@pytest.mark.usefixtures("translations")
@pytest.mark.parametrize("locale", ["en", "en-US", "fr", "", "x" * 30])
def test_other_locales_get_the_story_as_it_was_written(
    client: FlaskClient, platform: SigningPlatform, scenario: Scenario, locale: str
) -> None:
    page = scene(a_learner(client, platform, locale))

    assert scenario.scene(FIRST[0]).title in page
    assert "الطلب" not in page


@pytest.mark.usefixtures("translations")
def test_a_person_can_read_on_in_another_language_and_it_is_kept(
    client: FlaskClient, platform: SigningPlatform
) -> None:
    learner = a_learner(client, platform, "en")
    page = scene(learner)
    answer = learner.send(
        "/story/language", {"language": "ar", "scene": FIRST[0]}, form=f"/story/{FIRST[0]}"
    )

    assert re.search(r'<b lang="en-GB" dir="ltr" aria-current="true">', page)
    assert answer.status_code == 303
    assert answer.location.endswith(f"/story/{FIRST[0]}")
    assert Languages(scene(learner)).said["الطلب"] == ("ar", "rtl")
    again = a_learner(client, platform, "en")
    assert "الطلب" in scene(again)


@pytest.mark.usefixtures("translations")
def test_a_language_the_story_is_not_told_in_is_refused(
    client: FlaskClient, platform: SigningPlatform
) -> None:
    learner = a_learner(client, platform, "en")
    answer = learner.send("/story/language", {"language": "de"}, form=f"/story/{FIRST[0]}")

    assert answer.status_code == 422


def test_a_story_in_one_language_offers_no_other(
    client: FlaskClient, platform: SigningPlatform
) -> None:
    assert "Read the story in" not in scene(a_learner(client, platform, "ar"))


@pytest.mark.usefixtures("translations")
def test_a_whole_visit_works_in_a_half_translated_story(
    app: Flask, client: FlaskClient, platform: SigningPlatform, scenario: Scenario
) -> None:
    learner = a_learner(client, platform, "ar")
    learner.finish()
    reading = scenario.reflect[[q.id for q in scenario.reflect].index("what-made-it-happen")]
    assert reading.readings
    label = reading.readings[0].label
    page = learner.get("/reflect/")
    answer = learner.send(
        "/reflect/what-made-it-happen",
        {"text": REFLECTION, "reading": label},
        form="/reflect/",
    )

    assert f'value="{label}"' in page
    assert "الزر" in page
    assert answer.status_code == 303
    for path in ("/ending/", "/picture/", "/reasons/", "/talk/", "/progress/", "/"):
        learner.get(path)
    with app.extensions["database"].session(is_read_only=True) as session:
        assert session.scalars(select(Participant.language)).all() == [""]
        assert session.scalars(select(Post.text).where(Post.voice != "")).first()


@pytest.mark.usefixtures("translations")
def test_a_voice_in_the_talk_speaks_the_language_of_its_reader(
    client: FlaskClient, platform: SigningPlatform, scenario: Scenario
) -> None:
    learner = a_learner(client, platform, "ar")
    english = [choice.seed.text[:30] for choice in scenario.talk_decision.choices if choice.seed]
    learner.play()
    learner.read_reasons()
    said = Languages(learner.get("/talk/")).said
    learner.talk()
    cited = Languages(learner.get("/again/")).said

    for page in (said, cited):
        assert {page[words] for words in page if words.startswith("صوت")} == {("ar", "rtl")}
    assert not [seed for seed in english for words in said if seed in words]


@pytest.mark.usefixtures("translations")
def test_a_platform_in_another_language_leaves_the_choice_to_the_browser(
    client: FlaskClient, platform: SigningPlatform
) -> None:
    learner = a_learner(client, platform, "fr")
    client.environ_base["HTTP_ACCEPT_LANGUAGE"] = "cy, ar-EG;q=0.8, en;q=0.5"

    assert Languages(scene(learner)).said["الطلب"] == ("ar", "rtl")


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        (["es-MX", "en"], "es"),
        (["fr", "EN_us"], "en-GB"),
        (["pt-BR"], "pt-BR"),
        (["pt"], "pt-PT"),
        (["x"], "en-GB"),
        ([], "en-GB"),
    ],
)
def test_the_nearest_language_is_of_the_first_wish_that_can_be_met(
    wanted: list[str], found: str
) -> None:
    assert nearest(wanted, ["en-GB", "es", "pt-PT", "pt-BR"]) == found


def test_a_language_names_its_territory_only_beside_another() -> None:
    assert language_name("en-GB", ["en-GB", "es"], "en") == "English"
    assert language_name("en-GB", ["en-GB", "en-US"], "en") == "English (United Kingdom)"
    assert language_name("zh-Hant-TW", [], "en") == "Chinese (Traditional)"
    assert language_name("not a code", [], "en") == "not a code"


def test_a_text_cut_short_stays_in_its_language() -> None:
    cut = shortened(Kept.of("one two three", "en"), 9)

    assert (cut, language_of(cut, "ar")) == ("one two …", "en")
    assert shortened("one two", 9) == "one two"


@pytest.mark.usefixtures("translations")
def test_a_translation_stays_with_a_newer_version_of_its_story(app: Flask, clock: Clock) -> None:
    database: Database = app.extensions["database"]
    source = PENDING.read_text("utf-8").replace("title: Pending", "title: Pending still", 1)
    with database.transaction() as session:
        newer = store(session, source, media_beside(PENDING), now=clock.now)
        assert set(newer.overlays) == {"ar", "es"}
        assert len(session.scalars(select(ScenarioVersion)).all()) == 2
