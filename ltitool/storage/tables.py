"""Every table, in the order data flows: from the LMS, through the story and the talk, back to it.

`lti_id` is the platform's name for a thing, `id` is ours. Times are aware UTC and end in `_at`.
"""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import (
    JSON,
    CheckConstraint,
    Enum,
    ForeignKey,
    Index,
    LargeBinary,
    MetaData,
    Text,
    UniqueConstraint,
    false,
    text,
)
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship

from ltitool.core.audience import Naming
from ltitool.core.concern import ConcernKind
from ltitool.core.delivery import Delivery
from ltitool.core.grades import Finding
from ltitool.core.groups import GroupSource
from ltitool.core.library import Shelf
from ltitool.core.policy import Rule
from ltitool.core.position import Outcome
from ltitool.core.roles import Role
from ltitool.core.script import Alone, GateKind, Phase, Round
from ltitool.core.talk import PostState
from ltitool.core.way_in import WayIn
from ltitool.storage.types import UtcTime, WordOf


def _values(words: type[StrEnum]) -> list[str]:
    return [word.value for word in words]


class Base(DeclarativeBase):
    """The one list of tables; constraints get the same name on every database."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(column_0_N_label)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map = {
        datetime: UtcTime(),
        str: Text(),
        dict[str, Any]: JSON(none_as_null=True),
        list[str]: JSON(none_as_null=True),
        list[dict[str, Any]]: JSON(none_as_null=True),
        bytes: LargeBinary(),
        StrEnum: Enum(StrEnum, native_enum=False, length=20, values_callable=_values),
    }


# ---- the LMS


class Registration(Base):
    """A platform that may launch the tool: issuer + client id + its endpoints."""

    __tablename__ = "registration"
    __table_args__ = (UniqueConstraint("issuer", "client_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(unique=True)
    issuer: Mapped[str]
    client_id: Mapped[str]
    auth_url: Mapped[str]
    token_url: Mapped[str]
    key_set_url: Mapped[str]
    frame_origins: Mapped[list[str]]
    """Origins that may frame a visit, beside the one of the issuer and of `auth_url`."""
    is_enabled: Mapped[bool] = mapped_column(default=True)
    is_approved: Mapped[bool] = mapped_column(default=True)
    """Whether those who run the tool have agreed; until then nobody is let in."""
    family: Mapped[str] = mapped_column(default="")
    """`moodle`, `canvas` or what else the platform calls itself; empty when added by hand."""
    granted_scopes: Mapped[list[str] | None]
    """What the platform granted when it registered; None when it was added by hand."""
    created_at: Mapped[datetime]


class Invite(Base):
    """A link that lets one LMS register itself, once, until it ends."""

    __tablename__ = "invite"

    id: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(default="")
    """What the platform will be called; empty lets it name itself."""
    approves: Mapped[bool] = mapped_column(default=False)
    """Whether what registers by it may launch without another approval."""
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    spent_at: Mapped[datetime | None]
    """When somebody took it; given back when nothing came of that."""
    configuration_url: Mapped[str] = mapped_column(default="")
    platform_token: Mapped[str] = mapped_column(default="")
    """The platform's one-time token, kept while a job works on it."""
    tried_at: Mapped[datetime | None]
    failure: Mapped[str] = mapped_column(default="")
    found: Mapped[dict[str, Any] | None]
    """What the platform answered, while it waits for somebody's word to replace what is there."""
    registration_id: Mapped[int | None] = mapped_column(ForeignKey(Registration.id))
    registration: Mapped[Registration | None] = relationship()


class Checkup(Base):
    """What a job found when it last looked at a platform's services."""

    __tablename__ = "checkup"

    registration_id: Mapped[int] = mapped_column(ForeignKey(Registration.id), primary_key=True)
    asked_at: Mapped[datetime]
    checked_at: Mapped[datetime | None]
    findings: Mapped[dict[str, Any] | None]


