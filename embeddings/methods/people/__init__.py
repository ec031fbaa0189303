"""Methods that embed people, from who rated what."""
