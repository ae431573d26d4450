"""What is wrong with a scenario, said in one way: where, in a sentence, and by which rule."""

from collections.abc import Collection
from difflib import get_close_matches
from typing import NamedTuple

Path = tuple[str | int, ...]


class Problem(NamedTuple):
    """What does not fit: where in the file, a plain sentence, and the code of the rule."""

    path: Path
    words: str
    code: str = "S02"


MOST_TO_GUESS_FROM = 100


def did_you_mean(wrong: str, known: Collection[str]) -> str:
    """Return the end of a sentence about an unknown name: the one that was perhaps meant."""
    # Guessing is slow: among very many names it would take minutes.
    guesses = sorted(known) if len(known) <= MOST_TO_GUESS_FROM else []
    close = get_close_matches(wrong, guesses, n=1)
    return f". Did you mean “{close[0]}”?" if close else "."
