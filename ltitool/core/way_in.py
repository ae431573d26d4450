"""How a browser was known to be the one that began a launch."""

from enum import StrEnum


class WayIn(StrEnum):
    """The three ways, the best first; the later two lead to a window of its own."""

    COOKIE = "cookie"
    STORAGE = "storage"
    """It keeps no cookie in the frame; the LMS's page kept word of its login."""
    ASKED = "asked"
    """It keeps no cookie in the frame, and its person said that it is they."""
