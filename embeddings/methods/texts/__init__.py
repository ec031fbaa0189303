"""Methods that embed whole texts."""
