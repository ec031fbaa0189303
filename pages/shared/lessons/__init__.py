"""Lessons: the list of them, and the dock that leads through one over the app's own pages."""
