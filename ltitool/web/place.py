"""How far the person of this visit has come: what every page of an activity needs to know."""

from collections.abc import Sequence
from functools import cached_property

from flask import g, request, url_for

from ltitool.actions.other_story import can_take
from ltitool.actions.progress import done_by
from ltitool.actions.reader import Reader, ensure_participant, version_for
from ltitool.actions.story import path_of
from ltitool.core.completion import Completion, Done, Terms, measure
from ltitool.core.errors import NotAllowed, NotOpen
from ltitool.core.phases import Moment, PhaseState, Standing, minutes_left, phases
from ltitool.core.policy import Rule
from ltitool.core.roles import Role
from ltitool.core.script import Gate, Phase, Script, Talk
from ltitool.core.scripts import script_for, script_of
from ltitool.core.standing import is_reflected, is_talked
from ltitool.core.walk import Stop, Walk, follow
from ltitool.storage.queries import plan as plan_queries
from ltitool.storage.queries import progress as progress_queries
from ltitool.storage.queries import story as queries
from ltitool.storage.queries.accounts import Account, accounts_in
from ltitool.storage.queries.standings import shares_in
from ltitool.storage.tables import Attempt, Participant, ScenarioVersion
from ltitool.web import labels
from ltitool.web.steps import Step, StillWaits
from ltitool.web.telling import told_to
from ltitool.web.transaction import db, now
from ltitool.web.visit import here


