"""A scenario, format `dilemma/1`: scenes joined by choices, read through lenses.

These models are the format: the published JSON Schema and the reference for authors are generated
from them. There is no field that could say which choice is right, on purpose.
"""

from ltitool.core.scenario.about import (
    Author,
    BoolState,
    Character,
    Facilitation,
    IntState,
    Lens,
    Reading,
    Reference,
    Reflect,
    State,
    Support,
)
from ltitool.core.scenario.beats import Beat, Card, CardKind, Image, Say, Timed
from ltitool.core.scenario.conditions import EndLine, EndText, Target, Test, Way
from ltitool.core.scenario.parts import (
    LANGUAGE,
    READ,
    Id,
    Language,
    Line,
    Name,
    Part,
    Read,
    Source,
    Text,
    Url,
    everything,
)
from ltitool.core.scenario.scenes import (
    Choice,
    ConsultQuestion,
    Decision,
    Ending,
    Rationale,
    Scene,
    Seed,
)
from ltitool.core.scenario.whole import Scenario

__all__ = [
    "LANGUAGE",
    "READ",
    "Author",
    "Beat",
    "BoolState",
    "Card",
    "CardKind",
    "Character",
    "Choice",
    "ConsultQuestion",
    "Decision",
    "EndLine",
    "EndText",
    "Ending",
    "Facilitation",
    "Id",
    "Image",
    "IntState",
    "Language",
    "Lens",
    "Line",
    "Name",
    "Part",
    "Rationale",
    "Read",
    "Reading",
    "Reference",
    "Reflect",
    "Say",
    "Scenario",
    "Scene",
    "Seed",
    "Source",
    "State",
    "Support",
    "Target",
    "Test",
    "Text",
    "Timed",
    "Url",
    "Way",
    "everything",
]
