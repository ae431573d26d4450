"""The roster of a course, as the platform tells it: who came, who left."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from ltitool.lti.members import Member
from ltitool.storage.launches import add_if_new
from ltitool.storage.tables import Context, Membership, Person


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
        if member.name and person.name != member.name:
            person.name = member.name
    for row in known.values():
        row.is_on_roster = False


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
