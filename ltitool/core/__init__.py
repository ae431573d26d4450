"""The rules of the tool, in plain Python.

Nothing here reads a clock, a file, a database or a request; what a rule needs is passed in, and
what it decides is returned. May import pydantic and the YAML reader, nothing else from outside.
"""
