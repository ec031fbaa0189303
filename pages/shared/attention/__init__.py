"""What the page of attention is made of: texts, heads, a word in two texts, and blanks."""
