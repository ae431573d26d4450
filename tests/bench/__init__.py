"""Measuring, never asserting: launches beside a bare tool, on this machine, in one run."""
