# SPDX-License-Identifier: AGPL-3.0-only
"""One course on Open edX's LTI platform: its people, its link to the tool, and two pages.

All that is LTI here (login, keys, tokens, scores, rosters) is the package's own code and its own
addresses. The rest stands in for the LMS around it, through the seam the package has for that.
"""

from types import SimpleNamespace
from typing import Any

from django.conf import settings
from django.contrib.auth import get_user_model, login
from django.http import HttpResponse, JsonResponse
from django.urls import include, path
from lti_consumer.api import get_lti_1p3_content_url, get_lti_1p3_launch_info
from lti_consumer.data import Lti1p3LaunchData
from lti_consumer.exceptions import LtiError
from lti_consumer.models import (
    CourseAllowPIISharingInLTIFlag,
    Lti1p3Passport,
    LtiAgsScore,
    LtiConfiguration,
)
from lti_consumer.plugin import compat
from lti_consumer.plugin.views import LtiNrpsContextMembershipViewSet
from opaque_keys.edx.keys import UsageKey

COURSE = "course-v1:Uni+SW2+2027"
LINK = UsageKey.from_string("block-v1:Uni+SW2+2027+type@lti_consumer+block@pending")
TITLE = "Social Work Skills 2"
PEOPLE = {
    "rosa": ("edx-rosa", "Dr Rosa Okoye", "instructor"),
    "zoe": ("edx-zoe", "Zoë Bright", "student"),
    "olena": ("edx-olena", "Олена Коваль", "student"),
}
"""From the account to the id that the tool is told, the name, and the role in the course."""

gradebook: list[dict[str, Any]] = []
"""Every grade that the platform has passed on to its LMS."""


def _publish(user: Any, score: float, maximum: float, comment: str) -> None:
    gradebook.append(
        {"user": user.username, "score": score, "maximum": maximum, "comment": comment}
    )


BLOCK = SimpleNamespace(
    location=LINK,
    scope_ids=SimpleNamespace(usage_id=LINK, user_id=None),
    context_id=COURSE,
    display_name="Pending",
    weight=1,
    has_score=True,
    start=None,
    due=None,
    lti_1p3_passport_id=None,
    accept_grades_past_due=True,
    is_past_due=lambda: False,
    max_score=lambda: 1,
    set_user_module_score=_publish,
)


def _user_of(external_id: str) -> Any:
    for account, (known_id, _name, _role) in PEOPLE.items():
        if known_id == external_id:
            return get_user_model().objects.get(username=account)
    raise LtiError("Invalid User")


def _members(_course_key: object) -> dict[int, dict[str, Any]]:
    return {
        user.id: {
            "id": user.id,
            "username": user.username,
            "email": user.email,
            "name": PEOPLE[user.username][1],
            "roles": [PEOPLE[user.username][2]],
        }
        for user in get_user_model().objects.order_by("id")
    }


def _attach_ids(_view: object, members: dict[int, dict[str, Any]]) -> None:
    for member in members.values():
        member["external_id"] = PEOPLE[member["username"]][0]


# The package's own seam towards the LMS it is usually part of.
compat.load_enough_xblock = lambda _location: BLOCK
compat.load_block_as_user = lambda _location: BLOCK
compat.user_has_studio_write_access = lambda user, _key: PEOPLE[user.username][2] == "instructor"
compat.get_course_by_id = lambda key: SimpleNamespace(id=key)
compat.user_course_access = lambda *_args, **_kwargs: True
compat.user_has_access = lambda *_args, **_kwargs: True
compat.get_user_from_external_user_id = _user_of
compat.get_course_members = _members
LtiNrpsContextMembershipViewSet.attach_external_user_ids = _attach_ids


def fill() -> None:
    """Make the people of the course, and the link to the tool."""
    for account, (_id, _name, role) in PEOPLE.items():
        get_user_model().objects.create(
            username=account, email=f"{account}@example.org", is_staff=role == "instructor"
        )
    CourseAllowPIISharingInLTIFlag.objects.create(course_id=COURSE, enabled=True)
    passport = Lti1p3Passport.objects.create(
        name="tool",
        lti_1p3_client_id="kaleidoscope",
        context_key=COURSE,
        lti_1p3_tool_keyset_url=f"{settings.TOOL}/lti/keys",
    )
    LtiConfiguration.objects.create(
        location=LINK,
        version="lti_1p3",
        config_store="CONFIG_ON_DB",
        lti_1p3_passport=passport,
        lti_1p3_oidc_url=f"{settings.TOOL}/lti/login",
        lti_1p3_launch_url=f"{settings.TOOL}/lti/launch",
        lti_1p3_redirect_uris=[f"{settings.TOOL}/lti/launch"],
        lti_advantage_enable_nrps=True,
        lti_advantage_ags_mode="declarative",
    )


def _launch_data(user: Any) -> Any:
    external_id, name, role = PEOPLE[user.username]
    return Lti1p3LaunchData(
        user_id=user.id,
        user_role=role,
        config_id=LtiConfiguration.objects.get(location=LINK).config_id,
        resource_link_id=str(LINK),
        external_user_id=external_id,
        name=name,
        email=user.email,
        preferred_username=user.username,
        launch_presentation_document_target="iframe",
        launch_presentation_return_url=f"{settings.BASE}/course",
        context_id=COURSE,
        context_type=["course_offering"],
        context_title=TITLE,
        context_label="SW2",
        custom_parameters={"scenario": "sam-and-lucy", "group_wait_hours": "0"},
    )


def enter(request: Any, account: str) -> HttpResponse:
    """Log somebody in, and say where their launch begins."""
    user = get_user_model().objects.get(username=account)
    login(request, user, backend="django.contrib.auth.backends.ModelBackend")
    return JsonResponse({"launch": get_lti_1p3_content_url(_launch_data(user))})


def state(_request: Any) -> HttpResponse:
    """Tell what stands in the gradebook, and the scores behind it."""
    scores = LtiAgsScore.objects.values("user_id", "score_given", "score_maximum", "comment")
    return JsonResponse({"gradebook": gradebook, "scores": list(scores)})


def registration(_request: Any) -> HttpResponse:
    """Tell what the administrator of a tool has to know."""
    rosa = get_user_model().objects.get(username="rosa")
    info = get_lti_1p3_launch_info(_launch_data(rosa))
    return JsonResponse({"issuer": settings.BASE, **info}, json_dumps_params={"default": str})


urlpatterns = [
    path("enter/<str:account>", enter),
    path("state", state),
    path("registration", registration),
    path("api/", include("lti_consumer.plugin.urls")),
]
