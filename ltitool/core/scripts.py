"""The scripts there are. A script is data: phases, minutes, gates, and what one does first."""

from dataclasses import replace

from ltitool.core.errors import InputRefused
from ltitool.core.script import GateKind, Part, Phase, Script, Talk

LIVE = GateKind.INSTRUCTOR

_DECIDE = Part(Phase.DECIDE, 14, gate=GateKind.NONE)
_REASONS = Part(Phase.REASONS, 4, (Phase.DECIDE,))
_TALK = Part(Phase.TALK, 12, (Phase.DECIDE, Phase.REASONS))
_AGAIN = Part(Phase.AGAIN, 4, (Phase.DECIDE, Phase.REASONS, Phase.TALK))
_ENDING = Part(Phase.ENDING, 2, (Phase.AGAIN,))
_PICTURE = Part(Phase.PICTURE, 3, (Phase.AGAIN,))
_REFLECT = Part(Phase.REFLECT, 3, (Phase.AGAIN,))
_LAST = (_ENDING, _PICTURE, _REFLECT)
_WRITTEN = replace(_TALK, minutes=8)
_ALOUD = replace(_TALK, after=(Phase.DECIDE,))
_AFTER_ALOUD = replace(_AGAIN, after=(Phase.DECIDE, Phase.REASONS), gate=LIVE)


def _live(part: Part, minutes: int) -> Part:
    return replace(part, minutes=minutes, gate=LIVE)


VISITS = Script("visits", ((_DECIDE, _REASONS), (_TALK,), (_AGAIN, *_LAST)))
"""Three short visits, each at one's own pace."""

SOLO = Script("solo", ((_DECIDE, _REASONS), (_WRITTEN, _AGAIN, *_LAST)), Talk.SOLO)
"""Without a group: a written reply to each of two voices from the story."""

DEBRIEF = Script(
    "debrief",
    ((_DECIDE, _REASONS), (replace(_TALK, minutes=0),), (_AFTER_ALOUD, *_LAST)),
    Talk.ROOM,
)
"""Before class and after it; the talk between them happens in class."""

KMDD_90 = Script(
    "kmdd-90",
    (
        (
            replace(_DECIDE, minutes=16),
            _live(_ALOUD, 40),
            _live(_REASONS, 10),
            _live(_AFTER_ALOUD, 4),
            _live(_ENDING, 4),
            _live(_PICTURE, 6),
            _live(_REFLECT, 10),
        ),
    ),
    Talk.ROOM,
    is_live=True,
)
"""Ninety minutes after the Konstanz method: silence, a long talk, then the strongest reasons."""

ROOM_50 = Script(
    "room-50",
    (
        (
            replace(_DECIDE, minutes=8),
            _live(_REASONS, 4),
            _live(_ALOUD, 20),
            _live(_AFTER_ALOUD, 3),
            _live(_ENDING, 2),
            _live(_PICTURE, 5),
            _live(_REFLECT, 8),
        ),
    ),
    Talk.ROOM,
    is_live=True,
)
"""One seminar of fifty minutes in one room, led by its instructor."""

SCRIPTS = {script.id: script for script in (VISITS, SOLO, DEBRIEF, ROOM_50, KMDD_90)}
"""Every script by its name, the usual one first."""


def script_of(name: str) -> Script:
    """Return a script; raises InputRefused for a name that none has."""
    if name not in SCRIPTS:
        raise InputRefused(f"There is no script called “{name}”.")
    return SCRIPTS[name]


def alone(script: Script) -> Script:
    """Return a script as somebody goes through it who has no group, or was not in the room."""
    if script.talk is Talk.ROOM:  # the class talks aloud, without this person
        return replace(SOLO, id=script.id)
    if script.talk is Talk.SOLO:
        return script
    visits = tuple(
        tuple(_WRITTEN if part.phase is Phase.TALK else part for part in visit)
        for visit in script.visits
    )
    return replace(script, visits=visits, talk=Talk.SOLO)


def script_for(name: str, *, is_alone: bool) -> Script:
    """Return the script of an activity as one person goes through it."""
    script = script_of(name)
    return alone(script) if is_alone else script
