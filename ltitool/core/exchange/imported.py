"""A file from another tool, whichever it is, as the draft of a story."""

from collections.abc import Sequence

from ltitool.core.archive import is_archive
from ltitool.core.errors import BrokenScenario
from ltitool.core.exchange.draft import Draft
from ltitool.core.exchange.h5p_import import from_h5p
from ltitool.core.exchange.twee_import import from_twee

OURS = b"format: dilemma"


def draft_of(name: str, content: bytes, cast: Sequence[str] = ()) -> Draft:
    """Return the draft of a story from a file of Twine or of H5P, told apart by what is in it.

    Raises BrokenScenario where no story can be made of it.
    """
    if is_archive(content) or name.lower().endswith(".h5p"):
        return from_h5p(content, cast)
    if any(line.startswith(OURS) for line in content[:1000].splitlines()):
        raise BrokenScenario(["This is a story in our own format already; it needs no import."])
    return from_twee(content, cast)
