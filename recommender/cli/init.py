"""`recommender init`: a configuration that fits a content folder."""

from __future__ import annotations

import dataclasses
import time
from pathlib import Path
from typing import Annotated

import typer

from recommender.cli.groups import option
from recommender.cli.options import OUTPUT, Quiet
from recommender.cli.site_options import FolderOptions, ReadOptions


def init(
    site: FolderOptions,
    output: Annotated[
        Path,
        option("--output", "-o", metavar="FILE", help="Configuration to write; - for standard output.", panel=OUTPUT),
    ] = Path("recommender.yaml"),
    force: Annotated[bool, typer.Option("--force", help="Replace a configuration that is there.")] = False,
    quiet: Quiet = False,
) -> None:
    """Write a configuration that fits a content folder.

    Fields and the shape of related links are recognised in the files; the configuration says in comments what was
    found.

        recommender init content
    """
    from recommender.cli.console import Console
    from recommender.corpus.recognition import configuration_text, summary_lines
    from recommender.errors import InputError
    from recommender.files import check_writable, is_standard_output, write_output
    from recommender.settings_file import configuration_file
    from recommender.site.recognised import recognise_folder

    begun = time.perf_counter()
    to_stdout = is_standard_output(output)
    if not to_stdout and not force and output.exists():
        raise InputError(f"{output} is there already; replace it with --force, or name another file with -o")
    check_writable(output)
    with Console(quiet=quiet, to_stderr=to_stdout) as console:
        found = recognise_folder(
            site.content,
            cache=site.cache(),
            reporter=console,
            jobs=site.jobs,
            built=site.built,
            sitemap=site.sitemap,
        )
        text = configuration_text(found, str(site.content))
        write_output(output, [text.encode()])
    console.say(f"articles      {len(found.corpus):,} of {found.files:,} files")
    for line in summary_lines(found):
        console.say(f"recognised    {line}")
    console.say(f"seconds       {time.perf_counter() - begun:.1f}")
    if not to_stdout:
        console.say(f"written       {output}")
        usual = configuration_file(site.content)
        is_usual = usual is not None and usual.resolve() == output.resolve()
        known = {one.name: getattr(site, one.name) for one in dataclasses.fields(site)}
        with_it = ReadOptions(**known, config=None if is_usual else output)
        console.say_next(
            ("look for broken links", with_it.command("check")), ("propose links", with_it.command("links"))
        )
