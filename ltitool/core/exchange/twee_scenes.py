"""One passage of Twee as one scene: its paragraphs are beats, its links are the way out."""

from dataclasses import dataclass, field
from typing import Any

from pydantic import ValidationError

from ltitool.core.exchange.ids import Ids
from ltitool.core.exchange.twee_beats import clean_line, kept, plain, restored
from ltitool.core.exchange.twee_code import VARIABLES, with_links, without_code, without_settings
from ltitool.core.exchange.twee_export import ending_lines
from ltitool.core.exchange.twee_text import (
    Block,
    Link,
    Passage,
    blocks,
    links_of,
    safe_json,
    without_links,
)
from ltitool.core.scenario import Ending

ASKED = "What would you do?"


@dataclass
class Here:
    """What is known of the whole file while its passages are read, and what they lose."""

    scene_ids: dict[str, str]
    """By the names of the passages."""
    in_order: list[str]
    names: dict[str, str]
    """Of the people, by id."""
    ids: Ids
    losses: list[str] = field(default_factory=list)

    @property
    def speakers(self) -> dict[str, str]:
        """The ids of the people by the names they speak under."""
        return {clean_line(name): who for who, name in reversed(self.names.items())}

    def goes_to(self, link: Link, passage: Passage) -> str:
        """Return the scene that a link leads to, or the id of one that has to be written."""
        if link.target in self.scene_ids:
            return self.scene_ids[link.target]
        self.losses.append(f"“{passage.name}” leads to “{link.target}”, which is not there.")
        made = self.ids.new(link.target, "missing")
        self.scene_ids[link.target] = made
        return made


def scene_of(passage: Passage, scene_id: str, here: Here) -> dict[str, Any]:
    """Return the scene that a passage is."""
    made: dict[str, Any] = {"id": scene_id, "title": passage.name, "beats": []}
    choices: list[dict[str, Any]] = []
    loose: list[Link] = []
    text, has_settings = without_settings(passage.text)
    if has_settings:
        here.losses.append(f"Settings of Chapbook in “{passage.name}”: dropped.")
    for block in blocks(text):
        data = block.data or {}
        if isinstance(data.get("scene"), dict):
            _name(made, data["scene"], passage)
        elif "consult" in data:
            made["consult"] = data["consult"]
        elif isinstance(data.get("decision"), dict):
            made["decision"] = data["decision"]
            made["decision"]["prompt"] = kept(data["decision"].get("prompt"), block.text)
        elif "ending" in data:
            made["ending"] = _ending(block, passage, here)
        elif "next" in data:
            made["next"] = _target(data["next"], links_of(block.text), passage, here)
        elif "id" in data and links_of(block.text):
            choices.append(_choice(block, passage, here))
        else:
            loose += _told(made["beats"], block, passage, here)
    _leave(made, choices, loose, passage, here)
    if not made["beats"]:
        made["beats"].append({"narrate": passage.name or scene_id})
        here.losses.append(f"“{passage.name}” has no text: its name stands there.")
    return made


def _name(made: dict[str, Any], about: dict[str, Any], passage: Passage) -> None:
    if about.get("name") == passage.name and isinstance(about.get("title"), str):
        made["title"] = about["title"]
    if "curtain" in about:
        made["curtain"] = about["curtain"]


def _told(beats: list[dict[str, Any]], block: Block, passage: Passage, here: Here) -> list[Link]:
    """Add what a paragraph tells, and return the links in it."""
    if block.data is not None:
        beat = restored(block.data.get("beat"), block.text, here.names)
        if beat is not None:
            beats.append(beat)
            return []
        here.losses.append(f"A comment in “{passage.name}” cannot be read: dropped.")
    written = with_links(block.text)
    told = without_code(without_links(written))
    here.losses += [
        f"{kind} in “{passage.name}”: {'to be replaced' if kind == VARIABLES else 'dropped'}."
        for kind in sorted(told.kinds)
    ]
    here.losses += [
        f"Code in “{passage.name}” names “{name}”: if it led there, write the way."
        for name in sorted(told.named & set(here.scene_ids))
    ]
    if told.text:
        beats.append(plain(told.text, here.speakers))
    return links_of(written)


def _choice(block: Block, passage: Passage, here: Here) -> dict[str, Any]:
    made = dict(block.data or {})
    links = links_of(block.text)
    made["label"] = kept(made.get("label"), links[0].label)
    made["goto"] = _target(made.get("goto"), links, passage, here)
    return made


def _target(
    written: object, links: list[Link], passage: Passage, here: Here
) -> str | list[dict[str, Any]]:
    """Return where links lead: by the conditions of a comment, where it names the same scenes."""
    seen = list(dict.fromkeys(here.goes_to(link, passage) for link in links))
    if isinstance(written, list) and all(isinstance(way, dict) for way in written):
        if {str(way.get("to")) for way in written} == set(seen):
            return written
        here.losses.append(f"Ways out of “{passage.name}” were changed: conditions dropped.")
    elif len(seen) > 1:
        here.losses.append(f"Several links in one choice of “{passage.name}”: the first is taken.")
    return seen[0] if seen else ""


def _ending(block: Block, passage: Passage, here: Here) -> object:
    written = (block.data or {}).get("ending")
    try:
        ending = Ending.model_validate_json(safe_json(written), by_alias=True, by_name=False)
    except ValidationError:
        return written  # checking the draft says what is wrong with it
    lines, seen = ending_lines(ending), [line.strip() for line in block.text.split("\n")]
    assert isinstance(written, dict)
    if lines == seen:
        return written
    texts = [name for name in ("label", "gained", "cost") if isinstance(written.get(name), str)]
    if len(seen) != len(texts):
        here.losses.append(f"The text of the ending of “{passage.name}” was changed: not taken.")
        return written
    now = zip(texts, seen, strict=True)
    return {**written, **{name: kept(written[name], text) for name, text in now}}


def _leave(
    made: dict[str, Any],
    choices: list[dict[str, Any]],
    loose: list[Link],
    passage: Passage,
    here: Here,
) -> None:
    """Give a scene its way out: what comments say, else by the number of its links."""
    links = list(dict.fromkeys(loose))
    if "decision" not in made and not choices and ("ending" in made or "next" in made):
        if links:
            here.losses.append(f"Links after the end of “{passage.name}”: dropped.")
        return
    if "decision" in made or choices or len(links) > 1:
        if "decision" not in made:
            made["decision"] = _decision(made, passage, here)
        made["decision"]["choices"] = choices + [_new_choice(one, passage, here) for one in links]
        return
    if links:
        made["next"] = here.goes_to(links[0], passage)
        if links[0].label != links[0].target:
            here.losses.append(f"“{links[0].label}” in “{passage.name}” asks nothing: dropped.")
        return
    ending_id = here.ids.new(f"end-{passage.name}", "end")
    made["ending"] = {"id": ending_id, "label": made["title"]}


def _decision(made: dict[str, Any], passage: Passage, here: Here) -> dict[str, Any]:
    told = made["beats"][-1].get("narrate", "") if made["beats"] else ""
    prompt = told if str(told).endswith("?") else ASKED
    if prompt == told and len(made["beats"]) > 1:
        made["beats"].pop()
    kind = "step" if "step" in passage.tags else "core"
    return {"id": here.ids.new(f"d-{made['id']}", "d"), "kind": kind, "prompt": prompt}


def _new_choice(link: Link, passage: Passage, here: Here) -> dict[str, Any]:
    return {
        "id": here.ids.new(link.label, "choice"),
        "label": link.label,
        "goto": here.goes_to(link, passage),
    }
