"""What a person may do in an activity: given by the launch's context roles, nothing else."""

from enum import StrEnum


class Role(StrEnum):
    """The role of a visit."""

    LEARNER = "learner"
    TUTOR = "tutor"
    """Moderates and helps; changes no settings and no marks."""
    INSTRUCTOR = "instructor"
    GUEST = "guest"
    """No role in the context: may look at the story, takes part in nothing."""

    @property
    def is_staff(self) -> bool:
        """Whether this role sees the teaching pages."""
        return self in {Role.TUTOR, Role.INSTRUCTOR}


def role_in_course(launched: Role, on_roster: Role | None, chosen: Role | None) -> Role:
    """Return the role of a visit: the launch's, unless it is about staff and others know better.

    Moodle launches its non-editing teachers as instructors and lists them as learners; they are
    tutors until an instructor says otherwise (MDL: different capabilities are checked).
    """
    if not launched.is_staff:
        return launched
    if chosen is not None:
        return chosen
    is_disputed = launched is Role.INSTRUCTOR and on_roster is Role.LEARNER
    return Role.TUTOR if is_disputed else launched
