"""An example for each part of the format; each fits into the story that the guide begins with."""

from typing import NamedTuple

Place = tuple[str | int, ...]


class Piece(NamedTuple):
    """Some lines of a story."""

    inside: Place
    """The group of the story they stand in; what is there under the same names makes room."""
    lines: str


FIRST: Place = ("scenes", 0)
ASKED: Place = (*FIRST, "decision")
LAST: Place = ("scenes", 1)

STATE = Piece(
    (),
    """\
state:
  - {id: trust, type: int, start: 1, min: 0, max: 3, label: Trust}
  - {id: woken, type: bool, start: false, label: The house is awake}
""",
)
EXAMPLES: dict[str, tuple[Piece, ...]] = {
    "Scenario": (
        Piece(
            (),
            """\
# the head of a story
format: dilemma/1
id: the-door
version: 1.0.0
language: en
title: The door
summary: Somebody knocks late at night. Who is it for, and who has to sleep?
licence: CC-BY-4.0
provenance: Told to us by a caretaker, and changed.
minutes: 25
level: qualifying
discipline: [social work, nursing]
keywords: [neighbours, night]
content_notes: [Somebody stands outside, and is not let in.]
start: knock
revisit: [open-it]
discussion:
  open-it:
    - What does each answer cost whoever stands outside?
discussion_in_writing:
  open-it:
    - Answer the voice that opens the thread, where it is strongest.
author_note: I have stood on both sides of this door.
""",
        ),
    ),
    "Author": (
        Piece(
            (),
            """\
authors:
  - {name: Ana Bo, url: "https://example.org/ana"}
  - name: Cem Dal
""",
        ),
    ),
    "Support": (
        Piece(
            (),
            """\
support:
  - text: Somebody who listens at night.
    url: https://example.org/night
    regions: [GB, IE]
""",
        ),
    ),
    "Lens": (
        Piece(
            (),
            """\
lenses:
  - id: care
    label: Care
    question: Who is looked after?
    honours: Nobody is left outside.
    strains: Somebody is left outside.
  - {id: rest, label: Rest, question: Who may sleep?, honours: It is quiet., strains: It is not.}
  - {id: privacy, label: Privacy, question: Who is seen?, honours: Nobody., strains: Somebody.}
""",
        ),
    ),
    "Character": (
        Piece(
            (),
            """\
cast:
  - id: ana
    name: Ana
    pronouns: she/her
    role: Neighbour on the second floor.
    portrait: {src: media/ana.png, alt: A woman at a lit window.}
  - {id: bo, name: Bo, role: Postman who works nights.}
  - {id: cem, name: Cem, role: Caretaker.}
""",
        ),
    ),
    "IntState": (
        Piece(
            (),
            """\
state:
  - {id: trust, type: int, start: 1, min: 0, max: 3, label: Trust, show: never}
""",
        ),
    ),
    "BoolState": (
        Piece(
            (),
            """\
state:
  - {id: woken, type: bool, start: false, label: The house is awake, show: never}
""",
        ),
    ),
    "Scene": (
        Piece(
            (),
            """\
scenes:
  - id: knock
    title: A knock
    beats: [{narrate: Somebody knocks.}]
    consult:
      - {id: ask-cem, label: Who has a key?, beats: [{narrate: Cem has one.}]}
    decision:
      id: open-it
      kind: core
      prompt: Would you open?
      rationale: {required: true}
      choices:
        - {id: open, label: Open the door., goto: stairs}
        - {id: wait, label: Wait for a third knock., goto: morning}
  - {id: stairs, title: The stairs, beats: [{narrate: It is dark.}], next: morning}
  - id: morning
    title: Morning
    curtain: true
    beats: [{narrate: It is light.}]
    ending: {id: quiet, label: A quiet street}
""",
        ),
    ),
    "Beat": (
        Piece(
            LAST,
            """\
beats:
  - narrate: It is *light*.
  - say: {who: bo, text: Good morning. That was me.}
    when: {chose: open-it, in: [wait]}
  - card: {kind: message, from: bo, text: Your parcel is with Cem.}
  - image: {src: media/street.jpg, alt: A wet street in the morning.}
  - audio: {src: media/street.mp3, transcript: A van drives off.}
  - video: {src: media/street.mp4, transcript: A van drives off., captions: media/street.vtt}
""",
        ),
    ),
    "Say": (
        Piece(
            FIRST,
            """\
beats:
  - say: {who: ana, text: "Not now, please."}
  - say: {who: bo, text: Somebody is awake in there., aside: true}
""",
        ),
    ),
    "Card": (
        Piece(
            FIRST,
            """\
beats:
  - card:
      kind: message
      from: bo
      to: ana
      account: work
      audience: Only Ana
      time: "23:10"
      text: Are you up?
      meta: Not read yet.
""",
        ),
    ),
    "Image": (
        Piece(
            FIRST,
            """\
beats:
  - image: {src: media/door.svg, alt: A closed door., caption: The door., credit: Cem Dal}
  - image: {src: media/line.svg, alt: "", decorative: true}
""",
        ),
    ),
    "Timed": (
        Piece(
            FIRST,
            """\
beats:
  - video:
      src: media/door.mp4
      title: The door
      transcript: Three knocks. A light goes on behind the door.
      captions: media/door.vtt
""",
        ),
    ),
    "ConsultQuestion": (
        Piece(
            FIRST,
            """\
consult:
  - id: ask-cem
    label: Who has a key?
    beats:
      - say: {who: cem, text: I have. I would rather not use it.}
""",
        ),
    ),
    "Decision": (
        Piece(
            FIRST,
            """\
decision:
  id: open-it
  kind: core
  prompt: Would you open?
  tests: [care, rest]
  affordances: [persistence]
  dynamics: [invisible-audience]
  rationale: {required: true}
  confidence: true
  rank_lenses: 2
  open: true
  choices:
    - {id: open, label: Open the door., honours: [care], strains: [rest], goto: morning}
    - {id: wait, label: Wait for a third knock., honours: [rest], strains: [care], goto: morning}
    - {id: ask, label: Ask through the door., honours: [privacy], strains: [rest], goto: morning}
""",
        ),
    ),
    "Rationale": (
        Piece(
            ASKED,
            """\
rationale: {required: true, prompt: Say why., min_words: 30, max_words: 200}
""",
        ),
    ),
    "Choice": (
        STATE,
        Piece(
            ASKED,
            """\
choices:
  - id: open
    label: Open the door.
    short: Open it
    honours: [care]
    strains: [rest]
    feedback: Whoever it is stands in the light. So does everybody who was asleep.
    challenge: And if they knock again tomorrow?
    seed: {who: bo, text: A door costs a minute. Wondering costs a night.}
    effects: {trust: 1, woken: true}
    when: {var: trust, gte: 1}
    goto: morning
  - {id: wait, label: Wait for a third knock., effects: {trust: -1}, goto: morning}
""",
        ),
    ),
    "Seed": (
        Piece(
            (*ASKED, "choices", 0),
            """\
seed:
  who: bo
  text: >-
    A door costs a minute. Wondering costs a night. I have stood out there with a parcel and heard
    people breathe behind the door. Nobody forgets that sound.
""",
        ),
    ),
    "Way": (
        Piece(
            (*ASKED, "choices", 0),
            """\
goto:
  - {when: {chose: open-it, in: [open]}, to: morning}
  - {to: morning}
""",
        ),
    ),
    "Ending": (
        Piece(
            LAST,
            """\
ending:
  id: quiet
  label: A quiet street
  gained: Everybody is well.
  cost: Somebody slept badly.
""",
        ),
    ),
    "EndLine": (
        Piece(
            (*LAST, "ending"),
            """\
gained:
  - {when: {chose: open-it, in: [open]}, text: Bo was not alone out there.}
  - {text: The house slept.}
""",
        ),
    ),
    "Test": (
        STATE,
        Piece(
            LAST,
            """\
beats:
  - {narrate: It is light.}
  - {narrate: The house is awake., when: {var: woken, is: true}}
  - {narrate: Bo is glad., when: {var: trust, gte: 2}}
  - {narrate: Bo says nothing., when: {var: trust, lte: 0}}
  - {narrate: The door stands open., when: {chose: open-it, in: [open, ask]}}
  - {narrate: Ana is tired., when: {all: [{var: woken, is: true}, {chose: open-it, in: [open]}]}}
  - {narrate: Cem knows., when: {any: [{var: trust, gte: 2}, {var: woken, is: true}]}}
  - {narrate: The door is shut., when: {not: {chose: open-it, in: [open]}}}
""",
        ),
    ),
    "Reflect": (
        Piece(
            (),
            """\
reflect:
  - {id: why, prompt: What would you say to Bo?, required: true, min_words: 20}
  - {id: own, prompt: When did you last not open?, private: true}
  - id: heard
    prompt: Which reason of somebody else stayed with you?
    cites_peer: true
    readings:
      - {label: The door, text: It was shut.}
      - {label: The night, text: It was late.}
""",
        ),
    ),
    "Reading": (
        Piece(
            (),
            """\
reflect:
  - id: cause
    prompt: What kept the door shut?
    readings:
      - {label: The door, text: It was there., theory: Determinism}
      - {label: The night, text: Nobody answers at that hour.}
""",
        ),
    ),
    "Facilitation": (
        Piece(
            (),
            """\
facilitation:
  time_plan: Ten minutes to read, twelve to talk, ten to close.
  watch_for:
    - Groups that settle on the first answer.
  in_person: Stand along a line from “open” to “wait”.
""",
        ),
    ),
    "Reference": (
        Piece(
            (),
            """\
references:
  - {id: bo2020, text: "Bo (2020) Doors.", url: "https://example.org/doors", seed: true}
""",
        ),
    ),
}
"""By the names of the models, in the order in which they are told."""
