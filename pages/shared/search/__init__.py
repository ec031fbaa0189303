"""What the page of search is made of: the question, the answers side by side, map and score."""
