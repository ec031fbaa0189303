"""What to watch next and whom to follow: what the two pages about films share."""
