"""`recommender undo`: the last change of a site's files taken back."""

from __future__ import annotations

import shlex
import time

from recommender.cli.options import Content, Jobs, Quiet, StateDir


def undo(
    content: Content,
    state_dir: StateDir = None,
    jobs: Jobs = None,
    quiet: Quiet = False,
) -> None:
    """Take back the last `apply` or `check --fix`.

    Every file gets its former bytes, unless it was edited since.

        recommender undo content
    """
    from recommender.cli.console import Console, problems_error
    from recommender.links.writing.undo import undo as take_back

    begun = time.perf_counter()
    with Console(quiet=quiet) as console:
        undone = take_back(content, state_dir=state_dir, jobs=jobs, reporter=console)
    report = undone.report
    console.say(f"taken back    {undone.command} ({undone.time})")
    console.say(f"files         {len(report.changed):,} as before" + _others(report.unchanged))
    console.show_seconds(time.perf_counter() - begun)
    console.say_next(("look for broken links", shlex.join(["recommender", "check", str(content)])))
    if report.problems:
        raise problems_error("not taken back", report.problems)


def _others(count: int) -> str:
    return f", {count:,} that needed nothing" if count else ""
