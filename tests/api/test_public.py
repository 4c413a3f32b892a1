from __future__ import annotations

import re
import subprocess
import sys

import pytest

import recommender
from tests.conftest import ROOT


def test_every_public_name_is_there() -> None:
    for name in recommender.__all__:
        assert getattr(recommender, name) is not None, name
    assert set(dir(recommender)) == set(recommender.__all__)


def test_importing_the_package_imports_nothing_else() -> None:
    code = (
        "import sys; before = set(sys.modules); import recommender; "
        "new = {name.partition('.')[0] for name in set(sys.modules) - before}; "
        "print(sorted(new - sys.stdlib_module_names), sorted(n for n in sys.modules if n.startswith('recommender')))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "['recommender'] ['recommender', 'recommender.version']"


PAGES = sorted([ROOT / "README.md", *ROOT.glob("docs/**/*.md"), *ROOT.glob("notebooks/*.ipynb")])


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.name)
def test_what_people_read_imports_from_the_package_alone(path: object) -> None:
    text = path.read_text(encoding="utf-8")  # type: ignore[attr-defined]
    assert not re.findall(r"(?:from|import) recommender\.\S+", text)
    for name in re.findall(r"\brecommender\.([A-Za-z_]\w*)\(", text):
        assert name in recommender.__all__, name
