"""A file from another tool, whichever it is, as the draft of a story."""

from codecs import BOM_UTF8
from collections.abc import Sequence

from ltitool.core.archive import is_archive, names_in
from ltitool.core.errors import BrokenScenario
from ltitool.core.exchange.draft import Draft
from ltitool.core.exchange.h5p_import import from_h5p
from ltitool.core.exchange.h5p_package import ABOUT
from ltitool.core.exchange.twee_import import from_twee

OURS = b"format: dilemma"


def is_from_elsewhere(content: bytes) -> bool:
    """Whether these are a file of Twine or a package of H5P, by what is in them."""
    if is_archive(content):
        return ABOUT in names_in(content)
    return content.removeprefix(BOM_UTF8).lstrip().startswith(b"::")


def draft_of(name: str, content: bytes, cast: Sequence[str] = ()) -> Draft:
    """Return the draft of a story from a file of Twine or of H5P, told apart by what is in it.

    Raises BrokenScenario where no story can be made of it.
    """
    if is_archive(content) or name.lower().endswith(".h5p"):
        return from_h5p(content, cast)
    if any(line.startswith(OURS) for line in content[:1000].splitlines()):
        raise BrokenScenario(["This is a story in our own format already; it needs no import."])
    return from_twee(content, cast)
