"""What methods score on the published tests of meaning, as a page to be read."""
