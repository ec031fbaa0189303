"""``python -m embeddings``: the command line."""

from embeddings.commands import cli

if __name__ == "__main__":
    cli()
