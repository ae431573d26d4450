# SPDX-License-Identifier: AGPL-3.0-only
"""Django settings around Open edX's LTI platform: what its LMS would give it, and no more."""

import os

BASE = os.environ["PEER_URL"]
TOOL = os.environ["PEER_TOOL_URL"]

DEBUG = False
SECRET_KEY = "for tests only"
ALLOWED_HOSTS = ["*"]
ROOT_URLCONF = "tests.peers.openedx.course"
USE_TZ = True
INSTALLED_APPS = [
    "django.contrib.contenttypes",
    "django.contrib.auth",
    "django.contrib.sessions",
    "config_models",
    "rest_framework",
    "django_filters",
    "lti_consumer",
]
MIDDLEWARE = [
    "edx_django_utils.cache.middleware.RequestCacheMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "crum.CurrentRequestUserMiddleware",
]
DATABASES = {
    "default": {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": os.environ["PEER_DATABASE"],
        "OPTIONS": {"timeout": 20},
    }
}
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {"context_processors": ["django.template.context_processors.request"]},
    }
]
DEFAULT_AUTO_FIELD = "django.db.models.AutoField"

# What edx-platform's own settings give to the package.
USAGE_ID_PATTERN = r"(?P<usage_id>(?:i4x://?[^/]+/[^/]+/[^/]+/[^@]+(?:@[^/]+)?)|(?:[^/]+))"
LMS_ROOT_URL = LTI_BASE = LTI_API_BASE = LEARNING_MICROFRONTEND_URL = BASE
PLATFORM_NAME = "Open edX on loopback"
LTI_NRPS_DISALLOW_PII = False
