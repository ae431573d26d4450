"""A Twee 3 file as a story: ours comes back as it was, any other becomes a draft."""

from collections.abc import Iterable, Sequence
from typing import Any

from ltitool.core.errors import BrokenScenario
from ltitool.core.exchange.draft import Draft, begun, require_few
from ltitool.core.exchange.ids import Ids
from ltitool.core.exchange.twee_beats import clean_line, kept
from ltitool.core.exchange.twee_export import DATA, RESERVED
from ltitool.core.exchange.twee_scenes import Here, scene_of
from ltitool.core.exchange.twee_text import Passage, blocks, json_of, passages_of
from ltitool.core.scenario_yaml import text_of

NOT_A_SCENE = {"script", "stylesheet", "widget", "init", "header", "footer", "startup"}


def from_twee(source: str | bytes, cast: Sequence[str] = ()) -> Draft:
    """Return the story of a Twee 3 file; `cast` names who speaks in a file that is not ours.

    Raises BrokenScenario when there is no passage to make a scene of.
    """
    before, *passages = passages_of(text_of(source))
    special = {one.name: one.text for one in reversed(passages) if one.name in RESERVED}
    losses = ["Text before the first passage: dropped."] if before.text else []
    scenes = []
    for one in passages:
        if one.name in RESERVED or NOT_A_SCENE & {tag.lower() for tag in one.tags}:
            if one.name not in {"StoryTitle", "StoryData", DATA}:
                losses.append(f"Passage “{one.name}” holds code or settings: dropped.")
        else:
            scenes.append(one)
    if not scenes:
        raise BrokenScenario(["There is no passage here that could be a scene (“:: Its name”)."])
    require_few(len(scenes), "passages")
    document = _about(special, cast, losses)
    here = _known(document, scenes, losses)
    begin = (json_of(special.get("StoryData", "")) or {}).get("start")
    names = [begin.strip() if isinstance(begin, str) else "", "Start", scenes[0].name]
    document["start"] = next(here.scene_ids[name] for name in names if name in here.scene_ids)
    document["scenes"] = [
        scene_of(one, scene_id, here) for one, scene_id in zip(scenes, here.in_order, strict=True)
    ]
    return Draft(document, tuple(dict.fromkeys([*losses, *here.losses])))


def _about(special: dict[str, str], cast: Iterable[str], losses: list[str]) -> dict[str, Any]:
    title = special.get("StoryTitle", "").strip()
    found = json_of(special.get(DATA, ""))
    if found is not None:
        if title:
            found["title"] = kept(found.get("title"), title)
        return found
    if DATA in special:
        losses.append(f"The passage {DATA} cannot be read: lenses, cast and questions are gone.")
    return begun(clean_line(title), cast, Ids())


def _known(document: dict[str, Any], scenes: Sequence[Passage], losses: list[str]) -> Here:
    people = [one for one in _groups(document.get("cast")) if isinstance(one.get("name"), str)]
    names = {str(one.get("id")): one["name"] for one in people}
    ids = Ids()
    for who in names:
        ids.take(who)
    written = [_written_id(one) for one in scenes]
    in_order: list[str | None] = []
    for one, wanted in zip(scenes, written, strict=True):
        is_free = wanted is None or ids.take(wanted)
        if not is_free:
            losses.append(f"“{one.name}” has the id of another part: it got a new one.")
        in_order.append(wanted if is_free else None)
    filled = [
        wanted or ids.new(one.name, "scene") for one, wanted in zip(scenes, in_order, strict=True)
    ]
    by_name: dict[str, str] = {}
    for one, scene_id in zip(scenes, filled, strict=True):
        if one.name in by_name:
            losses.append(f"Two passages are called “{one.name}”: links lead to the first.")
        by_name.setdefault(one.name, scene_id)
    return Here(by_name, filled, names, ids)


def _groups(found: object) -> list[dict[str, Any]]:
    return [one for one in found if isinstance(one, dict)] if isinstance(found, list) else []


def _written_id(passage: Passage) -> str | None:
    for block in blocks(passage.text):
        about = (block.data or {}).get("scene")
        if isinstance(about, dict) and isinstance(about.get("id"), str):
            found: str = about["id"]
            return found
    return None
