"""What the applications at work ask for, and what they get: one file each."""
