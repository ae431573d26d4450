"""Groups that the LMS has, learnt launch by launch, and groups that an earlier activity had."""

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from ltitool.storage.tables import Activity, Context, GroupMember, Person, TalkGroup
from tests.launching import INSTRUCTOR, LTI
from tests.learner import Learner
from tests.web.test_launch import kept

Enter = Callable[..., Learner]
TEACHER: dict[str, Any] = {f"{LTI}roles": [INSTRUCTOR]}
GROUPS = "/teaching/settings/groups"
USUAL = {"hours": "0", "cap": "6"}


def in_group(group_ids: str, link: str = "link-1") -> dict[str, Any]:
    """Claims of somebody whom the LMS says to be in these groups."""
    custom = {"scenario": "sam-and-lucy", "group_wait_hours": "0", "group_ids": group_ids}
    return {f"{LTI}custom": custom, **at(link)}


def at(link: str) -> dict[str, Any]:
    return {f"{LTI}resource_link": {"id": link, "title": f"Activity {link}"}}


def labels(app: Flask, link: str) -> dict[str, str]:
    """Return by person what those have in common with whom they talk."""
    database = app.extensions["database"]
    with database.session(is_read_only=True) as session:
        rows = session.execute(
            select(Person.lti_id, TalkGroup.label)
            .join(GroupMember, GroupMember.person_id == Person.id)
            .join(TalkGroup, TalkGroup.id == GroupMember.group_id)
            .join(Activity, Activity.id == TalkGroup.activity_id)
            .where(GroupMember.until_at.is_(None), Activity.lti_id == link)
        )
        return {row[0]: row[1] for row in rows}


def test_groups_that_launches_tell_are_shown_and_people_come_into_theirs(
    app: Flask, learner: Enter
) -> None:
    ana, ben = learner("ana", **in_group("7,9")), learner("ben", **in_group('["9"]'))
    cem = learner("cem", **in_group("$Canvas.group.contextIds"))
    teacher = learner("teacher", **TEACHER, **in_group("31"))

    page = teacher.get(GROUPS)
    teacher.send(GROUPS, {**USUAL, "source": "platform", "platform": ["9"]})
    for person in (ana, ben, cem):
        person.play()

    assert "Group 7" in page
    assert "Group 9" in page
    assert "2 people known" in page
    assert "Group 31" not in page
    found = labels(app, "link-1")
    assert (found["ana"], found["ben"], found["cem"]) == ("9", "9", "")


def test_a_person_who_has_changed_groups_in_the_lms_counts_where_they_are_now(
    learner: Enter,
) -> None:
    learner("ana", **in_group("7"))
    teacher = learner("teacher", **TEACHER)

    learner("ana", **in_group("8"))

    page = teacher.get(GROUPS)
    assert "Group 8" in page
    assert "Group 7" not in page


def test_the_groups_of_an_earlier_activity_are_taken_over(app: Flask, learner: Enter) -> None:
    for name in ("ana", "ben", "cem"):
        learner(name).play()
    before = {row.person_id: row.group_id for row in kept(app, GroupMember)}
    teacher = learner("teacher", **TEACHER, **at("link-2"))
    first = next(one.id for one in kept(app, Activity) if one.lti_id == "link-1")
    assert f'<option value="{first}"' in teacher.get(GROUPS)

    saved = teacher.send(GROUPS, {**USUAL, "source": "earlier", "earlier": str(first)})
    for name in ("cem", "ana", "ben"):
        learner(name, **at("link-2")).play()

    assert saved.status_code == 303
    assert len(set(before.values())) == 1
    [name] = {row.name for row in kept(app, TalkGroup) if row.activity_id == first}
    assert labels(app, "link-2") == dict.fromkeys(("ana", "ben", "cem"), name)


SCOPE = "https://purl.imsglobal.org/spec/lti-gs/scope/contextgroup.readonly"
CLAIM = "https://purl.imsglobal.org/spec/lti-gs/claim/groupsservice"


@pytest.mark.parametrize(
    ("changes", "is_known"),
    [
        ({}, True),
        ({"scope": []}, False),
        ({"scope": "all"}, False),
        ({"context_groups_url": "https://evil.example/groups"}, False),
        ({"context_groups_url": 7}, False),
    ],
)
def test_where_the_groups_are_is_learnt_of_the_platform_s_own_hosts_only(
    app: Flask, learner: Enter, changes: dict[str, Any], is_known: bool
) -> None:
    service = {"scope": [SCOPE], "context_groups_url": "https://lms.example/groups", **changes}

    learner("ana", **{CLAIM: service})

    [context] = kept(app, Context)
    assert context.groups_url == ("https://lms.example/groups" if is_known else None)
