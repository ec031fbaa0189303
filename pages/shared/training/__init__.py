"""What the page of training is made of: the choice, the player, the vectors, the counts."""