class Deployment(Base):
    """One installation of a registration; a new one waits until it is approved."""

    __tablename__ = "deployment"
    __table_args__ = (UniqueConstraint("registration_id", "lti_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    registration_id: Mapped[int] = mapped_column(ForeignKey(Registration.id))
    lti_id: Mapped[str]
    is_approved: Mapped[bool]
    first_seen_at: Mapped[datetime]
    notices_url: Mapped[str | None]
    """Where the platform takes our address for its notices, as the newest launch said."""
    notices_asked_at: Mapped[datetime | None]
    """When it was last told; None until then."""
    registration: Mapped[Registration] = relationship()


class SpentLogin(Base):
    """A login that a launch has used up; the second taker loses."""

    __tablename__ = "spent_login"

    id: Mapped[str] = mapped_column(primary_key=True)
    spent_at: Mapped[datetime] = mapped_column(index=True)


class HeldLaunch(Base):
    """A verified launch that waits for its browser to be proved, for two minutes."""

    __tablename__ = "held_launch"

    token_hash: Mapped[str] = mapped_column(primary_key=True)
    registration_id: Mapped[int] = mapped_column(ForeignKey(Registration.id))
    launch: Mapped[dict[str, Any]]
    expires_at: Mapped[datetime] = mapped_column(index=True)


class AccessToken(Base):
    """A bearer token for one registration and one set of scopes."""

    __tablename__ = "access_token"

    registration_id: Mapped[int] = mapped_column(ForeignKey(Registration.id), primary_key=True)
    scopes: Mapped[str] = mapped_column(primary_key=True)
    """Sorted and joined by one space."""
    token: Mapped[str]
    expires_at: Mapped[datetime]


class ToolKey(Base):
    """A signing key of ours, encrypted under the secret key."""

    __tablename__ = "tool_key"

    kid: Mapped[str] = mapped_column(primary_key=True)
    private_pem: Mapped[str]
    created_at: Mapped[datetime]
    signs_from_at: Mapped[datetime]
    """Published before, so that platforms know it when it first signs."""
    published_until_at: Mapped[datetime | None]
    """When a key that signs no more is forgotten; None while none has followed it."""


class Context(Base):
    """A course; a link without one has its own, named by `resource_link_lti_id`."""

    __tablename__ = "context"
    __table_args__ = (UniqueConstraint("deployment_id", "lti_id", "resource_link_lti_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    deployment_id: Mapped[int] = mapped_column(ForeignKey(Deployment.id))
    lti_id: Mapped[str]
    """Empty when the platform named no context."""
    resource_link_lti_id: Mapped[str] = mapped_column(default="")
    title: Mapped[str] = mapped_column(default="")
    copied_from: Mapped[list[str]] = mapped_column(default=list)
    """The platform's ids of the courses this one was copied from, as a notice has told."""
    line_items_url: Mapped[str | None]
    """Where the gradebook columns of this course are, as the newest launch said."""
    can_make_line_items: Mapped[bool] = mapped_column(default=False)
    members_url: Mapped[str | None]
    """Where Names and Roles answers for this course, as the newest launch said."""
    members_read_at: Mapped[datetime | None]
    groups_url: Mapped[str | None]
    """Where the Course Groups Service answers for this course, as the newest launch said."""
    group_sets_url: Mapped[str | None]
    """Where that service names the sets of its groups, if it has any."""
    deployment: Mapped[Deployment] = relationship()


class Person(Base):
    """A user of one platform: registration + `sub`, never an e-mail, never a name."""

    __tablename__ = "person"
    __table_args__ = (UniqueConstraint("registration_id", "lti_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    registration_id: Mapped[int] = mapped_column(ForeignKey(Registration.id))
    lti_id: Mapped[str]
    name: Mapped[str] = mapped_column(default="")
    """For display to staff only; empty when the platform sends none."""


class ContextGroup(Base):
    """A group of a course as the LMS's Course Groups Service names it."""

    __tablename__ = "context_group"

    context_id: Mapped[int] = mapped_column(ForeignKey(Context.id), primary_key=True)
    lti_id: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str]
    set_name: Mapped[str] = mapped_column(default="")
    """The set of groups it belongs to, such as “Seminars”; empty for none."""


class Membership(Base):
    """A person in a context, as launches and the roster have told."""

    __tablename__ = "membership"
    __table_args__ = (UniqueConstraint("context_id", "person_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    context_id: Mapped[int] = mapped_column(ForeignKey(Context.id))
    person_id: Mapped[int] = mapped_column(ForeignKey(Person.id), index=True)
    was_staff: Mapped[bool] = mapped_column(default=False)
    """Once true it stays: who was ever staff here plays as a preview."""
    roster_role: Mapped[Role | None]
    chosen_role: Mapped[Role | None]
    """What an instructor has said of somebody on the staff; None while the platform decides."""
    is_on_roster: Mapped[bool] = mapped_column(default=False)
    launched_at: Mapped[datetime | None]
    launched_role: Mapped[Role | None]
    """The role that the platform gave at the last launch."""
    platform_groups: Mapped[list[str] | None]
    """The LMS's ids of the groups this person is in; None while the LMS has told nothing."""
    person: Mapped[Person] = relationship()


# ---- the story and its place in a course


class LibraryEntry(Base):
    """A story in the library with all its versions, of the tool, the institution or a course."""

    __tablename__ = "library_entry"
    __table_args__ = (
        CheckConstraint("(shelf = 'course') = (context_id IS NOT NULL)", name="course_has_context"),
        Index(
            "uq_library_entry_for_all",
            "shelf",
            "scenario_id",
            unique=True,
            sqlite_where=text("context_id IS NULL"),
            postgresql_where=text("context_id IS NULL"),
        ),
        UniqueConstraint("context_id", "scenario_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    shelf: Mapped[Shelf]
    context_id: Mapped[int | None] = mapped_column(ForeignKey(Context.id))
    """The one course that sees it; None where everybody does."""
    scenario_id: Mapped[str]
    is_retired: Mapped[bool] = mapped_column(default=False)
    """No longer offered; activities that use it go on."""
    context: Mapped[Context | None] = relationship()


class ScenarioVersion(Base):
    """One version of a scenario file, whole, with its media and translations."""

    __tablename__ = "scenario_version"
    __table_args__ = (UniqueConstraint("entry_id", "hash"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    entry_id: Mapped[int] = mapped_column(ForeignKey(LibraryEntry.id))
    hash: Mapped[str] = mapped_column(index=True)
    """Of the file and its media."""
    scenario_id: Mapped[str] = mapped_column(index=True)
    version: Mapped[str]
    title: Mapped[str]
    source: Mapped[str] = mapped_column(deferred=True)
    """The whole file; read once in a process, so no query of a page brings it along."""
    media: Mapped[dict[str, Any]]
    """From the name in the file (`media/room.svg`) to the hash of its bytes."""
    overlays: Mapped[dict[str, Any]] = mapped_column(default=dict)
    """From a language to the hash of the translation into it."""
    reasons: Mapped[dict[str, Any]] = mapped_column(default=dict)
    """Why it was published all the same: from what the rules found to the reason given."""
    added_by_id: Mapped[int | None] = mapped_column(ForeignKey(Person.id))
    """Who uploaded it; None for what the tool or the command line brought."""
    stored_at: Mapped[datetime]
    entry: Mapped[LibraryEntry] = relationship()


class StoryOverlay(Base):
    """A translation of a story, found by the hash of its file."""

    __tablename__ = "story_overlay"

    hash: Mapped[str] = mapped_column(primary_key=True)
    language: Mapped[str]
    source: Mapped[str]


class Media(Base):
    """An image, sound or film that some version uses, found by the hash of its bytes."""

    __tablename__ = "media"

    hash: Mapped[str] = mapped_column(primary_key=True)
    type: Mapped[str]
    content: Mapped[bytes]


class Activity(Base):
    """A scenario placed in a course: one LTI resource link."""

    __tablename__ = "activity"
    __table_args__ = (UniqueConstraint("context_id", "lti_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    context_id: Mapped[int] = mapped_column(ForeignKey(Context.id))
    lti_id: Mapped[str | None]
    """None while it is prepared by deep linking, and its link was not opened yet."""
    key: Mapped[str] = mapped_column(default="", index=True)
    """What its link carries as `custom.activity`; a copy of the link carries the same."""
    title: Mapped[str] = mapped_column(default="")
    scenario_version_id: Mapped[int | None] = mapped_column(ForeignKey(ScenarioVersion.id))
    """None until somebody has chosen a story."""
    talk_about: Mapped[str] = mapped_column(default="", server_default="")
    """The question that people talk about; empty for the one that the story's author chose."""
    script: Mapped[str] = mapped_column(default="visits")
    """Which of `ltitool.core.scripts` orders its phases."""
    session_began_at: Mapped[datetime | None]
    """When an instructor began the session of a script that is lived in one room …"""
    session_ended_at: Mapped[datetime | None]
    """… and when it was ended."""
    due_at: Mapped[datetime | None]
    time_zone: Mapped[str] = mapped_column(default="UTC")
    asks_stand: Mapped[bool] = mapped_column(default=False, server_default=false())
    """Whether groups are asked where they stand."""
    group_wait_hours: Mapped[int] = mapped_column(default=24)
    """How long anybody waits for a group at most; 0 places people as they come."""
    group_source: Mapped[GroupSource] = mapped_column(default=GroupSource.BATCHES)
    group_cap: Mapped[int] = mapped_column(default=6)
    """How many people a group may hold that people choose themselves."""
    platform_groups: Mapped[list[str]] = mapped_column(default=list)
    """Which groups of the LMS count, by its ids; all of them when empty."""
    naming: Mapped[Naming] = mapped_column(default=Naming.ALIAS)
    """By what name people are shown in the talk, and elsewhere unless something else is set."""
    namings: Mapped[dict[str, Any]] = mapped_column(default=dict, server_default=text("'{}'"))
    """By what name they are shown to staff in other phases, where it is another one."""
    keep_days: Mapped[int] = mapped_column(default=365)
    """For how many days what people write is kept, from the day it is written."""
    seed: Mapped[int]
    """Where all chance in this activity comes from, so that every draw can be repeated."""
    line_item_url: Mapped[str | None]
    """The gradebook column; None while the platform has named none."""
    column_sought_at: Mapped[datetime | None]
    column_asked_at: Mapped[datetime | None]
    """When an instructor asked for a column to be made; None once the platform has answered."""
    column_refusal: Mapped[str] = mapped_column(default="")
    """What the platform said instead of making one."""
    column_label: Mapped[str] = mapped_column(default="")
    """What a column that we made is called there; empty for the platform's own."""
    copied_from_id: Mapped[int | None] = mapped_column(ForeignKey("activity.id"))
    """The activity of another course whose settings this one took over."""
    copy_kept_at: Mapped[datetime | None]
    """When an instructor said that the copied settings are right."""
    created_at: Mapped[datetime]
    context: Mapped[Context] = relationship()
    scenario_version: Mapped[ScenarioVersion | None] = relationship()


class PhaseGate(Base):
    """What opens one phase of an activity, where that is not what its script says."""

    __tablename__ = "phase_gate"

    activity_id: Mapped[int] = mapped_column(ForeignKey(Activity.id), primary_key=True)
    phase: Mapped[Phase] = mapped_column(primary_key=True)
    kind: Mapped[GateKind]
    opens_at: Mapped[datetime | None]
    share: Mapped[int]
    opened_at: Mapped[datetime | None]
    """When an instructor opened it by hand."""


class Visit(Base):
    """Who is here, in which activity, in which role: what one launch gave to one browser."""

    __tablename__ = "visit"
    __table_args__ = (Index("ix_visit_activity_id_created_at", "activity_id", "created_at"),)

    id: Mapped[str] = mapped_column(primary_key=True)
    secret_hash: Mapped[str]
    person_id: Mapped[int] = mapped_column(ForeignKey(Person.id))
    activity_id: Mapped[int] = mapped_column(ForeignKey(Activity.id))
    role: Mapped[Role]
    is_preview: Mapped[bool]
    """Plays without a group, a post or a score."""
    way_in: Mapped[WayIn] = mapped_column(default=WayIn.COOKIE)
    locale: Mapped[str] = mapped_column(default="")
    return_url: Mapped[str] = mapped_column(default="")
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime] = mapped_column(index=True)
    person: Mapped[Person] = relationship()
    activity: Mapped[Activity] = relationship()


class Placing(Base):
    """A visit to choose activities for a course, which have no link there yet."""

    __tablename__ = "placing"

    id: Mapped[str] = mapped_column(primary_key=True)
    secret_hash: Mapped[str]
    person_id: Mapped[int] = mapped_column(ForeignKey(Person.id))
    context_id: Mapped[int] = mapped_column(ForeignKey(Context.id))
    asked: Mapped[dict[str, Any]]
    """What the platform asked for, and where its answer goes."""
    product_family: Mapped[str] = mapped_column(default="")
    locale: Mapped[str] = mapped_column(default="")
    answered_at: Mapped[datetime | None]
    answer: Mapped[list[dict[str, Any]]] = mapped_column(default=list)
    """What was chosen: each activity's id, and how its link is to be."""
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime] = mapped_column(index=True)
    person: Mapped[Person] = relationship()
    context: Mapped[Context] = relationship()


class CreditRules(Base):
    """One version of what an activity asks; a change makes a new one, and none is ever changed."""

    __tablename__ = "credit_rules"
    __table_args__ = (UniqueConstraint("activity_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    activity_id: Mapped[int] = mapped_column(ForeignKey(Activity.id))
    number: Mapped[int]
    policy: Mapped[dict[str, Any]]
    due_at: Mapped[datetime | None]
    time_zone: Mapped[str]
    made_at: Mapped[datetime]
    made_by_id: Mapped[int | None] = mapped_column(ForeignKey(Person.id))
    absent_due_at: Mapped[datetime | None] = mapped_column(index=True)
    """When the clock looks next for those who never started; None where they get nothing."""


class Participant(Base):
    """A learner in one activity: what is theirs beside what they wrote."""

    __tablename__ = "participant"
    __table_args__ = (
        UniqueConstraint("activity_id", "person_id"),
        UniqueConstraint("activity_id", "alias"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    activity_id: Mapped[int] = mapped_column(ForeignKey(Activity.id))
    person_id: Mapped[int] = mapped_column(ForeignKey(Person.id), index=True)
    alias: Mapped[str]
    is_preview: Mapped[bool] = mapped_column(default=False)
    """Plays without a group, a post or a score, and is left out of every figure."""
    entered_at: Mapped[datetime]
    waiting_since_at: Mapped[datetime | None]
    """When the talk decision was locked; None before, and once there is a group."""
    read_reasons_at: Mapped[datetime | None]
    alone: Mapped[Alone | None]
    """Why this person talks with the voices of the story instead of a group; None with one."""
    language: Mapped[str] = mapped_column(default="")
    """The language the person reads the story in; empty while that of the platform decides."""
    asks_fewer_words: Mapped[bool] = mapped_column(default=False, server_default=false())
    """Whether half as many words are asked of them, as staff have arranged."""
    person: Mapped[Person] = relationship()
    other_story: Mapped["OtherStory | None"] = relationship(back_populates="participant")


class OtherStory(Base):
    """The story that somebody lives through instead of that of their class."""

    __tablename__ = "other_story"

    participant_id: Mapped[int] = mapped_column(ForeignKey(Participant.id), primary_key=True)
    version_id: Mapped[int] = mapped_column(ForeignKey(ScenarioVersion.id), index=True)
    asks: Mapped[dict[str, Any]]
    """How much of a rule of credit this version asks, where that follows from the story."""
    left_at: Mapped[datetime]
    """When they left the story of the class."""
    participant: Mapped[Participant] = relationship(back_populates="other_story")
    version: Mapped[ScenarioVersion] = relationship()


class PhaseKept(Base):
    """A phase that stays open for somebody who used it before a gate was closed."""

    __tablename__ = "phase_kept"

    activity_id: Mapped[int] = mapped_column(ForeignKey(Activity.id), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey(Person.id), primary_key=True)
    phase: Mapped[Phase] = mapped_column(primary_key=True)


class TalkGroup(Base):
    """Those who talk with each other."""

    __tablename__ = "talk_group"
    __table_args__ = (UniqueConstraint("activity_id", "name"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    activity_id: Mapped[int] = mapped_column(ForeignKey(Activity.id))
    name: Mapped[str]
    label: Mapped[str] = mapped_column(default="")
    """What its people have in common where somebody assigned them; for staff."""
    formed_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]
    """When it was merged into a new one; who was in it can still read its talk."""


class GroupAssignment(Base):
    """Where a person belongs, as a list or an earlier activity says; used when they lock."""

    __tablename__ = "group_assignment"

    activity_id: Mapped[int] = mapped_column(ForeignKey(Activity.id), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey(Person.id), primary_key=True)
    label: Mapped[str]


class GroupMember(Base):
    """A person in a group for a time; the one row without an end is the group of today."""

    __tablename__ = "group_member"
    __table_args__ = (
        Index(
            "uq_group_member_current",
            "activity_id",
            "person_id",
            unique=True,
            sqlite_where=text("until_at IS NULL"),
            postgresql_where=text("until_at IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    group_id: Mapped[int] = mapped_column(ForeignKey(TalkGroup.id), index=True)
    activity_id: Mapped[int] = mapped_column(ForeignKey(Activity.id))
    person_id: Mapped[int] = mapped_column(ForeignKey(Person.id), index=True)
    from_at: Mapped[datetime]
    until_at: Mapped[datetime | None]
    group: Mapped[TalkGroup] = relationship()


# ---- what a person does alone


class Attempt(Base):
    """One learner's way through the story; it is its list of decisions and nothing more."""

    __tablename__ = "attempt"
    __table_args__ = (UniqueConstraint("activity_id", "person_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    activity_id: Mapped[int] = mapped_column(ForeignKey(Activity.id))
    person_id: Mapped[int] = mapped_column(ForeignKey(Person.id), index=True)
    number: Mapped[int]
    scenario_version_id: Mapped[int] = mapped_column(ForeignKey(ScenarioVersion.id))
    started_at: Mapped[datetime]
    is_after_reading: Mapped[bool] = mapped_column(default=False)
    """Begun after others' reasons had been read: left out of every figure."""
    voided_at: Mapped[datetime | None]
    """Reset by staff: kept for the record, counts for nothing."""
    decisions: Mapped[list["Decision"]] = relationship(
        back_populates="attempt", order_by="Decision.id"
    )


class Decision(Base):
    """A choice and its reasons; its author's alone until it is locked."""

    __tablename__ = "decision"
    __table_args__ = (
        UniqueConstraint("attempt_id", "round", "decision_id"),
        CheckConstraint("confidence BETWEEN 1 AND 5", name="confidence_in_five"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    attempt_id: Mapped[int] = mapped_column(ForeignKey(Attempt.id))
    round: Mapped[Round]
    decision_id: Mapped[str]
    choice_id: Mapped[str]
    rationale: Mapped[str] = mapped_column(default="")
    own_change: Mapped[str] = mapped_column(default="")
    """“None of these: what I would change”, in the person's own words."""
    confidence: Mapped[int | None]
    lenses: Mapped[list[str]]
    decided_at: Mapped[datetime]
    locked_at: Mapped[datetime | None]
    cited_post_id: Mapped[int | None] = mapped_column(ForeignKey("post.id"))
    """Whose argument was taken most seriously: a post …"""
    cited_voice: Mapped[str] = mapped_column(default="")
    """… or a scripted voice, named by its choice …"""
    cited_position: Mapped[int | None]
    """… or one of the others' reasons that were drawn for this person."""
    naming: Mapped[Naming] = mapped_column(
        default=Naming.SEALED, server_default=Naming.SEALED.value
    )
    """By what name staff are shown its author; as it was told when it was written."""
    attempt: Mapped[Attempt] = relationship(back_populates="decisions")


class Consult(Base):
    """A question the person asked before deciding."""

    __tablename__ = "consult"

    attempt_id: Mapped[int] = mapped_column(ForeignKey(Attempt.id), primary_key=True)
    scene_id: Mapped[str] = mapped_column(primary_key=True)
    consult_id: Mapped[str] = mapped_column(primary_key=True)
    asked_at: Mapped[datetime]


class Draft(Base):
    """What a person has typed and not sent; its author's alone, always."""

    __tablename__ = "draft"

    activity_id: Mapped[int] = mapped_column(ForeignKey(Activity.id), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey(Person.id), primary_key=True)
    place: Mapped[str] = mapped_column(primary_key=True)
    """Which form it belongs to, such as `decide:d1-request`."""
    fields: Mapped[dict[str, Any]]
    saved_at: Mapped[datetime]


class VoiceShown(Base):
    """One of the reasons drawn for a person when the talk decision was locked."""

    __tablename__ = "voice_shown"

    activity_id: Mapped[int] = mapped_column(ForeignKey(Activity.id), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey(Person.id), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True)
    choice_id: Mapped[str]
    decision_row_id: Mapped[int | None] = mapped_column(ForeignKey(Decision.id))
    """The person's decision it quotes; None for the scripted voice of the choice."""
    is_hardest: Mapped[bool] = mapped_column(default=False)
    """Whether its reader has marked it as the hardest to answer; shown to nobody else."""


# ---- what a group does together


class Thread(Base):
    """A talk: of a group, or of one person who still waits for a group."""

    __tablename__ = "thread"
    __table_args__ = (
        CheckConstraint("(group_id IS NULL) <> (person_id IS NULL)", name="one_owner"),
        UniqueConstraint("group_id"),
        UniqueConstraint("activity_id", "person_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    activity_id: Mapped[int] = mapped_column(ForeignKey(Activity.id))
    group_id: Mapped[int | None] = mapped_column(ForeignKey(TalkGroup.id))
    person_id: Mapped[int | None] = mapped_column(ForeignKey(Person.id))
    decision_id: Mapped[str]
    opened_at: Mapped[datetime]
    locked_at: Mapped[datetime | None]
    """When staff closed it to new posts; None while people may write."""


class Post(Base):
    """A contribution to a thread; a reply if it has a parent, a scripted voice if no author."""

    __tablename__ = "post"
    __table_args__ = (
        UniqueConstraint("person_id", "submission_id"),
        CheckConstraint("(person_id IS NULL) <> (voice = '')", name="person_or_voice"),
        Index("ix_post_thread_id_id", "thread_id", "id"),
        Index("ix_post_thread_id_top_id", "thread_id", "top_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    thread_id: Mapped[int] = mapped_column(ForeignKey(Thread.id))
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("post.id"))
    top_id: Mapped[int | None] = mapped_column(ForeignKey("post.id"))
    """The post at the head of its strand; None for one that stands at the head itself."""
    person_id: Mapped[int | None] = mapped_column(ForeignKey(Person.id), index=True)
    voice: Mapped[str] = mapped_column(default="")
    """The choice whose scripted voice speaks; empty for a person's post."""
    by_staff: Mapped[bool] = mapped_column(default=False)
    text: Mapped[str]
    counts: Mapped[bool]
    """Whether it met the length asked for when it was written or last edited."""
    words: Mapped[int] = mapped_column(default=0)
    audience: Mapped[str]
    """Who can read it, in the words its author saw; never changed afterwards."""
    may_quote: Mapped[bool] = mapped_column(default=False, server_default=false())
    """Its author agreed, when writing, that the whole class may read its words without a name."""
    naming: Mapped[Naming] = mapped_column(default=Naming.ALIAS)
    """By what name its author is shown; never changed afterwards."""
    state: Mapped[PostState] = mapped_column(default=PostState.STANDING)
    hidden_reason: Mapped[str] = mapped_column(default="")
    hidden_at: Mapped[datetime | None]
    pinned_at: Mapped[datetime | None]
    """When staff set it at the head of its talk."""
    submission_id: Mapped[str]
    posted_at: Mapped[datetime]
    edited_at: Mapped[datetime | None]


class PostRevision(Base):
    """What a post said before it was edited."""

    __tablename__ = "post_revision"

    id: Mapped[int] = mapped_column(primary_key=True)
    post_id: Mapped[int] = mapped_column(ForeignKey(Post.id), index=True)
    text: Mapped[str]
    replaced_at: Mapped[datetime]


class Concern(Base):
    """What a learner has told the staff of a post or of somebody; shown to no other learner."""

    __tablename__ = "concern"
    __table_args__ = (
        UniqueConstraint("person_id", "submission_id"),
        CheckConstraint("kind = 'care' OR post_id IS NOT NULL", name="report_has_post"),
        Index("ix_concern_activity_id_closed_at", "activity_id", "closed_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    activity_id: Mapped[int] = mapped_column(ForeignKey(Activity.id))
    person_id: Mapped[int] = mapped_column(ForeignKey(Person.id))
    post_id: Mapped[int | None] = mapped_column(ForeignKey(Post.id))
    kind: Mapped[ConcernKind]
    text: Mapped[str]
    naming: Mapped[Naming] = mapped_column(default=Naming.ALIAS)
    """How whoever told it is shown to staff, as they were told when they wrote."""
    submission_id: Mapped[str]
    told_at: Mapped[datetime]
    taken_by_id: Mapped[int | None] = mapped_column(ForeignKey(Person.id))
    """Who on the staff looks after it; None while nobody does."""
    taken_at: Mapped[datetime | None]
    closed_by_id: Mapped[int | None] = mapped_column(ForeignKey(Person.id))
    closed_at: Mapped[datetime | None]


class StoryReport(Base):
    """What somebody finds wrong with a story, told to those who look after it."""

    __tablename__ = "story_report"
    __table_args__ = (UniqueConstraint("person_id", "submission_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    version_id: Mapped[int] = mapped_column(ForeignKey(ScenarioVersion.id), index=True)
    activity_id: Mapped[int] = mapped_column(ForeignKey(Activity.id), index=True)
    person_id: Mapped[int] = mapped_column(ForeignKey(Person.id))
    """Who told it; shown to nobody unless `is_named`."""
    scene_id: Mapped[str]
    """Where it was noticed; empty where that is no one scene."""
    text: Mapped[str]
    is_named: Mapped[bool]
    submission_id: Mapped[str]
    told_at: Mapped[datetime]
    seen_to_at: Mapped[datetime | None]
    """When whoever looks after the story was done with it; None while it is open."""
    seen_to_by_id: Mapped[int | None] = mapped_column(ForeignKey(Person.id))
    """Who on the staff; None where those did who run the tool."""


class NoticeMark(Base):
    """Up to when one person has seen their notices, and the kinds they have turned off."""

    __tablename__ = "notice_mark"

    activity_id: Mapped[int] = mapped_column(ForeignKey(Activity.id), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey(Person.id), primary_key=True)
    seen_until_at: Mapped[datetime | None]
    muted: Mapped[list[str]] = mapped_column(default=list)


class ThreadSeen(Base):
    """How far one person has read a thread, as they left it last."""

    __tablename__ = "thread_seen"

    thread_id: Mapped[int] = mapped_column(ForeignKey(Thread.id), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey(Person.id), primary_key=True)
    post_id: Mapped[int]
    """Every post up to this one has been on a page before them."""
    seen_at: Mapped[datetime]


class Position(Base):
    """Where a group stands, in one of its wordings; the one with the highest number holds."""

    __tablename__ = "position"
    __table_args__ = (UniqueConstraint("thread_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    thread_id: Mapped[int] = mapped_column(ForeignKey(Thread.id))
    number: Mapped[int]
    """From 1; of two who change the same wording at once, the second meets the first one's."""
    outcome: Mapped[Outcome]
    text: Mapped[str]
    audience: Mapped[str]
    """Who can read it, in the words the group saw."""
    person_id: Mapped[int] = mapped_column(ForeignKey(Person.id), index=True)
    """Who wrote it down; told to nobody in the group."""
    filed_at: Mapped[datetime]


class MinorityStatement(Base):
    """What one member wants the whole class to hear; signed by nobody."""

    __tablename__ = "minority_statement"

    thread_id: Mapped[int] = mapped_column(ForeignKey(Thread.id), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey(Person.id), primary_key=True)
    text: Mapped[str]
    audience: Mapped[str]
    """Who can read it, in the words its author saw."""
    written_at: Mapped[datetime]


class LocalNote(Base):
    """What a course says about the case, in one of its wordings; the highest number holds."""

    __tablename__ = "local_note"

    activity_id: Mapped[int] = mapped_column(ForeignKey(Activity.id), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    """From 1; of two who change the same wording at once, the second is told."""
    text: Mapped[str]
    """Empty where the note was taken away."""
    person_id: Mapped[int] = mapped_column(ForeignKey(Person.id))
    written_at: Mapped[datetime]


class Reflection(Base):
    """An answer to one of the scenario's closing questions."""

    __tablename__ = "reflection"

    activity_id: Mapped[int] = mapped_column(ForeignKey(Activity.id), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey(Person.id), primary_key=True)
    reflect_id: Mapped[str] = mapped_column(primary_key=True)
    text: Mapped[str]
    reading: Mapped[str] = mapped_column(default="")
    """The label of the reading that was picked, where the question offers some."""
    first_written_at: Mapped[datetime]
    """When it was first answered; writing it again makes nobody late."""
    written_at: Mapped[datetime]
    naming: Mapped[Naming] = mapped_column(
        default=Naming.SEALED, server_default=Naming.SEALED.value
    )
    """By what name staff are shown its author; as it was told when it was written."""


# ---- progress, and the way to the gradebook


class Progress(Base):
    """What one learner has done, as the pure rules measured it last."""

    __tablename__ = "progress"

    activity_id: Mapped[int] = mapped_column(ForeignKey(Activity.id), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey(Person.id), primary_key=True)
    counts: Mapped[dict[str, Any]]
    """From the rule to how much of it is done."""
    met: Mapped[dict[str, Any]] = mapped_column(default=dict)
    """From the rule to the times at which its parts were done."""
    score_hundredths: Mapped[int]
    floor_hundredths: Mapped[int] = mapped_column(default=0)
    """What the person had when the rules changed, where it is not to drop."""
    is_complete: Mapped[bool]
    rules_number: Mapped[int] = mapped_column(default=0)
    """The version of the rules it was measured by."""
    due_at: Mapped[datetime | None] = mapped_column(index=True)
    """When the clock alone sends the score; None when nothing waits for that."""
    measured_at: Mapped[datetime]


class Allowance(Base):
    """What staff have granted one person: a later date, steps they need not take."""

    __tablename__ = "allowance"

    activity_id: Mapped[int] = mapped_column(ForeignKey(Activity.id), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey(Person.id), primary_key=True)
    extended_to: Mapped[datetime | None]
    excused: Mapped[list[str]] = mapped_column(default=list)
    """The rules of the milestones that are left out of the sum."""


class Override(Base):
    """A score that an instructor has set, with the reason the learner reads."""

    __tablename__ = "override"
    __table_args__ = (
        Index(
            "uq_override_standing",
            "activity_id",
            "person_id",
            unique=True,
            sqlite_where=text("undone_at IS NULL"),
            postgresql_where=text("undone_at IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    activity_id: Mapped[int] = mapped_column(ForeignKey(Activity.id))
    person_id: Mapped[int] = mapped_column(ForeignKey(Person.id), index=True)
    score_hundredths: Mapped[int]
    reason: Mapped[str]
    made_by_id: Mapped[int] = mapped_column(ForeignKey(Person.id))
    made_at: Mapped[datetime]
    undone_by_id: Mapped[int | None] = mapped_column(ForeignKey(Person.id))
    undone_at: Mapped[datetime | None]


class StaffMark(Base):
    """What staff have noted of one person: that they were there, or a mark of 0 to 100."""

    __tablename__ = "staff_mark"

    activity_id: Mapped[int] = mapped_column(ForeignKey(Activity.id), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey(Person.id), primary_key=True)
    rule: Mapped[Rule] = mapped_column(primary_key=True)
    amount: Mapped[int]
    given_at: Mapped[datetime]
    given_by_id: Mapped[int] = mapped_column(ForeignKey(Person.id))


class OutgoingScore(Base):
    """A score on its way to the gradebook; value, maximum and timestamp never change."""

    __tablename__ = "outgoing_score"
    __table_args__ = (
        Index("ix_outgoing_score_due", "delivery", "next_try_at"),
        UniqueConstraint("activity_id", "person_id", "line_item_url", "scored_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    activity_id: Mapped[int] = mapped_column(ForeignKey(Activity.id))
    person_id: Mapped[int] = mapped_column(ForeignKey(Person.id), index=True)
    line_item_url: Mapped[str]
    score_hundredths: Mapped[int]
    maximum: Mapped[int]
    scored_at: Mapped[datetime]
    """The AGS timestamp: later than every earlier one for this person and line item."""
    rules_number: Mapped[int] = mapped_column(default=0)
    """The version of the rules it came from; 0 where none is known."""
    comment: Mapped[str]
    overwrites: Mapped[bool] = mapped_column(default=False)
    """An instructor wants it to replace what stands in the LMS, whoever has put it there."""
    delivery: Mapped[Delivery] = mapped_column(
        WordOf(Delivery, unknown=Delivery.SUPERSEDED), default=Delivery.WAITING
    )
    tries: Mapped[int] = mapped_column(default=0)
    next_try_at: Mapped[datetime]
    lease_until_at: Mapped[datetime | None]
    """While a worker holds it; a lease that ran out means the worker died."""
    written_at: Mapped[datetime]


class Receipt(Base):
    """What the platform answered to one try of one score."""

    __tablename__ = "receipt"

    id: Mapped[int] = mapped_column(primary_key=True)
    outgoing_score_id: Mapped[int] = mapped_column(ForeignKey(OutgoingScore.id), index=True)
    status: Mapped[int | None]
    """The HTTP status; None when there was no answer."""
    words: Mapped[str]
    received_at: Mapped[datetime]


class PlatformPause(Base):
    """A platform that has stopped answering: left alone by every process until then."""

    __tablename__ = "platform_pause"

    registration_id: Mapped[int] = mapped_column(ForeignKey(Registration.id), primary_key=True)
    failures: Mapped[int]
    """In a row."""
    began_at: Mapped[datetime]
    until_at: Mapped[datetime]
    status: Mapped[int | None]
    words: Mapped[str]


class StandingGrade(Base):
    """A grade in the LMS that is not what was sent, as it was read last; none where both agree."""

    __tablename__ = "standing_grade"
    __table_args__ = (UniqueConstraint("person_id", "line_item_url"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey(Person.id))
    line_item_url: Mapped[str]
    finding: Mapped[Finding]
    score: Mapped[float | None]
    maximum: Mapped[float | None]
    seen_at: Mapped[datetime]
    kept_at: Mapped[datetime | None]
    """When an instructor said that the grade of the LMS is to stay."""


class ColumnReading(Base):
    """When the grades of an activity were last read back, and what the platform said instead."""

    __tablename__ = "column_reading"

    activity_id: Mapped[int] = mapped_column(ForeignKey(Activity.id), primary_key=True)
    asked_at: Mapped[datetime | None]
    """When an instructor asked for it; None once it is done."""
    read_at: Mapped[datetime | None]
    refusal: Mapped[str] = mapped_column(default="")


class AuditEntry(Base):
    """Who did what to whom; holds ids and codes, no names and no texts of learners."""

    __tablename__ = "audit_entry"
    __table_args__ = (Index("ix_audit_entry_activity_id_id", "activity_id", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    happened_at: Mapped[datetime]
    action: Mapped[str] = mapped_column(index=True)
    registration_id: Mapped[int | None] = mapped_column(ForeignKey(Registration.id))
    activity_id: Mapped[int | None] = mapped_column(ForeignKey(Activity.id))
    actor_id: Mapped[int | None] = mapped_column(ForeignKey(Person.id))
    details: Mapped[dict[str, Any]]
