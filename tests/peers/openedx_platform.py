# SPDX-License-Identifier: AGPL-3.0-only
"""A course on the LTI platform of Open edX: `openedx_platform PORT TOOL_URL DATABASE_FILE`.

All that is LTI here (login, keys, tokens, line items, scores, rosters) is Open edX's own code at
its own addresses. The rest stands in for the LMS around it, through the seam made for that.
"""

# This file alone is under the AGPL, because it runs code that is: Open edX's lti-consumer-xblock.
# It does so in a process of its own; nothing of the tool, and no test, imports it.

import sys
from types import SimpleNamespace
from typing import Any

import django
from django.conf import settings

if not settings.configured:  # Django's models can be imported only once it knows its settings
    port, tool, database = sys.argv[1:]
    base = f"http://127.0.0.1:{port}"
    settings.configure(
        BASE=base,
        TOOL=tool,
        SECRET_KEY="for tests only",
        ALLOWED_HOSTS=["127.0.0.1"],
        ROOT_URLCONF=__name__,
        USE_TZ=True,
        INSTALLED_APPS=[
            "django.contrib.contenttypes",
            "django.contrib.auth",
            "django.contrib.sessions",
            "config_models",
            "rest_framework",
            "django_filters",
            "lti_consumer",
        ],
        MIDDLEWARE=[
            "edx_django_utils.cache.middleware.RequestCacheMiddleware",
            "django.contrib.sessions.middleware.SessionMiddleware",
            "django.contrib.auth.middleware.AuthenticationMiddleware",
            "crum.CurrentRequestUserMiddleware",
        ],
        DATABASES={
            "default": {
                "ENGINE": "django.db.backends.sqlite3",
                "NAME": database,
                "OPTIONS": {"timeout": 20},
            }
        },
        TEMPLATES=[
            {"BACKEND": "django.template.backends.django.DjangoTemplates", "APP_DIRS": True}
        ],
        DEFAULT_AUTO_FIELD="django.db.models.AutoField",
        # What the settings of an Open edX LMS give to the package.
        USAGE_ID_PATTERN=r"(?P<usage_id>[^/]+)",
        LTI_BASE=base,
        LTI_API_BASE=base,
        LMS_ROOT_URL=base,
        LEARNING_MICROFRONTEND_URL=base,
        PLATFORM_NAME="Open edX on loopback",
        LTI_NRPS_DISALLOW_PII=False,
    )
    django.setup()

from django.contrib.auth import get_user_model, login
from django.core.management import call_command
from django.core.wsgi import get_wsgi_application
from django.http import HttpResponse, JsonResponse
from django.urls import include, path
from lti_consumer.api import (
    get_lti_1p3_content_url,
    get_lti_1p3_launch_info,
    get_lti_1p3_launch_start_url,
)
from lti_consumer.data import Lti1p3LaunchData
from lti_consumer.exceptions import LtiError
from lti_consumer.models import (
    CourseAllowPIISharingInLTIFlag,
    Lti1p3Passport,
    LtiAgsLineItem,
    LtiAgsScore,
    LtiConfiguration,
    LtiDlContentItem,
)
from lti_consumer.plugin import compat
from opaque_keys.edx.keys import UsageKey
from werkzeug.serving import run_simple

COURSE = "course-v1:Uni+SW2+2027"
LINK = UsageKey.from_string("block-v1:Uni+SW2+2027+type@lti_consumer+block@pending")
PICKED = UsageKey.from_string("block-v1:Uni+SW2+2027+type@lti_consumer+block@picked")
"""A second link, for which an instructor chooses by deep linking."""

PEOPLE = {
    "rosa": ("edx-rosa", "Dr Rosa Okoye", "instructor"),
    "zoe": ("edx-zoe", "Zoë Bright", "student"),
    "olena": ("edx-olena", "Олена Коваль", "student"),
}
"""From the account to the id that the tool is told, the name, and the role in the course."""

gradebook: list[dict[str, Any]] = []
"""Every grade that the platform has passed on to its LMS."""


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
    for location, is_picked in ((LINK, False), (PICKED, True)):
        _place(location, passport, is_picked=is_picked)


def _place(location: Any, passport: Any, *, is_picked: bool) -> None:
    LtiConfiguration.objects.create(
        location=location,
        version="lti_1p3",
        config_store="CONFIG_ON_DB",
        lti_1p3_passport=passport,
        lti_1p3_oidc_url=f"{settings.TOOL}/lti/login",
        lti_1p3_launch_url=f"{settings.TOOL}/lti/launch",
        lti_1p3_redirect_uris=[f"{settings.TOOL}/lti/launch"],
        lti_advantage_enable_nrps=True,
        lti_advantage_ags_mode="declarative",
        lti_advantage_deep_linking_enabled=is_picked,
        lti_advantage_deep_linking_launch_url=f"{settings.TOOL}/lti/launch",
    )


