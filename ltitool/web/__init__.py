"""The browser: a GET asks a query, a POST calls one action and redirects.

The only package that knows Flask, the clock of a request, and HTML.
"""
