# SPDX-License-Identifier: AGPL-3.0-only
"""Run the platform: `python -m tests.peers.openedx PORT`, with its settings in the environment."""

import importlib
import os
import sys

import django
from django.core.management import call_command
from django.core.wsgi import get_wsgi_application
from werkzeug.serving import run_simple

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.peers.openedx.settings")
django.setup()
call_command("migrate", verbosity=0)
importlib.import_module("tests.peers.openedx.course").fill()
run_simple("127.0.0.1", int(sys.argv[1]), get_wsgi_application(), threaded=True)
