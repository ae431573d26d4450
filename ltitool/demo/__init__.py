"""A pretend LMS for `make demo` and the tests; it uses no code of `ltitool.lti`."""
