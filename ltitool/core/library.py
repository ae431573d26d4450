"""Where in the library a story stands, and what may be done with it there."""

from enum import StrEnum


class Shelf(StrEnum):
    """Who put a story into the library, and so who can choose it."""

    COURSE = "course"
    """Uploaded by the instructors of one course, and seen in no other."""
    INSTITUTION = "institution"
    """Added by the people who run this installation."""
    SHIPPED = "shipped"
    """Comes with the tool."""


NEAREST_FIRST = tuple(Shelf)
"""Of stories with one id, the one nearest to the course is meant."""
