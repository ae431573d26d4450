# SPDX-License-Identifier: AGPL-3.0-only
# This package runs code under that licence, Open edX's own LTI platform, in a process of its own
# as a test peer. Nothing of the tool imports it, and it is in no wheel.
