"""The errors the tool raises on purpose; their texts may be shown to the person.

ToolError
├── BrokenScenario     a scenario file does not make sense
├── NotFound           there is no such thing within reach of this visit
├── NotAllowed         this visit's role may not do that
├── NotOpen            the phase is not open yet, or no longer
├── NotReady           nobody has chosen a story for this link
├── AlreadyDone        it was done before, or somebody else was faster; what stands is shown
├── InputRefused       what was typed or chosen cannot be taken as it is
├── TooOften           more was sent in a short time than anybody needs to send
├── NoVisit            the visit has ended, or this browser does not hold it
├── LaunchRefused      a login or launch could not be verified
└── PlatformError      the platform did not do what it was asked
"""

from collections.abc import Sequence

from ltitool.core.lint.findings import Finding


class ToolError(Exception):
    """Base class of every error raised on purpose; its text may be shown to the person."""

    code = "ERROR"
    """A short code that the page shows and the log has too."""


class BrokenScenario(ToolError):
    """A scenario file does not make sense; `problems` lists everything that is wrong."""

    code = "SCENARIO-BROKEN"

    def __init__(self, problems: Sequence[str | Finding]) -> None:
        """Keep every problem, each a sentence with its line."""
        self.findings = tuple(
            found if isinstance(found, Finding) else Finding.unread(found) for found in problems
        )
        self.problems = [str(found) for found in self.findings]
        super().__init__("\n".join(self.problems))


class NotFound(ToolError):
    """There is no such thing within reach of this visit."""

    code = "NOT-FOUND"


class NotAllowed(ToolError):
    """This visit's role may not do that; told as “not found” so that nothing is given away."""

    code = "NOT-FOUND"


class NotOpen(ToolError):
    """The phase is not open yet, or no longer."""

    code = "NOT-OPEN"


class NotReady(ToolError):
    """Nobody has chosen a story for this link."""

    code = "NOT-READY"


class AlreadyDone(ToolError):
    """It was done before, or somebody else was faster; what stands is shown."""

    code = "ALREADY-DONE"


class InputRefused(ToolError):
    """What was typed or chosen cannot be taken as it is."""

    code = "INPUT-REFUSED"


class TooOften(ToolError):
    """More was sent in a short time than anybody needs to send."""

    code = "TOO-OFTEN"


class NoVisit(ToolError):
    """The visit has ended, or this browser does not hold it."""

    code = "VISIT-ENDED"


class LaunchRefused(ToolError):
    """A login or launch could not be verified; `check` names what refused it, for the log."""

    def __init__(self, check: str, words: str, registration_id: int | None = None) -> None:
        """Keep the name of the check beside words that are safe to show."""
        super().__init__(words)
        self.check = check
        self.code = f"LAUNCH-{check}"
        self.registration_id = registration_id


class PlatformError(ToolError):
    """The platform did not do what it was asked; `status` is None if it did not answer."""

    code = "PLATFORM"

    def __init__(
        self,
        words: str,
        status: int | None = None,
        retry_after: float | None = None,
        *,
        hint: str = "",
    ) -> None:
        """Keep the platform's own words, its status and how many seconds it asked us to wait.

        `said` are its words alone; the text of the error adds the hint to them.
        """
        super().__init__(f"{words.rstrip('.')}. {hint}" if hint else words)
        self.said = words
        self.status = status
        self.retry_after = retry_after
