"""Sending one score to the gradebook (AGS 2.0, score service)."""

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from pylti1p3.assignments_grades import AssignmentsGradesService
from pylti1p3.grade import Grade

from ltitool.lti import claims
from ltitool.lti.connector import Connector

CANVAS_SUBMISSION = "https://canvas.instructure.com/lti/submission"
HUNDREDTHS = 100


@dataclass(frozen=True)
class Score:
    """A score for one person and one gradebook column."""

    line_item_url: str
    sub: str
    hundredths: int
    maximum: int
    scored_at: datetime
    comment: str
    submission: "Submission | None" = None
    """For Canvas alone."""


@dataclass(frozen=True)
class Submission:
    """What Canvas is told beside a score (its `scores_controller.rb`)."""

    is_first: bool
    """Canvas counts another attempt for every score unless it is told that there is no new one."""
    submitted_at: datetime
    overwrites: bool = False
    """Whether it is to replace what a teacher has entered there."""


class ScoreMessage(Grade):
    """The library's grade; its value is written exactly, without binary fractions."""

    def __init__(self, score: Score) -> None:
        """Grade in full, always: anything less clears the grade in Moodle and in Canvas."""
        self._score = score

    def get_value(self) -> str:
        """Return the score as the JSON of the specification."""
        score = self._score
        whole, rest = divmod(score.hundredths, HUNDREDTHS)
        given: int | float = whole if rest == 0 else float(f"{whole}.{rest:02d}")
        is_complete = score.hundredths == score.maximum * HUNDREDTHS
        message: dict[str, Any] = {
            "userId": score.sub,
            "scoreGiven": given,
            "scoreMaximum": score.maximum,
            "activityProgress": "Completed" if is_complete else "InProgress",
            "gradingProgress": "FullyGraded",
            "timestamp": score.scored_at.isoformat(timespec="milliseconds"),
            "comment": score.comment,
        }
        if score.submission is not None:
            message[CANVAS_SUBMISSION] = _for_canvas(score.submission)
        return json.dumps(message)


def _for_canvas(submission: Submission) -> dict[str, Any]:
    return {
        "new_submission": submission.is_first,
        "prioritize_non_tool_grade": not submission.overwrites,
        "submitted_at": submission.submitted_at.isoformat(timespec="milliseconds"),
    }


def send_score(connector: Connector, score: Score) -> str:
    """Send a score; return the platform's words. Raises PlatformError when it refuses."""
    service = AssignmentsGradesService(
        connector, {"scope": [claims.SCORE_SCOPE], "lineitem": score.line_item_url}
    )
    service.put_grade(ScoreMessage(score))
    return "Received"
