"""The record of a grade, for an exam office: whose it is, the rules, the sums, every score sent.

Teachers print it under a name, so it holds nothing that would tell an alias.
"""

from collections.abc import Iterator

from flask import render_template
from flask_babel import gettext as _

from ltitool.core.completion import Completion
from ltitool.storage.queries import accounts
from ltitool.storage.queries import progress as queries
from ltitool.storage.tables import Activity, Person
from ltitool.web import labels
from ltitool.web.credit_words import versions
from ltitool.web.ledger import Book, ledger_of, set_score
from ltitool.web.transaction import db
from ltitool.web.words import points


def record_page(person: Person, activity: Activity, completion: Completion, book: Book) -> str:
    """Return the page; `book` holds no links where it stands under a name."""
    rows = queries.every_version(db(), activity.id)[:1]
    kept = queries.kept_records(db(), activity.id, person.id)
    scores = queries.record_of_scores(db(), activity.id, person.id)
    return render_template(
        "record.html",
        person=person,
        activity=activity,
        ids=list(_ids(person, activity)),
        ledger=ledger_of(completion, book),
        version=next(iter(versions(rows)), None),
        set_scores=[set_score(row) for row in accounts.overrides_of(db(), activity.id, person.id)],
        scores=[
            (one, points(one.score.score_hundredths), labels.DELIVERIES[one.score.delivery])
            for one in scores
        ],
        kept_until=completion.rules.kept_until(*kept[0].happened) if kept else None,
    )


def _ids(person: Person, activity: Activity) -> Iterator[tuple[str, str]]:
    """Yield what the platform calls everything; an exam office finds it there by these."""
    deployment = activity.context.deployment
    yield _("LMS"), deployment.registration.issuer
    yield _("Tool in the LMS"), f"{deployment.registration.client_id} / {deployment.lti_id}"
    yield _("Course in the LMS"), activity.context.lti_id
    yield _("Link in the LMS"), activity.lti_id or ""
    yield _("Person in the LMS"), person.lti_id
    yield _("Gradebook column"), activity.line_item_url or _("none")
