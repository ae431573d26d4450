"""The questions pages and actions ask; each has a fixed number of statements."""