class Place:
    """One person's standing in the activity of this visit, each part asked for once."""

    def __init__(self, version: ScenarioVersion, participant: Participant | None) -> None:
        """Know the story that the person lives through, and their place in it if there is one."""
        self.version = version
        self.participant = participant
        talk_about = "" if self.has_other_story else here().activity.talk_about
        self.scenario = told_to(participant, version, talk_about)

    @property
    def has_other_story(self) -> bool:
        """Whether the person lives through another story than their class."""
        return self.participant is not None and self.participant.other_story is not None

    @property
    def asks_fewer_words(self) -> bool:
        """Whether half as many words are asked of this person."""
        return self.participant is not None and self.participant.asks_fewer_words

    @property
    def can_take_other_story(self) -> bool:
        """Whether the person may still begin another story."""
        return self.participant is not None and can_take(self.participant)

    @cached_property
    def attempts(self) -> Sequence[Attempt]:
        """The attempts that count, oldest first."""
        visit = here()
        return queries.attempts_of(db(), visit.activity_id, visit.person_id)

    @property
    def attempt(self) -> Attempt | None:
        """The attempt being played."""
        return self.attempts[-1] if self.attempts else None

    @cached_property
    def has_begun(self) -> bool:
        """Whether the person has answered anything yet, or begun to write an answer."""
        visit = here()
        return bool(
            self.attempts or queries.drafts_at(db(), visit.activity_id, visit.person_id, "decide:")
        )

    @cached_property
    def walk(self) -> Walk:
        """The story as played so far, up to the curtain unless the person has decided again."""
        return follow(
            self.scenario, path_of(self.attempt), is_curtain_raised=self.standing.has_decided_again
        )

    @cached_property
    def account(self) -> Account:
        """The terms on which the person earns credit, and what was measured of them last."""
        visit = here()
        found = accounts_in(db(), visit.activity, visit.person_id).get(visit.person_id)
        if found is not None and found.terms.entered_at is not None:
            return found
        return Account(visit.person_id, Terms(entered_at=visit.created_at), is_gone=False)

    @cached_property
    def done(self) -> dict[Rule, Done]:
        """How much of each rule is done, and when."""
        visit = here()
        if visit.is_preview:  # measured for nobody, so counted here
            return done_by(db(), visit.activity, visit.person_id, self.scenario)
        return self.account.done

    @property
    def counts(self) -> dict[Rule, int]:
        """How much of each rule is done."""
        return {rule: part.count for rule, part in self.done.items()}

    @cached_property
    def completion(self) -> Completion:
        """What is done beside what is asked."""
        rules = progress_queries.rules_of(db(), here().activity_id)
        return measure(rules, self.done, self.account.terms)

    @cached_property
    def standing(self) -> Standing:
        """How far the person has come."""
        has_decided = any(
            follow(self.scenario, path_of(attempt)).stop is not Stop.DECISION
            for attempt in self.attempts
        )
        # Nothing is behind a person whose answers were reset, whatever they wrote before.
        read_at = self.participant.read_reasons_at if self.participant else None
        has_read = has_decided and read_at is not None
        is_catching_up = self.is_alone and script_of(here().activity.script).talk is Talk.ROOM
        has_again = self.counts[Rule.DECIDED_AGAIN] > 0
        return Standing(
            has_decided=has_decided,
            has_read_reasons=has_read,
            has_talked=has_read
            and (
                here().is_preview
                or is_talked(self.completion, self.counts, is_catching_up=is_catching_up)
            ),
            has_decided_again=has_again,
            has_reflected=has_again and is_reflected(self.completion),
            has_begun=bool(self.attempts),
            has_begun_to_talk=bool(self.counts[Rule.POSTS] or self.counts[Rule.REPLIES]),
            entered_at=self.participant.entered_at if self.participant else None,
            kept=plan_queries.kept_of(db(), here().activity_id, here().person_id),
        )

    @property
    def is_alone(self) -> bool:
        """Whether the person talks with the voices of the story alone, where others do not."""
        return self.participant is not None and self.participant.alone is not None

    @cached_property
    def script(self) -> Script:
        """The script as this person goes through it."""
        return script_for(here().activity.script, is_alone=self.is_alone)

    @property
    def can_catch_up(self) -> bool:
        """Whether a session in one room is over and the person may have missed its talk."""
        who = self.participant
        is_learner = who is not None and not who.is_preview
        return is_learner and self.script.is_live and here().activity.session_ended_at is not None

    @cached_property
    def gates(self) -> dict[Phase, Gate]:
        """What opens each phase of this activity, where somebody has set or opened it."""
        return plan_queries.gates_of(db(), here().activity_id)

    @cached_property
    def states(self) -> tuple[PhaseState, ...]:
        """Every phase as this person meets it."""
        activity = here().activity
        waits = self.script.waits_for_a_share(self.gates)
        shares = shares_in(db(), activity) if waits else {}
        moment = Moment(now(), activity.due_at, self.gates, shares)
        return phases(self.script, self.standing, moment)

    @cached_property
    def steps(self) -> list[Step]:
        """Every phase with its words and its address."""
        return [
            Step(
                state,
                *labels.phase_words(state.phase, self.script.talk),
                url_for(self.endpoint(state.phase)) if state.is_open else None,
            )
            for state in self.states
        ]

    def endpoint(self, phase: Phase) -> str:
        """Return where a phase is, for this person."""
        if phase is Phase.TALK:
            return labels.TALKS[self.script.talk]
        return labels.ENDPOINTS[phase]

    @property
    def visits(self) -> list[list[Step]]:
        """The phases by the visit they are made for."""
        by_phase = {step.state.phase: step for step in self.steps}
        return [[by_phase[part.phase] for part in visit] for visit in self.script.visits]

    @property
    def waiting(self) -> Step | None:
        """The first phase that waits for something that is not this person's to do."""
        return next((step for step in self.steps if step.state.wait), None)

    @property
    def next_step(self) -> Step | None:
        """The one thing to do next; None when everything is done."""
        return next((step for step in self.steps if step.state.is_next), None)

    @property
    def minutes_left(self) -> int:
        """About how many minutes the open work still takes."""
        return minutes_left(self.states)

    def require(self, phase: Phase) -> None:
        """Let pass who has come so far; raises NotOpen with what to do first."""
        asked = next((step for step in self.steps if step.state.phase is phase), None)
        if asked is not None and asked.state.is_open:
            return
        if asked is not None and asked.state.wait and request.method == "GET":
            raise StillWaits(asked)
        following = self.next_step
        name, _about = labels.phase_words(phase, self.script.talk)
        words = f"“{name}” is not open yet."
        raise NotOpen(f"{words} Next for you: “{following.label}”." if following else words)


def place() -> Place:
    """Return the standing of the person of this visit."""
    if "place" not in g:
        visit = here()
        participant = queries.participant_of(db(), visit.activity_id, visit.person_id)
        g.place = Place(version_for(visit.activity, participant), participant)
    found: Place = g.place
    return found


def fresh_place() -> Place:
    """Return the standing of this person after a change made in this request."""
    g.pop("place", None)
    return place()


def reader() -> Reader:
    """Return who acts in this POST, with a place made for them if they have none yet.

    Raises NotAllowed for guests, who may look and take part in nothing.
    """
    visit = here()
    if visit.role is Role.GUEST:
        raise NotAllowed("You are looking in as a guest, without a part in this course.")
    participant = ensure_participant(
        db(), visit.activity, visit.person_id, is_preview=visit.is_preview, now=now()
    )
    return Reader.of(visit.activity, participant)
