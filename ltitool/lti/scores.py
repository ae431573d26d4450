"""Sending one score to the gradebook, and reading back what stands there (AGS 2.0)."""

import json
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import quote, urlsplit, urlunsplit

from pylti1p3.assignments_grades import AssignmentsGradesService
from pylti1p3.grade import Grade

from ltitool.core.errors import PlatformError
from ltitool.lti import claims
from ltitool.lti.connector import Connector

RESULTS_TYPE = "application/vnd.ims.lis.v2.resultcontainer+json"
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
        return json.dumps(
            {
                "userId": score.sub,
                "scoreGiven": given,
                "scoreMaximum": score.maximum,
                "activityProgress": "Completed" if is_complete else "InProgress",
                "gradingProgress": "FullyGraded",
                "timestamp": score.scored_at.isoformat(timespec="milliseconds"),
                "comment": score.comment,
            }
        )


def send_score(connector: Connector, score: Score) -> str:
    """Send a score; return the platform's words. Raises PlatformError when it refuses."""
    service = AssignmentsGradesService(
        connector, {"scope": [claims.SCORE_SCOPE], "lineitem": score.line_item_url}
    )
    service.put_grade(ScoreMessage(score))
    return "Received"


def read_result(connector: Connector, line_item_url: str, sub: str) -> float | None:
    """Return what stands in the gradebook for this person, as a share of the maximum.

    None when nothing stands there. Raises PlatformError.
    """
    parts = urlsplit(line_item_url)
    query = "&".join(part for part in (parts.query, f"user_id={quote(sub, safe='')}") if part)
    url = urlunsplit(parts._replace(path=f"{parts.path}/results", query=query))
    answer = connector.call("GET", url, [claims.RESULT_SCOPE], {"Accept": RESULTS_TYPE})
    rows = answer.json()
    if not isinstance(rows, list):
        raise PlatformError("The results are not a list.", answer.status)
    for row in rows:
        if isinstance(row, dict) and str(row.get("userId")) == sub:
            return _share(row)
    return None


def _share(row: dict[str, object]) -> float | None:
    result, maximum = row.get("resultScore"), row.get("resultMaximum", 1)
    if not isinstance(result, int | float) or not isinstance(maximum, int | float) or not maximum:
        return None
    return result / maximum
