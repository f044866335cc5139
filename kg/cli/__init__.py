"""The command ``kg``: parses what a user gives, renders what comes back.

stdout is data; narration, progress and errors go to stderr. Exit codes: 0 ok, 1 does not
conform or no answer, 2 bad input, 3 a limit was hit, 4 internal. RDF libraries are imported by
the commands that need them, so that ``kg --help`` stays quick.
"""

from __future__ import annotations

import os
import sys

import click

from kg import __version__
from kg.cli.answering import ask
from kg.cli.asking import answers, query, questions, show
from kg.cli.assisting import mcp
from kg.cli.building import build, check, report
from kg.cli.common import say
from kg.cli.disagreeing import disagreements
from kg.cli.explaining import explain
from kg.cli.extracting import extract
from kg.cli.fetching import fetch
from kg.cli.finding import find
from kg.cli.fitting import eligible
from kg.cli.keeping import confirm, diff, freshness
from kg.cli.reading import faithful, propose, review
from kg.cli.releasing import release
from kg.cli.remoting import load_files, push
from kg.cli.serving import serve
from kg.cli.sourcing import evidence, export, sources
from kg.errors import DoesNotConform, KgError

__all__ = ["cli", "main"]


class _Group(click.Group):
    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(self.commands)


@click.group(cls=_Group, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="drugfacts")
def cli() -> None:
    """Drug facts with their qualifiers, evidence and dates, negatives included.

    \b
    Start with:  kg build
                 kg query is-cure -p drug=Zolgensma -p disease=SMA
                 kg show Zolgensma
    """


for _command in (
    build,
    fetch,
    check,
    find,
    show,
    explain,
    eligible,
    ask,
    questions,
    query,
    answers,
    disagreements,
    evidence,
    diff,
    confirm,
    freshness,
    extract,
    faithful,
    propose,
    review,
    export,
    release,
    push,
    load_files,
    sources,
    serve,
    mcp,
):
    cli.add_command(_command)


def main() -> None:
    """Run the command line: an error is one line on stderr, and its exit code."""
    try:
        cli.main(standalone_mode=False)
    except click.ClickException as error:
        error.show()
        sys.exit(2)
    except click.exceptions.Exit as error:
        sys.exit(error.exit_code)
    except (click.Abort, KeyboardInterrupt):
        say("kg: stopped")
        sys.exit(130)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(0)
    except DoesNotConform as error:
        report(error.report, "the graph", "text", None, error.places)
        say(f"kg: {error}")
        sys.exit(error.exit_code)
    except KgError as error:
        say(f"kg: {error}")
        sys.exit(error.exit_code)
    except Exception as error:
        if os.environ.get("KG_DEBUG"):
            raise
        say(f"kg: internal error: {type(error).__name__}: {error} (KG_DEBUG=1 shows where)")
        sys.exit(4)
