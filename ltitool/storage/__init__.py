"""The database: every table, the questions pages ask, and the one way to open a transaction.

Knows nothing of Flask, HTTP or LTI messages. May import `ltitool.core`.
"""
