"""Walking through a story before it is chosen: as a student does, and without leaving a trace.

The address holds all there is: the choices made so far, and whether the curtain has been raised.
"""

from dataclasses import dataclass
from urllib.parse import urlencode

from flask import render_template, request

from ltitool.actions.stories import told_in
from ltitool.core.retrace import beside, first_unread, retrace
from ltitool.core.scenario import Choice
from ltitool.core.walk import Step, Walk
from ltitool.storage.tables import ScenarioVersion
from ltitool.web.telling import offered_languages
from ltitool.web.transaction import db


@dataclass(frozen=True)
class Around:
    """The room in which a story is tried out."""

    base: str
    """The template of its pages."""
    back_url: str
    choose_url: str | None
    """Where the story can be chosen; None for who may not."""


@dataclass(frozen=True)
class Address:
    """Where a page of the walk is."""

    choices: tuple[str, ...]
    is_raised: bool
    language: str

    @classmethod
    def asked(cls) -> "Address":
        """Return the address of this request."""
        asked = request.args
        choices = tuple(asked.getlist("choice"))
        return cls(choices, "raised" in asked, asked.get("language", ""))

    def url(
        self,
        choices: tuple[str, ...] | None = None,
        *,
        scene: str = "",
        is_raised: bool | None = None,
        language: str | None = None,
    ) -> str:
        """Return this address, seen from the same page, with something in it otherwise."""
        raised = self.is_raised if is_raised is None else is_raised
        parts = [("choice", one) for one in (self.choices if choices is None else choices)]
        told = self.language if language is None else language
        kept = {"scene": scene, "raised": "1" if raised else "", "language": told}
        return f"?{urlencode([*parts, *((name, part) for name, part in kept.items() if part)])}"


def trial_page(version: ScenarioVersion, around: Around, **room: object) -> str:
    """Return one scene of a story on the way that the address names; raises NotFound."""
    address = Address.asked()
    told = told_in(db(), version, address.language)
    walk = retrace(told, address.choices, is_curtain_raised=address.is_raised)
    scene_id = request.args.get("scene") or _first(walk, is_raised=address.is_raised).scene.id
    step, before, after = beside(walk.steps, scene_id)
    return render_template(
        "trial.html",
        base=around.base,
        around=around,
        address=address,
        scenario=told,
        languages=offered_languages(version, told),
        step=step,
        before=before,
        after=after,
        back_url=_back_url(address, walk, before) if before else None,
        answered=_answer(before),
        stop="" if after else walk.stop.value,
        is_first_behind=step.is_behind_curtain and not (before and before.is_behind_curtain),
        is_unanswered=request.args.get("after", type=int) == len(address.choices),
        walk=walk,
        **room,
    )


def _first(walk: Walk, *, is_raised: bool) -> Step:
    """Return where somebody reads on: after the last answer, or where the curtain has risen."""
    unread = first_unread(walk.steps)
    rest = walk.steps[walk.steps.index(unread) :]
    return next((step for step in rest if is_raised and step.is_behind_curtain), unread)


def _answer(before: Step | None) -> Choice | None:
    """Return the choice that has led to a scene."""
    if before is None or before.taken is None or before.scene.decision is None:
        return None
    return before.scene.decision.choice(before.taken.choice_id)


def _back_url(address: Address, walk: Walk, before: Step) -> str:
    """Return the address of the scene before, where what was chosen can be chosen anew."""
    earlier = walk.steps[: walk.steps.index(before)]
    made = sum(step.taken is not None for step in earlier)
    is_raised = address.is_raised and before.is_behind_curtain
    return address.url(address.choices[:made], scene=before.scene.id, is_raised=is_raised)
