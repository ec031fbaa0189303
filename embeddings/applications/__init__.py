"""What embeddings do in the world: films, people, pictures, search, and very many vectors."""
