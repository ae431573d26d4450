"""Reading back what stands in a gradebook column (AGS 2.0, result service)."""

from dataclasses import dataclass
from datetime import datetime
from urllib.parse import quote, urlsplit, urlunsplit

from ltitool.core.errors import PlatformError
from ltitool.lti import claims
from ltitool.lti.answers import next_page
from ltitool.lti.connector import Connector
from ltitool.lti.http import Answer

RESULTS_TYPE = "application/vnd.ims.lis.v2.resultcontainer+json"
MOST_PAGES = 200


@dataclass(frozen=True)
class Result:
    """What stands in the gradebook for one person."""

    sub: str
    score: float | None
    """None where the platform names none; Moodle leaves a grade of 0 out."""
    maximum: float
    stored_at: datetime | None

    @property
    def share(self) -> float | None:
        """The grade as a share of the maximum; None where that says nothing."""
        return self.score / self.maximum if self.score is not None and self.maximum > 0 else None


def read_result(connector: Connector, line_item_url: str, sub: str) -> Result | None:
    """Return what stands in the gradebook for this person; None when there is no row.

    Raises PlatformError.
    """
    answer = _ask(connector, _address(line_item_url, f"user_id={quote(sub, safe='')}"))
    return next((one for one in _results_in(answer) if one.sub == sub), None)


def read_results(connector: Connector, line_item_url: str) -> dict[str, Result]:
    """Return what stands in a whole column, by person; raises PlatformError."""
    url: str | None = _address(line_item_url)  # no limit: Moodle's pages are broken
    found: dict[str, Result] = {}
    for _page in range(MOST_PAGES):
        if url is None:
            return found
        answer = _ask(connector, url)
        found |= {one.sub: one for one in _results_in(answer)}
        url = next_page(answer, url)
    raise PlatformError(f"The results have more than {MOST_PAGES} pages.")


def _ask(connector: Connector, url: str) -> Answer:
    return connector.call("GET", url, [claims.RESULT_SCOPE], {"Accept": RESULTS_TYPE})


def _address(line_item_url: str, own: str = "") -> str:
    parts = urlsplit(line_item_url)
    query = "&".join(part for part in (parts.query, own) if part)
    return urlunsplit(parts._replace(path=f"{parts.path}/results", query=query))


def _results_in(answer: Answer) -> list[Result]:
    rows = answer.json()
    if not isinstance(rows, list):
        raise PlatformError("The results are not a list.", answer.status)
    return [_result(row) for row in rows if isinstance(row, dict) and row.get("userId")]


def _result(row: dict[str, object]) -> Result:
    return Result(
        str(row["userId"]),
        _number(row.get("resultScore")),
        _number(row.get("resultMaximum", 1)) or 0.0,
        _time(row.get("timestamp")),
    )


def _number(value: object) -> float | None:
    return float(value) if isinstance(value, int | float) else None


def _time(value: object) -> datetime | None:
    try:
        found = datetime.fromisoformat(str(value))
    except ValueError:
        return None
    return found if found.tzinfo is not None else None
