"""The words on the pages for the things of the core."""

from flask_babel import lazy_gettext as _

from ltitool.core.delivery import Delivery
from ltitool.core.grades import Trouble
from ltitool.core.library import Shelf
from ltitool.core.lint.findings import Severity
from ltitool.core.policy import Rule
from ltitool.core.script import Alone, Phase, Talk
from ltitool.core.talk import Shortfall

PHASES = {
    Phase.DECIDE: _("Decide"),
    Phase.REASONS: _("Others’ reasons"),
    Phase.TALK: _("Group talk"),
    Phase.AGAIN: _("Decide again"),
    Phase.ENDING: _("The ending"),
    Phase.PICTURE: _("How the class answered"),
    Phase.REFLECT: _("Reflect"),
}
ABOUT_PHASES = {
    Phase.DECIDE: _("Live through the story, and say on your own what you would do and why."),
    Phase.REASONS: _("Meet three to five reasons for other answers. No numbers."),
    Phase.TALK: _("One post and one reply, in a small group."),
    Phase.AGAIN: _("On your own. Whose argument did you take most seriously?"),
    Phase.ENDING: _("The curtain rises on what your answers led to."),
    Phase.PICTURE: _("Who moved, and what weighed most."),
    Phase.REFLECT: _("One short text."),
}
IN_THE_ROOM = {
    Phase.DECIDE: _("Read the story on your own screen. Choose, and say why, in silence."),
    Phase.REASONS: _("Read what others would do, on your own screen. Which is hardest to answer?"),
    Phase.AGAIN: _("Decide again, on your own. Staying is as good as changing."),
    Phase.ENDING: _("Read how it ended, on your own screen. Others may have another ending."),
    Phase.PICTURE: _("Look at how the class answered, on your own screen."),
    Phase.REFLECT: _("Write one short text, on your own."),
}
"""What a class in one room does now, as it stands on the wall; for the talk see ALOUD."""

WHY_ALONE = {
    Alone.LATE: _("they came when the talk was about to close, or after it."),
    Alone.ONLY_ONE: _("nobody else takes part."),
    Alone.STAFF: _("the teaching staff have arranged it."),
    Alone.CHOSEN: _("they have asked for it."),
    Alone.OTHER_STORY: _("they live through another story than their class."),
}
ALOUD = {
    "debrief": _(
        "This part happens in your class, face to face. Nothing is written here, and nobody has "
        "to say what they answered."
    ),
    "room-50": _(
        "Talk with the person beside you, then with two more. Nothing is written here, and nobody "
        "has to say what they answered."
    ),
    "kmdd-90": _(
        "One person speaks at a time and then calls on the next. Look for the strongest reason on "
        "each side. Nothing is written here, and nobody has to say what they answered."
    ),
}
"""How people talk in one room, by the script."""
ENDPOINTS = {
    Phase.DECIDE: "visit.story.here",
    Phase.REASONS: "visit.reasons.show",
    Phase.TALK: "visit.talk.show",
    Phase.AGAIN: "visit.again.show",
    Phase.ENDING: "visit.ending.show",
    Phase.PICTURE: "visit.picture.show",
    Phase.REFLECT: "visit.reflect.show",
}
SCENES = {
    "core": _("a question"),
    "step": _("a step"),
    "curtain": _("the curtain"),
    "ending": _("an ending"),
}
SCRIPTS = {
    "visits": (
        _("Three short visits"),
        _("Each at one’s own pace, with a written talk in small groups."),
    ),
    "solo": (
        _("Without groups"),
        _("Each person answers two voices from the story in writing, for equal credit."),
    ),
    "debrief": (
        _("Before class and after it"),
        _("People decide before class, talk in class, and decide again when you open it."),
    ),
    "room-50": (
        _("One seminar"),
        _("Together in one room, led by you."),
    ),
    "kmdd-90": (
        _("A long dilemma discussion"),
        _("After the Konstanz method, in one room, led by a trained facilitator."),
    ),
}
TALK_WORDS = {
    Talk.GROUP: (PHASES[Phase.TALK], ABOUT_PHASES[Phase.TALK]),
    Talk.SOLO: (
        _("Talk with two voices"),
        _("A written reply to each of two voices from the story."),
    ),
    Talk.ROOM: (_("Talk in class"), _("Face to face. Nothing is written here.")),
}


