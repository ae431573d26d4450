"""The reference of the format for authors: every field, from the models, and an example of it."""
