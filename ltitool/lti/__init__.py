"""The LMS: launches come in, members are read, scores go out.

The only package that imports pylti1p3, and it is never trusted with a decision. Knows no database:
what must be remembered is handed in and handed back. May import `ltitool.core`.
"""
