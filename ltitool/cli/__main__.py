"""`python -m ltitool.cli` is the same as `ltitool`."""

from ltitool.cli import main

main()
