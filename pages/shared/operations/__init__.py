"""What who runs the server needs: health, figures, logs. Nothing in them is of a person."""
