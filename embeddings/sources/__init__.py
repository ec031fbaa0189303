"""What people bring: words, texts and vectors, read with care and kept apart from all else."""
