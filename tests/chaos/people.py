"""The people of a campaign: what they have done before it, and how they complete."""

import time
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from random import Random
from urllib.parse import parse_qs, urlsplit

import requests
from sqlalchemy import select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from ltitool.actions import credit, library, library_shelves, progress, stories
from ltitool.core.policy import Posting
from ltitool.core.presets import DEFAULT
from ltitool.demo.course import CONTEXT_ID, USERS
from ltitool.demo.messages import launch
from ltitool.settings import shipped
from ltitool.storage.database import Database
from ltitool.storage.tables import (
    Activity,
    Context,
    Deployment,
    Membership,
    Participant,
    Person,
    Progress,
    Registration,
)
from tests.chaos.platform import FaultyLms

LONG_AGO = timedelta(days=30)
POLICY = replace(DEFAULT, posting=Posting.EACH_CHANGE)
FULL = {"core_decided": 3, "posts": 1, "replies": 1, "decided_again": 1, "reflections": 1}


class Class:
    """Puts a class into the database: everybody has done something, nothing has been sent."""

    def __init__(self, session: Session, lms: FaultyLms, chance: Random) -> None:
        """Write into this session."""
        self._session, self._lms, self._chance = session, lms, chance

    def seed(self) -> None:
        """Give everybody an activity and a part of its credit."""
        session, now = self._session, datetime.now(UTC)
        library_shelves.store_folder(session, shipped("scenarios"), now=now)
        version = library.by_scenario_id(session, "sam-and-lucy")
        assert version is not None
        scenario = stories.scenario_of(version)
        registration = session.scalars(
            select(Registration).where(Registration.issuer == self._lms.lms.issuer)
        ).one()
        deployment = session.scalars(
            select(Deployment).where(Deployment.registration_id == registration.id)
        ).one()
        context = Context(deployment=deployment, lti_id=CONTEXT_ID)
        session.add(context)
        for number, name in enumerate(self._lms.names):
            person = Person(registration_id=registration.id, lti_id=name)
            activity = Activity(
                context=context,
                lti_id=name,
                seed=number,
                scenario_version=version,
                due_at=now - LONG_AGO,
                created_at=now - LONG_AGO,
            )
            session.add_all([person, activity])
            session.flush()  # their ids are needed
            credit.set_rules(session, activity, scenario, POLICY, actor_id=None, now=now)
            self._give(activity, person, now)

    def _give(self, activity: Activity, person: Person, now: datetime) -> None:
        counts = {rule: self._chance.randint(0, most) for rule, most in FULL.items()}
        own = {"activity_id": activity.id, "person_id": person.id}
        self._session.add_all(
            [
                Membership(context_id=activity.context_id, person_id=person.id),
                Participant(**own, alias="Ash", entered_at=now - LONG_AGO),
                Progress(
                    **own,
                    counts=counts | {"core_decided": 1},
                    score_hundredths=0,
                    is_complete=False,
                    measured_at=now,
                ),
            ]
        )


class People:
    """Everybody who completes: by launches, as people do who meet an error page and try again."""

    def __init__(self, lms: FaultyLms, database: Database, url: str) -> None:
        """Launch from this platform into the tool at this address."""
        self.lms, self.database, self.url = lms, database, url

    def complete_all(self, seconds: float) -> int:
        """Let everybody complete, spread over the time; some earn more a little later."""
        pause = seconds / len(self.lms.names)
        until = time.monotonic()
        for number, name in enumerate(self.lms.names):
            until += pause
            self._complete(name)
            if number % 3 == 2:
                self._earn_more(self.lms.names[number - 2])
            time.sleep(max(0.0, until - time.monotonic()))
        return len(self.lms.names)

    def _complete(self, name: str) -> None:
        """Launch until it has worked, as a person would who meets an error page."""
        for _again in range(200):
            with suppress(requests.RequestException, KeyError):
                if self._launch(name):
                    return
            time.sleep(0.3)
        raise AssertionError(f"{name} could never open the activity.")

    def _launch(self, name: str) -> bool:
        lms = self.lms.lms
        asked = {
            "iss": lms.issuer,
            "client_id": lms.profile.client_id,
            "login_hint": name,
            "target_link_uri": lms.launch_url,
            "lti_message_hint": "1",
        }
        with requests.Session() as browser:
            login = browser.get(
                f"{self.url}/lti/login", params=asked, allow_redirects=False, timeout=10
            )
            sent = parse_qs(urlsplit(login.headers["Location"]).query)
            token = lms.sign(launch(lms, USERS[name], lms.links[name], sent["nonce"][0]))
            cookies = "; ".join(f"{cookie.name}={cookie.value}" for cookie in login.cookies)
            answer = browser.post(
                f"{self.url}/lti/launch",
                data={"state": sent["state"][0], "id_token": token},
                headers={"Cookie": cookies},
                allow_redirects=False,
                timeout=10,
            )
            return answer.status_code == 303

    def _earn_more(self, name: str) -> None:
        """Raise somebody's credit, and write the score of it in the same transaction."""
        for _again in range(100):
            try:
                with self.database.transaction() as session:
                    activity = session.scalars(select(Activity).filter_by(lti_id=name)).one()
                    kept = session.scalars(
                        select(Progress).where(Progress.activity_id == activity.id)
                    ).one()
                    kept.counts = {**FULL}
                    session.flush()  # the next question reads it
                    progress.line_item_known(session, activity, now=datetime.now(UTC))
            except SQLAlchemyError:  # the database is being restarted
                time.sleep(0.3)
            else:
                return
        raise AssertionError(f"{name} could never earn more.")