def phase_words(phase: Phase, talk: Talk) -> tuple[str, str]:
    """Return what a phase is called and what happens in it, where people talk in this way."""
    if phase is Phase.TALK:
        name, about = TALK_WORDS[talk]
    else:
        name, about = PHASES[phase], ABOUT_PHASES[phase]
    return str(name), str(about)


TALKS = {
    Talk.GROUP: "visit.talk.show",
    Talk.SOLO: "visit.alone.show",
    Talk.ROOM: "visit.aloud.show",
}
CONFIDENCE = {
    1: _("A guess"),
    2: _("Leaning"),
    3: _("Fairly sure"),
    4: _("Sure"),
    5: _("Certain"),
}
MILESTONES = {
    Rule.STORY_PLAYED: _("Play the story"),
    Rule.CORE_DECIDED: _("Decide and say why"),
    Rule.REASONS_READ: _("Read others’ reasons"),
    Rule.POSTS: _("Post in your group"),
    Rule.REPLIES: _("Reply to somebody else"),
    Rule.DECIDED_AGAIN: _("Decide again"),
    Rule.REFLECTIONS: _("Reflect"),
    Rule.STAND_FILED: _("Where we stand"),
    Rule.ATTENDED_LIVE: _("Be there in class"),
    Rule.INSTRUCTOR_MARK: _("A teacher’s mark"),
}
DELIVERIES = {
    Delivery.WAITING: _("Waiting to be sent"),
    Delivery.SENT: _("Received"),
    Delivery.REFUSED: _("Refused"),
    Delivery.SUPERSEDED: _("Replaced by a newer one"),
    Delivery.HELD: _("Held back"),
}
TROUBLES = {
    Trouble.TOKENLESS: _(
        "The LMS does not let the tool in. Its administrator can check the tool’s registration."
    ),
    Trouble.CLOCKS: _(
        "The clocks of the LMS and of the tool disagree. Their administrators can set them right."
    ),
    Trouble.SILENT: _("The LMS did not answer. It is asked again by itself."),
    Trouble.TOO_FAST: _("The LMS asks for patience. It is asked again by itself."),
    Trouble.BROKEN: _(
        "The LMS has a fault, or is being looked after. It is asked again by itself."
    ),
    Trouble.LOCKED: _(
        "The gradebook column or this grade may be locked in the LMS. Unlock it there; if it was "
        "refused for days, send it again then."
    ),
    Trouble.NOT_ALLOWED: _("The LMS’s administrator can allow the tool to send grades."),
    Trouble.NOT_ENROLLED: _("This person is not enrolled as a student."),
    Trouble.NOT_OPEN: _("The course is not published, or it has ended."),
    Trouble.GONE: _(
        "The gradebook column, or this person, is no longer in the course. If it is the column, "
        "this is noticed by itself, and scores go out once the LMS has one again."
    ),
    Trouble.STALE: _("The LMS holds a later grade. A newer score is sent by itself."),
    Trouble.OTHER: _("The LMS refused it for a reason of its own."),
}
"""What a refused score is about, and what helps."""
SHORTFALLS = {
    Shortfall.SHORT: _("It has fewer words than are asked for, where quoted ones do not count."),
    Shortfall.COPY: _(
        "It says almost the same as an earlier post here, or as a voice of the story."
    ),
    Shortfall.TO_ONESELF: _("It answers a post of your own; a reply is to somebody else."),
}
"""Why a post stands without counting."""

SHELVES = {
    Shelf.COURSE: _("This course"),
    Shelf.INSTITUTION: _("Your institution"),
    Shelf.SHIPPED: _("Kaleidoscope"),
}
SEVERITIES = {
    Severity.ERROR: _("error"),
    Severity.WARNING: _("warning"),
    Severity.INFO: _("advice"),
}
LEVELS = {
    "qualifying": _("Before qualifying"),
    "newly-qualified": _("Newly qualified"),
    "experienced": _("Experienced"),
}
CARDS = {
    "friend-request": _("Friend request"),
    "message": _("Message"),
    "post": _("Post"),
    "email": _("E-mail"),
    "note": _("Note"),
    "record": _("Record"),
    "search-result": _("Search result"),
    "endorsement": _("Endorsement"),
    "photo-tag": _("Photo tag"),
}
