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
