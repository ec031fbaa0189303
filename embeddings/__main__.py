"""``python -m embeddings``: the command line."""

import sys


def main() -> None:
    """Run the command line; Ctrl-C ends it quietly, also while Python still reads the code."""
    try:
        from embeddings.commands import cli

        cli()
    except KeyboardInterrupt:
        sys.exit(130)


if __name__ == "__main__":
    main()
