"""Methods for images that people bring: a file for each."""
