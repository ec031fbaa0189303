"""Methods that embed films, from who rated what."""
