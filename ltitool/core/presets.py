"""Ways of giving credit that have a name, for instructors who would rather pick than set."""

from dataclasses import replace
from enum import StrEnum

from ltitool.core.policy import FULL_MARK, Crediting, Milestone, Policy, Rule


class Preset(StrEnum):
    """A way of giving credit that has a name."""

    TAKING_PART = "taking-part"
    COMPLETE = "complete"
    WITH_MARK = "with-mark"
    OWN = "own"
    """Set part by part."""


_TAKING_PART = (
    Milestone(Rule.CORE_DECIDED, 1, 40),
    Milestone(Rule.POSTS, 1, 15),
    Milestone(Rule.REPLIES, 1, 15),
    Milestone(Rule.DECIDED_AGAIN, 1, 15),
    Milestone(Rule.REFLECTIONS, 1, 15),
)
_WITH_MARK = (
    Milestone(Rule.CORE_DECIDED, 1, 20),
    Milestone(Rule.POSTS, 1, 10),
    Milestone(Rule.REPLIES, 1, 10),
    Milestone(Rule.DECIDED_AGAIN, 1, 10),
    Milestone(Rule.REFLECTIONS, 1, 10),
    Milestone(Rule.INSTRUCTOR_MARK, FULL_MARK, 40),
)
_PRESETS = {
    Preset.TAKING_PART: (_TAKING_PART, Crediting.PROPORTIONAL),
    Preset.COMPLETE: (_TAKING_PART, Crediting.COMPLETE_INCOMPLETE),
    Preset.WITH_MARK: (_WITH_MARK, Crediting.PROPORTIONAL),
}
DEFAULT = Policy(_TAKING_PART)
"""Decide 40, talk 30 (one post, one reply to someone else), decide again and reflect 30."""


def with_preset(policy: Policy, preset: Preset) -> Policy:
    """Return the policy with the milestones of a preset; what is said about dates stays."""
    if preset is Preset.OWN:
        return policy
    milestones, crediting = _PRESETS[preset]
    return replace(policy, milestones=milestones, crediting=crediting)


def preset_of(policy: Policy) -> Preset:
    """Return the preset that a policy is."""
    asked = [(step.rule, step.weight) for step in policy.milestones if step.weight]
    has_plain_steps = all(
        step.due_at is None and not step.min_words and _is_usual(step) for step in policy.milestones
    )
    for preset, (milestones, crediting) in _PRESETS.items():
        same = asked == [(step.rule, step.weight) for step in milestones]
        if same and has_plain_steps and crediting is policy.crediting:
            return preset
    return Preset.OWN


def _is_usual(step: Milestone) -> bool:
    return step.rule not in {Rule.POSTS, Rule.REPLIES} or step.need == 1
