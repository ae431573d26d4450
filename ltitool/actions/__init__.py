"""What people and jobs can do: enter, decide, talk, reflect, send a score.

An action changes rows inside its caller's transaction and never commits; time and chance are
arguments. May import `ltitool.storage`, `ltitool.lti` and `ltitool.core`.
"""
