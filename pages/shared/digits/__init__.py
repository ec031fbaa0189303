"""Visual search: a drawing and its nearest pictures, by each method."""
