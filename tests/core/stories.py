"""Small stories for tests: one as short as a story can be, and one that uses every field."""

from ltitool.core.errors import BrokenScenario
from ltitool.core.scenario_file import read_scenario

SHORT = """\
format: dilemma/1
id: door
version: 1.0.0
language: en
title: The door
summary: Somebody knocks.
licence: CC-BY-4.0
lenses:
  - {id: care, label: Care, question: Who is kept?, honours: It keeps., strains: It leaves.}
  - {id: rest, label: Rest, question: Who sleeps?, honours: It rests., strains: It wakes.}
cast:
  - {id: ana, name: Ana, role: Neighbour.}
state:
  - {id: trust, type: int, start: 1, min: 0, max: 3, label: Trust}
  - {id: woken, type: bool, start: false, label: Ana is awake}
start: knock
scenes:
  - id: knock
    title: A knock
    beats:
      - narrate: It is late.
    decision:
      id: d-open
      kind: core
      prompt: Open?
      rationale: {required: true}
      choices:
        - {id: open, label: Open., honours: [care], effects: {trust: 1, woken: true}, goto: end}
        - {id: wait, label: Wait., honours: [rest], strains: [care], goto: end}
  - id: end
    title: Morning
    curtain: true
    beats:
      - say: {who: ana, text: Good morning.}
        when: {chose: d-open, in: [open]}
      - narrate: The street is wet.
    ending:
      id: e-morning
      label: Morning
      gained: A quiet street.
      cost:
        - {when: {var: trust, gte: 2}, text: An hour of sleep.}
        - text: A neighbour.
reflect:
  - {id: why, prompt: Why?, required: true}
"""

FULL = """\
format: dilemma/1
id: all-fields
version: 2.10.3
language: en-GB
title: Everything at once
summary: A story that uses every field of the format.
licence: CC-BY-4.0
authors: [{name: Ana, url: https://example.org/ana}]
provenance: Made up.
minutes: 12
level: experienced
discipline: [nursing]
keywords: [no, on, 12:30, 2014-07-23]
content_notes: [Rain.]
support: [{text: Ask somebody., url: https://example.org/help, regions: [GB]}]
lenses:
  - {id: care, label: Care, question: Who is kept?, honours: It keeps., strains: It leaves.}
  - {id: rest, label: Rest, question: Who sleeps?, honours: It rests., strains: It wakes.}
cast:
  - id: ana
    name: Ana
    pronouns: she/her
    role: Neighbour.
    portrait: {src: media/ana.png, alt: Ana at her window.}
  - {id: bo, name: Bo, role: Postman.}
state:
  - {id: trust, type: int, start: 1, min: 0, max: 2, label: Trust, show: end}
  - {id: woken, type: bool, start: false, label: Ana is awake, show: always}
start: knock
scenes:
  - id: knock
    title: A knock
    beats:
      - narrate: It is *late*.
      - say: {who: ana, text: Not now., aside: true}
      - {card: {kind: message, from: bo, to: ana, account: work, audience: Ana only,
                time: "23:10", text: Are you up?, meta: Read.}}
      - {image: {src: media/door.svg, alt: A door., caption: The door., credit: Bo}}
      - {image: {src: media/line.svg, alt: "", decorative: true}}
      - audio: {src: media/knock.mp3, transcript: Three knocks., title: Knocking}
      - video: {src: media/door.mp4, transcript: A door opens., captions: media/door.vtt}
    consult:
      - id: ask-bo
        label: What does Bo say?
        beats:
          - narrate: Bo says nothing.
          - {narrate: Bo is awake now., when: {var: woken, is: true}}
    decision:
      id: d-open
      kind: core
      tests: [care, rest]
      affordances: [persistence]
      dynamics: [collapsed-context]
      prompt: Open?
      rationale: {required: true, prompt: Say why., min_words: 30, max_words: 200}
      confidence: true
      rank_lenses: 2
      open: true
      choices:
        - id: open
          label: Open the door.
          short: Open it
          honours: [care]
          strains: [rest]
          feedback: The door is open.
          challenge: And tomorrow?
          seed: {who: bo, text: I would open.}
          effects: {trust: 5, woken: true}
          goto: after
        - {id: wait, label: Wait., effects: {trust: -5}, goto: after}
  - id: after
    title: After
    beats: [{narrate: The stairs are dark.}]
    decision:
      id: d-light
      kind: step
      prompt: The light?
      choices:
        - {id: on, label: Switch it on., goto: hall}
        - {id: off, label: Leave it., goto: [{when: {var: trust, lte: 0}, to: dark}, {to: hall}]}
        - {id: call, label: Call Ana., when: {var: woken, is: true}, goto: hall}
  - {id: dark, title: Dark, beats: [{narrate: Nobody sees you.}], next: hall}
  - id: hall
    title: The hall
    curtain: true
    beats:
      - {narrate: It is dark., when: {not: {chose: d-light, in: [on]}}}
      - {narrate: It is over., when: {all: [{var: trust, gte: 0}, {var: trust, lte: 2}]}}
      - {narrate: Ana is here., when: {any: [{chose: d-light, in: [call]}, {var: trust, gte: 2}]}}
    next: [{when: {var: trust, gte: 2}, to: end-warm}, {to: end-cold}]
  - id: end-warm
    title: Tea
    beats: [{narrate: There is tea.}]
    ending:
      id: warm
      label: Tea
      gained: [{when: {chose: d-light, in: [call]}, text: Ana came.}, {text: Company.}]
      cost: Sleep.
  - {id: end-cold, title: Bed, beats: [{narrate: You sleep.}], ending: {id: cold, label: Bed}}
revisit: [d-open]
reflect:
  - {id: why, prompt: Why?, min_words: 10, required: true}
  - {id: secret, prompt: And for yourself?, private: true}
  - id: cause
    prompt: What made it happen?
    cites_peer: true
    readings:
      - {label: The door, text: It was there., theory: determinism}
      - {label: The night, text: It was dark.}
discussion: {d-open: [Start with the other lens.]}
author_note: I wrote the door *first*.
facilitation: {time_plan: Ten minutes., watch_for: [Haste.], in_person: Stand up.}
references: [{id: bo2020, text: "Bo (2020) Doors.", url: https://example.org/bo, seed: true}]
"""


def changed(story: str, *changes: tuple[str, str]) -> str:
    """Return a story with some of its words exchanged; each must be in it."""
    for old, new in changes:
        assert old in story
        story = story.replace(old, new)
    return story


def problems_of(source: str | bytes) -> list[str]:
    """Return what the reader says about a file: nothing when it can be played."""
    try:
        read_scenario(source)
    except BrokenScenario as broken:
        return broken.problems
    return []
