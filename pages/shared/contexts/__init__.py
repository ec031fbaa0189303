"""What the page of contexts shows: one word, many meanings."""
