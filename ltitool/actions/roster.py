"""The roster of a course, as the platform tells it: who came, who left."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from ltitool.core.roles import Role, role_in_course
from ltitool.lti.course_groups import CourseGroup
from ltitool.lti.members import Member
from ltitool.storage.launches import add_if_new
from ltitool.storage.tables import Activity, Context, ContextGroup, Membership, Person, Visit


def store(
    session: Session, context: Context, registration_id: int, members: Sequence[Member]
) -> None:
    """Keep who is on the roster; who has vanished from it stays, marked as gone.

    Roles of the roster never take a launch's role away: Moodle lists its tutors as learners.
    """
    active = {member.sub: member for member in members if member.is_active}
    people = _people(session, registration_id, active)
    known = {
        row.person_id: row
        for row in session.scalars(select(Membership).where(Membership.context_id == context.id))
    }
    for sub, member in active.items():
        person = people[sub]
        row = known.pop(person.id, None)
        if row is None:
            row = Membership(context_id=context.id, person_id=person.id, was_staff=False)
            session.add(row)
        row.roster_role, row.is_on_roster = member.role, True
        if member.groups is not None and row.platform_groups != list(member.groups):
            row.platform_groups = list(member.groups)
        if member.name and person.name != member.name:
            person.name = member.name
    for row in known.values():
        row.is_on_roster = False
    session.flush()  # the visits below are found by these roles
    _mind_visits(session, context)


def store_groups(session: Session, context: Context, groups: Sequence[CourseGroup]) -> None:
    """Keep which groups the course has by their names; those that are gone are forgotten."""
    known = {
        row.lti_id: row
        for row in session.scalars(
            select(ContextGroup).where(ContextGroup.context_id == context.id)
        )
    }
    for group in groups:
        row = known.pop(group.id, None)
        if row is None:
            row = ContextGroup(context_id=context.id, lti_id=group.id)
            session.add(row)
        row.name, row.set_name = group.name, group.set_name
    for row in known.values():
        session.delete(row)


def _mind_visits(session: Session, context: Context) -> None:
    """Let open visits of staff have the role that the roster has just made theirs."""
    open_visits = session.execute(
        select(Visit, Membership)
        .join(Activity, Activity.id == Visit.activity_id)
        .join(
            Membership,
            (Membership.context_id == Activity.context_id)
            & (Membership.person_id == Visit.person_id),
        )
        .where(Activity.context_id == context.id, Visit.role == Role.INSTRUCTOR)
    )
    for visit, row in open_visits:
        visit.role = role_in_course(visit.role, row.roster_role, row.chosen_role)


def _people(
    session: Session, registration_id: int, members: dict[str, Member]
) -> dict[str, Person]:
    for sub, member in members.items():
        values = {"registration_id": registration_id, "lti_id": sub, "name": member.name}
        add_if_new(session, Person, values)
    rows = session.scalars(
        select(Person).where(
            Person.registration_id == registration_id, Person.lti_id.in_(list(members))
        )
    )
    return {row.lti_id: row for row in rows}
