"""The command line, one file for each command; whatever goes wrong is said in one line."""

from __future__ import annotations

import logging
import os
import sys
import warnings
from collections.abc import Sequence
from typing import Any

import click

from embeddings.commands.analogy import solve_analogy
from embeddings.commands.attention import show_attention
from embeddings.commands.build import build
from embeddings.commands.common import examples
from embeddings.commands.compare import compare
from embeddings.commands.contexts import show_contexts
from embeddings.commands.directions import directions
from embeddings.commands.lessons import show_lessons
from embeddings.commands.listings import list_methods, list_vocabularies
from embeddings.commands.map import draw_map
from embeddings.commands.neighbors import show_neighbors
from embeddings.commands.pictures import search_digits
from embeddings.commands.recommend import recommend
from embeddings.commands.scale import show_scale
from embeddings.commands.score import score
from embeddings.commands.search import search
from embeddings.commands.sources import export, forget_source, import_files, list_sources
from embeddings.commands.train import train
from embeddings.commands.verify import verify
from embeddings.commands.weat import weat
from embeddings.errors import (
    Cancelled,
    DamagedArtifact,
    MissingPackage,
    UnknownName,
    UserError,
    WorkFailed,
)

FAILED, WRONG_INPUT, STOPPED = 1, 2, 130


class OneLine(click.Group):
    """A group of commands that says what went wrong in one line, never in a traceback.

    Exit status: 0 when done, 1 when something failed, 2 when the input was wrong, 130 when
    somebody pressed Ctrl-C.
    """

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find the command; a name that is none is answered with the nearest ones."""
        if args and not args[0].startswith("-") and args[0] not in self.commands:
            raise UnknownName("command", args[0], self.commands)
        return super().resolve_command(ctx, args)

    def main(self, args: Sequence[str] | None = None, *_: Any, **extra: Any) -> Any:
        """Run one command and exit."""
        _quiet()
        arguments = list(sys.argv[1:] if args is None else args)
        extra = {name: value for name, value in extra.items() if name in ("color", "obj")}
        sys.exit(self._status(arguments, extra))

    def _status(self, arguments: list[str], extra: dict[str, Any]) -> int:
        try:
            with self.make_context("python -m embeddings", arguments, **extra) as context:
                self.invoke(context)
            sys.stdout.flush()
        except click.exceptions.Exit as leaving:
            return int(leaving.exit_code)
        except click.ClickException as error:
            return _say(_usage(error), WRONG_INPUT)
        except (MissingPackage, WorkFailed) as error:
            return _say(str(error), FAILED)
        except UserError as error:
            return _say(str(error), WRONG_INPUT)
        except DamagedArtifact as error:
            return _say(f"A stored file cannot be used: {error}.", FAILED)
        except (KeyboardInterrupt, Cancelled, click.Abort):
            return _say("Stopped.", STOPPED)
        except ModuleNotFoundError as error:
            line = f"The package {error.name} is not installed: pip install -r requirements.txt"
            return _say(line, FAILED)
        except BrokenPipeError:
            # Whoever read the output, as `head` does, has seen enough.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            return FAILED
        except OSError as error:
            named = f"{error.filename}: " if error.filename else ""
            return _say(f"{named}{error.strerror or error}", FAILED)
        except MemoryError:
            return _say("There is not enough memory: choose a smaller vocabulary.", FAILED)
        return 0


def _quiet() -> None:
    """Keep to stderr what a person can act on; libraries warn of their own insides."""
    logging.basicConfig(format="%(message)s", level=logging.WARNING)
    if not sys.warnoptions:
        warnings.simplefilter("ignore")


def _say(line: str, status: int) -> int:
    click.echo(" ".join(line.split()), err=True)
    return status


def _usage(error: click.ClickException) -> str:
    message = error.format_message().strip()
    stop = "" if message.endswith((".", "?", "!", ")")) else "."
    context = getattr(error, "ctx", None)
    return f"{message}{stop} See: {context.command_path} --help" if context else message + stop


@click.group(
    cls=OneLine,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    epilog=examples(
        "neighbors king --method glove", "map --method bert --vocabulary topics --out map.html"
    ),
)
def cli() -> None:
    """Words as points in space, by seven methods from counting to attention."""


for command in (
    *(list_methods, list_vocabularies, show_neighbors, solve_analogy),
    *(show_contexts, show_attention, score, directions, weat, compare, draw_map, train),
    *(recommend, search_digits, search, show_scale),
    *(import_files, list_sources, export, forget_source),
    *(show_lessons, build, verify),
):
    cli.add_command(command)
