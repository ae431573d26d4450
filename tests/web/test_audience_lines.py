"""Above every text that is typed stands who can read it, who can find out by whom, until when."""

import re

import pytest
from sqlalchemy import update

from ltitool.core.audience import Naming
from ltitool.storage.tables import Activity, Decision, Post, Reflection
from tests.web.everything import Everything

COMPOSERS = (
    ("new", "/story/request/decide"),
    ("talker", "/talk/"),
    ("talker", "/talk/stand/"),
    ("talker", "/talk/worry"),
    ("solo", "/alone/"),
    ("again", "/again/"),
    ("done", "/reflect/"),
)
KNOWN = {
    Naming.NAMED: "They see it under “Person ",
    Naming.ALIAS: "The teaching staff can find out who ",
    Naming.SEALED: "Only an instructor can find out who ",
}


@pytest.mark.parametrize("naming", Naming)
def test_every_composer_says_who_can_find_out_and_until_when_it_is_kept(
    course: Everything, naming: Naming
) -> None:
    with course.database.transaction() as session:
        session.execute(update(Activity).values(naming=naming))
        for written in (Post, Decision, Reflection):
            session.execute(update(written).values(naming=naming))

    for name, path in COMPOSERS:
        lines = re.findall(
            r'class="audience">(.*?)</div>', course.people[name].get(path), re.DOTALL
        )
        known = [line for line in lines if KNOWN[naming] in line and "then erased." in line]
        assert known, f"{path} says {lines}"
