"""What the page of scale is made of: the choice, the curves, the lines beyond, the three ways."""
