"""Methods that embed pictures of digits."""
