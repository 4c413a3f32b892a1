"""The review page's export into front matter, without the page.

``python -m benchmarks.attack.exporting SITE DECISIONS STATE``
"""

from __future__ import annotations

import sys
from pathlib import Path

from recommender import open_site
from recommender.decisions.file import DecisionFile
from recommender.review.desk import Desk
from recommender.review.export import Exporter


def export(content: Path, decisions: Path, state: Path) -> int:
    """Show what all decisions and proposals would change, and write it."""
    desk = Desk(open_site(content, use_cache=False, jobs=1), DecisionFile(decisions), "Ada")
    exporter = Exporter(desk, state.parent / "export.json", state_dir=state, use_cache=False, jobs=1)
    exporter.preview("front-matter", "all")
    preview = exporter.wait().preview
    if preview is None:
        return 2
    print("writing", flush=True)
    exporter.write(preview.name, confirmed=preview.changes)
    done = exporter.wait()
    print(done.failed or done.written)
    return 2 if done.failed else 0


if __name__ == "__main__":
    sys.exit(export(*map(Path, sys.argv[1:4])))
