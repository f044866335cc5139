"""The commands that take the graph to a server: push, and load-files for its bulk loader."""

from __future__ import annotations

from pathlib import Path

import click

from kg.cli.common import opened, say, store_option


@click.command()
@click.argument("url")
@click.option(
    "--graph-store", metavar="URL", help="The address of its graph store, if it is not found."
)
@click.option("--update", metavar="URL", help="The address of its update service, likewise.")
@click.option("--part", type=click.IntRange(1), help="How many triples are sent at a time.")
@click.option("--again", is_flag=True, help="Compare every graph anew, whatever was noted of it.")
@store_option
def push(
    url: str,
    graph_store: str | None,
    update: str | None,
    part: int | None,
    again: bool,
    store: Path | None,
) -> None:
    """Take the built graph to the SPARQL server whose query service is at URL.

    Goes graph by graph, and is resumed where it was broken off by running it again. Each graph
    is verified by its count and digest. A graph that is there already, of an older build or from
    the files of `kg load-files`, is only compared. User and password are read from
    $KG_ENDPOINT_USER and $KG_ENDPOINT_PASSWORD.

    \b
    Example:  kg push http://localhost:7878/query
              kg query is-cure -p drug=Zolgensma -p disease=SMA --endpoint http://localhost:7878/query
    """
    from kg.remote.endpoint import Endpoint
    from kg.remote.push import push as run
    from kg.store import Store

    done = run(
        Store.open(store),
        Endpoint.bare(url),
        graph_store=graph_store,
        update=update,
        part=part,
        again=again,
        say=say,
    )
    say(f"by {done.by}: {sum(done.sent.values()):,} triples of {len(done.sent)} graphs sent")
    if done.held:
        say(f"{len(done.held)} graphs were there already")
    click.echo(f"the graph at {url} is whole")


@click.command("load-files")
@click.argument("directory", type=click.Path(path_type=Path))
@click.option(
    "--quads",
    type=click.IntRange(1),
    default=1_000_000,
    show_default=True,
    help="How many quads a file holds.",
)
@store_option
def load_files(directory: Path, quads: int, store: Path | None) -> None:
    """Write the graph into a new DIRECTORY as files for a server's bulk loader.

    They are N-Quads in equal parts under gzip, as Virtuoso, Amazon Neptune, GraphDB and QLever
    load them, with a manifest of their quads and checksums. Afterwards, `kg push` to that server
    only compares, and notes that the graph is whole.

    \b
    Example:  kg load-files parts
    """
    from kg.remote.loadable import load_files as run

    parts = run(opened(store).store, directory, quads=quads, say=say)
    click.echo(f"{sum(one.quads for one in parts)} quads in {len(parts)} files: {directory}")
