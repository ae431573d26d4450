"""The questions pages and actions ask, a module for each room; every one has a fixed number of statements."""