def enter(request: Any, account: str) -> HttpResponse:
    """Log somebody in, and say where their launch begins."""
    user = _logged_in(request, account)
    return JsonResponse({"launch": get_lti_1p3_content_url(_launch_data(user))})


def pick(request: Any, account: str) -> HttpResponse:
    """Log somebody in, and say where choosing for the second link begins."""
    data = _launch_data(_logged_in(request, account), PICKED)
    return JsonResponse({"launch": get_lti_1p3_launch_start_url(data, deep_link_launch=True)})


def picked(request: Any, account: str) -> HttpResponse:
    """Log somebody in, and say where a launch of the second link begins."""
    data = _launch_data(_logged_in(request, account), PICKED)
    return JsonResponse({"launch": get_lti_1p3_content_url(data)})


def _logged_in(request: Any, account: str) -> Any:
    user = get_user_model().objects.get(username=account)
    login(request, user, backend="django.contrib.auth.backends.ModelBackend")
    return user


def registration(_request: Any) -> HttpResponse:
    """Tell what the administrator of a tool has to know."""
    rosa = get_user_model().objects.get(username="rosa")
    info = get_lti_1p3_launch_info(_launch_data(rosa))
    return JsonResponse({"issuer": settings.BASE, **info}, json_dumps_params={"default": str})


def state(_request: Any) -> HttpResponse:
    """Tell what stands in the tables of line items and scores, and what reached the gradebook."""
    line_items = LtiAgsLineItem.objects.values("id", "resource_link_id", "score_maximum")
    scores = LtiAgsScore.objects.values(
        "line_item_id",
        "user_id",
        "score_given",
        "score_maximum",
        "activity_progress",
        "grading_progress",
        "comment",
    )
    tables = {
        "line_items": list(line_items),
        "scores": list(scores),
        "gradebook": gradebook,
        "content_items": list(LtiDlContentItem.objects.values("content_type", "attributes")),
    }
    return JsonResponse(tables, json_dumps_params={"default": str})


urlpatterns = [
    path("enter/<str:account>", enter),
    path("pick/<str:account>", pick),
    path("picked/<str:account>", picked),
    path("registration", registration),
    path("state", state),
    path("api/", include("lti_consumer.plugin.urls")),
]


def _launch_data(user: Any, link: Any = LINK) -> Any:
    external_id, name, role = PEOPLE[user.username]
    return Lti1p3LaunchData(
        user_id=user.id,
        user_role=role,
        config_id=LtiConfiguration.objects.get(location=link).config_id,
        resource_link_id=str(link),
        external_user_id=external_id,
        name=name,
        email=user.email,
        preferred_username=user.username,
        launch_presentation_document_target="iframe",
        launch_presentation_return_url=f"{settings.BASE}/course",
        context_id=COURSE,
        context_type=["course_offering"],
        context_title="Social Work Skills 2",
        context_label="SW2",
        custom_parameters={"scenario": "sam-and-lucy", "group_wait_hours": "0"}
        if link == LINK
        else {},
    )


def _publish(user: Any, score: float, maximum: float, comment: str) -> None:
    grade = {"user": user.username, "score": score, "maximum": maximum, "comment": comment}
    gradebook.append(grade)


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
"""The link as the course holds it."""


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


def _external_ids(users: Any) -> dict[int, Any]:
    accounts = users.prefetch_related(None)  # Django's own accounts have no profile
    return {
        user.id: SimpleNamespace(external_user_id=PEOPLE[user.username][0]) for user in accounts
    }


# The package's own seam towards the LMS that it is usually part of.
compat.load_enough_xblock = compat.load_block_as_user = lambda _location: BLOCK
compat.user_has_access = compat.user_course_access = lambda *_args, **_kwargs: True
compat.user_has_studio_write_access = lambda user, _course: user.is_staff
compat.get_course_by_id = lambda key: SimpleNamespace(id=key)
compat.get_user_from_external_user_id = _user_of
compat.batch_get_or_create_externalids = _external_ids
compat.get_course_members = _members

if __name__ == "__main__":
    call_command("migrate", verbosity=0)
    fill()
    run_simple("127.0.0.1", int(port), get_wsgi_application(), threaded=True)
