"""`recommender init`: a configuration that fits a content folder."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Annotated

import typer

from recommender.cli.options import OUTPUT, FolderOptions, Quiet


def init(
    site: FolderOptions,
    output: Annotated[
        Path,
        typer.Option(
            "--output",
            "-o",
            metavar="FILE",
            help="Configuration to write; - for standard output.",
            rich_help_panel=OUTPUT,
        ),
    ] = Path("recommender.yaml"),
    force: Annotated[bool, typer.Option("--force", help="Replace a configuration that is there.")] = False,
    quiet: Quiet = False,
) -> None:
    """Look at a content folder, recognise its fields and the shape of its related links, and write a commented
    configuration.
    """
    from recommender.cli.console import Console
    from recommender.corpus.recognition import configuration_text, recognise
    from recommender.errors import InputError
    from recommender.files import check_writable, is_standard_output, write_output

    begun = time.perf_counter()
    to_stdout = is_standard_output(output)
    if not to_stdout and not force and output.exists():
        raise InputError(f"{output} is there already; replace it with --force, or name another file with -o")
    check_writable(output)
    with Console(quiet=quiet, to_stderr=to_stdout) as console:
        found = recognise(site.content, site.cache(), console, jobs=site.jobs)
        text = configuration_text(found, str(site.content))
        write_output(output, [text.encode()])
    related = found.settings.related
    console.say(f"articles      {len(found.corpus):,} of {found.files:,} files")
    if related.field is None:
        console.say("links         none found")
    else:
        inside = found.links - found.external
        share = f", {found.resolved / inside:.1%} of those inside the site lead to an article" if inside else ""
        console.say(f"links         {found.links:,} in {related.field} ({related.shape}, by {related.target}){share}")
    console.say(f"seconds       {time.perf_counter() - begun:.1f}")
    if not to_stdout:
        console.say(f"written       {output}")
        console.say(f"next          recommender check {site.content}; recommender links {site.content}")
