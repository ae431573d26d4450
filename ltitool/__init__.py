"""Branching dilemmas with group talk, launched from an LMS over LTI 1.3."""

__version__ = "0.1.0"
