"""What the default model does without torch."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

# An import of any of these fails, as where they are not installed.
BLOCKED = """
import sys

class Blocked:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in {"torch", "sentence_transformers", "transformers"}:
            raise ModuleNotFoundError(f"{name} is blocked", name=name)

sys.meta_path.insert(0, Blocked())
"""


def test_the_main_job_works_where_torch_cannot_be_imported(small_site: Path, tmp_path: Path) -> None:
    code = f"""{BLOCKED}
import recommender
from recommender.cli import main

links = recommender.recommend(recommender.open_site({str(small_site)!r}, use_cache=False))
assert len(links.articles) == 6
sys.argv = ["recommender", "links", {str(small_site)!r}, "-o", "links.json", "--no-cache", "--explain"]
main()
"""
    done = subprocess.run([sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "links.json").exists()


def test_importing_the_package_imports_none_of_its_libraries() -> None:
    code = (
        "import sys, recommender; "
        "names = {name.partition('.')[0] for name in sys.modules}; "
        "print(sorted(names & {'numpy', 'torch', 'scipy', 'typer', 'faiss'}))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
