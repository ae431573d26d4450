"""A story as Twee 3: it can be edited in Twine and read back without loss."""

from collections import Counter
from hashlib import sha256
from uuid import UUID

from ltitool.core.exchange.exported import Exported, counted
from ltitool.core.exchange.twee_beats import (
    clean,
    clean_line,
    plain,
    shown,
    written_out,
)
from ltitool.core.exchange.twee_code import without_code
from ltitool.core.exchange.twee_text import Passage, comment, safe_json, written
from ltitool.core.scenario import (
    Beat,
    Choice,
    Decision,
    Ending,
    Scenario,
    Scene,
    Target,
    everything,
)

DATA = "DilemmaData"
RESERVED = {
    "StoryTitle", "StoryData", DATA, "StoryInit", "StoryMenu", "StoryCaption", "StoryBanner",
    "StorySubtitle", "StoryAuthor", "StoryInterface", "StoryShare", "StorySettings",
    "StoryDisplayTitle", "StoryLoadingScreen", "PassageHeader", "PassageFooter", "PassageReady",
    "PassageDone", "UserScript", "UserStylesheet",
}  # fmt: skip
"""Names that Twine and its story formats give a meaning."""

APART, ACROSS = 150, 6
SIZE = 100


def to_twee(scenario: Scenario) -> Exported:
    """Return the story as a Twee 3 file, a passage for each scene."""
    names = _names(scenario)
    about = written_out(scenario)
    del about["scenes"]
    story = {
        "ifid": ifid(scenario),
        "format": "Harlowe",
        "format-version": "3.3.9",
        "start": names[scenario.start],
    }
    scenes = [_passage(scenario, scene, names, n) for n, scene in enumerate(scenario.scenes)]
    made = [
        Passage("StoryTitle", clean_line(scenario.title)),
        Passage("StoryData", safe_json(story, indent=1)),
        Passage(DATA, safe_json(about, indent=1)),
        *scenes,
    ]
    return Exported(written(made).encode(), tuple(_losses(scenario)))


def ifid(scenario: Scenario) -> str:
    """Return the name of a story among all of Twine's: the same for each of its versions."""
    digest = sha256(f"dilemma/1 {scenario.id}".encode()).digest()
    return str(UUID(bytes=digest[:16], version=4)).upper()


def _names(scenario: Scenario) -> dict[str, str]:
    names: dict[str, str] = {}
    taken = set(RESERVED)
    for scene in scenario.scenes:
        wanted = clean_line(scene.title) or scene.id
        name, n = wanted, 1
        while name in taken:
            n += 1
            name = f"{wanted} {n}"
        taken.add(name)
        names[scene.id] = name
    return names


def _passage(scenario: Scenario, scene: Scene, names: dict[str, str], n: int) -> Passage:
    about: dict[str, object] = {"id": scene.id}
    if names[scene.id] != scene.title:
        about |= {"title": scene.title, "name": names[scene.id]}
    if "curtain" in scene.model_fields_set:
        about["curtain"] = scene.curtain
    parts = [comment({"scene": about})]
    parts += [_beat(scenario, beat) for beat in scene.beats]
    if "consult" in scene.model_fields_set:
        parts.append(comment({"consult": written_out(scene)["consult"]}))
    parts.append(_way_out(scene, names))
    at = f"{100 + n % ACROSS * APART},{100 + n // ACROSS * APART}"
    return Passage(
        names[scene.id],
        "\n\n".join(parts),
        _tags(scene),
        {"position": at, "size": f"{SIZE},{SIZE}"},
    )


def _tags(scene: Scene) -> tuple[str, ...]:
    if scene.decision is not None:
        return (scene.decision.kind,)
    return ("ending",) if scene.ending is not None else ()


def _beat(scenario: Scenario, beat: Beat) -> str:
    names = {who.id: who.name for who in scenario.cast}
    ids = {clean_line(name): who for who, name in reversed(names.items())}
    text, written_beat = shown(beat, names), written_out(beat)
    if text == without_code(text).text and plain(text, ids) == written_beat:
        return text
    return f"{text}\n{comment({'beat': written_beat})}"


def _way_out(scene: Scene, names: dict[str, str]) -> str:
    if scene.decision is not None:
        return _decision(scene.decision, names)
    if scene.ending is not None:
        held = comment({"ending": written_out(scene.ending)})
        return "\n".join([*ending_lines(scene.ending), held])
    assert scene.next is not None
    links = " ".join(f"[[{names[to]}]]" for to in targets(scene.next))
    if isinstance(scene.next, str):
        return links
    return f"{links} {comment({'next': written_out(scene)['next']})}"


def ending_lines(ending: Ending) -> list[str]:
    """Return an ending as it is read in Twine, without what shows on some paths only."""
    texts = (ending.label, ending.gained, ending.cost)
    return [clean_line(text) for text in texts if isinstance(text, str)]


def _decision(decision: Decision, names: dict[str, str]) -> str:
    about = written_out(decision)
    del about["choices"]
    if clean_line(decision.prompt) == decision.prompt:
        del about["prompt"]
    head = f"{clean_line(decision.prompt)}\n{comment({'decision': about})}"
    return "\n".join([head, "", *(_choice(choice, names) for choice in decision.choices)])


def _choice(choice: Choice, names: dict[str, str]) -> str:
    about, label = written_out(choice), clean_line(choice.label)
    if label == choice.label:
        del about["label"]
    if isinstance(choice.goto, str):
        del about["goto"]
    links = " ".join(f"[[{label}->{names[to]}]]" for to in targets(choice.goto))
    return f"{links} {comment(about)}"


def targets(target: Target) -> list[str]:
    """Return the scenes a target may lead to, each once."""
    ways = [target] if isinstance(target, str) else [way.to for way in target]
    return list(dict.fromkeys(ways))


def conditions_in(scenario: Scenario) -> int:
    """Return how many parts of a story show on some paths only, which Twee does not know."""
    return sum(getattr(part, "when", None) is not None for _path, part in everything(scenario))


def _losses(scenario: Scenario) -> list[str]:
    parts = [part for _path, part in everything(scenario)]
    conditions = conditions_in(scenario)
    effects = sum(isinstance(part, Choice) and bool(part.effects) for part in parts)
    kinds = Counter(part.kind for part in parts if isinstance(part, Beat))
    consults = sum(len(scene.consult) for scene in scenario.scenes)
    media = sum(kinds[kind] for kind in ("image", "audio", "video"))
    held = [
        (conditions, "condition", "conditions", "every way and every line shows in Twine"),
        (effects, "choice with effects", "choices with effects", "Twine does not count"),
        (consults, "question to ask first", "questions to ask first", "Twine does not show them"),
        (media, "picture, sound or film", "pictures, sounds and films", "Twine shows the words"),
    ]
    said = [f"{counted(n, one, more)}: kept in comments; {why}." for n, one, more, why in held if n]
    said.append(
        "Lenses, reasons, voices, the talk and the closing questions: kept in comments and in the "
        f"passage {DATA}; played in Twine, the story does not have them."
    )
    if clean(scenario.title) != clean_line(scenario.title):
        said.append("Signs that Twine reads as links are replaced in the title.")
    return said
