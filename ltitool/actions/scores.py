"""Writing outgoing scores: which are worth sending, with which time, and what they replace."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import insert, update
from sqlalchemy.orm import Session

from ltitool.core.completion import SCORE_MAXIMUM, Completion, Done, is_worth_sending
from ltitool.core.delivery import Delivery, earliest_sending, next_timestamp
from ltitool.core.policy import Posting, Rule
from ltitool.storage.queries import progress as queries
from ltitool.storage.queries.accounts import Account
from ltitool.storage.tables import Activity, OutgoingScore, Progress


@dataclass(frozen=True)
class Measured:
    """One person, what they have done, and what it comes to."""

    account: Account
    done: Mapping[Rule, Done]
    completion: Completion


def write_scores(
    session: Session,
    activity: Activity,
    people: Iterable[Measured],
    *,
    now: datetime,
    is_asked: bool = False,
) -> int:
    """Write the scores that are worth sending to the gradebook column; return how many.

    Also notes for everybody else when the clock alone will send theirs.
    """
    url = activity.line_item_url
    everybody = list(people)
    if url is None or not everybody:
        return 0
    one = everybody[0].account.person_id if len(everybody) == 1 else None
    newest = queries.newest_scores(session, activity.id, url, one)
    due, written = [], []
    for person in everybody:
        last = newest.get(person.account.person_id)
        row = _write_score(activity, url, person, last, now=now, is_asked=is_asked)
        written += [row] if row else []
        due_at = None if row or last else _sent_by_the_clock(person.completion)
        if due_at != person.account.due_at:
            key = {"activity_id": activity.id, "person_id": person.account.person_id}
            due.append({**key, "due_at": due_at})
    if due:
        session.execute(update(Progress), due)
    session.flush()  # what is superseded goes before what supersedes it
    if written:
        session.execute(insert(OutgoingScore), written)
        session.info["score_written"] = True
    return len(written)


def _sent_by_the_clock(completion: Completion) -> datetime | None:
    waits = completion.rules.policy.posting is Posting.WHEN_COMPLETE and completion.is_scored
    return completion.due_at if waits else None


def _write_score(
    activity: Activity,
    url: str,
    person: Measured,
    last: OutgoingScore | None,
    *,
    now: datetime,
    is_asked: bool,
) -> dict[str, object] | None:
    completion = person.completion
    if not is_worth_sending(
        completion,
        last_hundredths=last.score_hundredths if last else None,
        now=now,
        is_asked=is_asked,
    ):
        return None
    if last is not None and last.delivery is Delivery.WAITING:
        last.delivery = Delivery.SUPERSEDED
    scored_at = next_timestamp(now, last.scored_at if last else None)
    return {
        "activity_id": activity.id,
        "person_id": person.account.person_id,
        "line_item_url": url,
        "score_hundredths": completion.score_hundredths,
        "maximum": SCORE_MAXIMUM,
        "scored_at": scored_at,
        "rules_number": completion.rules.number,
        "comment": _comment(completion),
        "delivery": Delivery.WAITING,
        "tries": 0,
        "next_try_at": max(now, earliest_sending(scored_at)),
        "written_at": now,
    }


def _comment(completion: Completion) -> str:
    if completion.terms.override_hundredths is not None:
        return "Set by a teacher. The reason stands under “My progress and grade”."
    met = sum(credit.is_met for credit in completion.counted)
    return f"{met} of {len(completion.counted)} steps done. No answer earns more than another."
