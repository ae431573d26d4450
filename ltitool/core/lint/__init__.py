"""What a good scenario does beyond being readable: rules, each a small function with a code.

Nothing here reads a file, the clock or the dice. `findings` holds the values, `paths` plays the
story, `story` is what a rule is given, one module holds each family of rules, and `linter` joins
them. Imports: the rest of the core only.
"""
