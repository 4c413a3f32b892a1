"""What several tests need: a small site on disk, the real corpora where they are, a cache folder of one's own."""

from __future__ import annotations

import itertools
import os
import re
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import hypothesis
import pytest
from hypothesis.internal.conjecture.providers import HypothesisProvider
from hypothesis.internal.constants_ast import Constants

from recommender.corpus.corpus import Corpus
from recommender.evaluator.measured import EvaluationRun

# Threads of OpenMP that wait for each other would else spin on the processors of the other worker's tests.
os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")

ROOT = Path(__file__).parents[1]
CORPORA = ROOT.parent / "shared" / "corpora"
QUICKTAKES_SUBJECTS = (
    "accounting-and-finance", "american-studies", "biology", "biotechnology", "digital-media", "english-literature",
    "others",
)  # fmt: skip

# The suite tries the same examples every time, so that what it finds is due to the change that it runs on, and shrinks
# nothing, which can take minutes. `--hypothesis-profile explore` tries other examples and shrinks those that fail. No
# deadlines: how long an example takes says more of the machine than of the code. It tries twice as many, too.
hypothesis.settings.register_profile(
    "repeatable",
    deadline=None,
    max_examples=50,
    derandomize=True,
    print_blob=True,
    phases=[hypothesis.Phase.explicit, hypothesis.Phase.generate],
    suppress_health_check=[hypothesis.HealthCheck.too_slow],
)
hypothesis.settings.register_profile("explore", deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow])
hypothesis.settings.load_profile("repeatable")


def pytest_sessionstart() -> None:
    """Keep examples the same whatever was imported: Hypothesis draws the constants of the modules that it sees."""
    if hypothesis.settings.get_current_profile_name() == "repeatable":
        HypothesisProvider._local_constants = Constants()


# The groups that take longest begin first, so that no worker waits for another at the end.
LONGEST = ("models", "review-browser", "tests/cli/test_links_engines.py")
# Folders and files whose tests import PyTorch, which takes seconds: one worker does.
MODELS = {"embedder", "trainer", "test_cluster.py", "test_pipeline.py", "test_staged.py", "test_train.py"}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Skip, with a reason, tests that need something this machine lacks; keep the tests of a file on one worker."""
    no_corpora = pytest.mark.skip(reason=f"no real sites at {CORPORA}")
    no_browser = pytest.mark.skip(reason="no Chromium (Debian: apt-get install chromium)")
    for item in items:
        if item.get_closest_marker("corpora") and not CORPORA.is_dir():
            item.add_marker(no_corpora)
        if item.get_closest_marker("browser") and shutil.which("chromium") is None:
            item.add_marker(no_browser)
        if item.get_closest_marker("xdist_group") is None:
            path = item.path.relative_to(ROOT)
            item.add_marker(pytest.mark.xdist_group("models" if MODELS.intersection(path.parts) else path.as_posix()))
    items.sort(key=_begins)


def _begins(item: pytest.Item) -> int:
    """When a test begins: the place of its group among the longest, or after all of these."""
    mark = item.get_closest_marker("xdist_group")
    return LONGEST.index(mark.args[0]) if mark is not None and mark.args[0] in LONGEST else len(LONGEST)


@pytest.fixture(scope="session")
def _homes(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A folder for each test; none is made before it is used."""
    folder = tmp_path_factory.mktemp("homes")
    return (folder / str(number) for number in itertools.count())


@pytest.fixture(autouse=True)
def _own_cache(_homes: Iterator[Path], monkeypatch: pytest.MonkeyPatch) -> None:
    """No test reads or writes the user's cache and journals, or looks for anything on a network."""
    home = next(_homes)
    monkeypatch.setenv("XDG_CACHE_HOME", str(home / "cache"))
    monkeypatch.setenv("XDG_STATE_HOME", str(home / "state"))
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")


@pytest.fixture
def corpora() -> Path:
    """The folder of real sites; for tests marked `corpora`."""
    return CORPORA


@pytest.fixture(scope="session")
def quicktakes_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Seven subjects of QuickTakes, a tenth of it; for tests marked `corpora` and `xdist_group("quicktakes")`."""
    content = tmp_path_factory.mktemp("quicktakes") / "content"
    for subject in QUICKTAKES_SUBJECTS:
        shutil.copytree(CORPORA / "quicktakes/content/learn" / subject, content / "learn" / subject)
    return content


@pytest.fixture(scope="session")
def quicktakes(quicktakes_folder: Path) -> Corpus:
    """The articles of the same folder, read once."""
    from recommender.execute.ingest import ingest
    from recommender.progress import Silent
    from recommender.settings import Settings
    from recommender.stages.cache import NoCache

    return ingest(quicktakes_folder, Settings(), NoCache(), Silent()).corpus


@pytest.fixture(scope="session")
def sample_run() -> EvaluationRun:
    """All systems on the corpus that ships with the repository."""
    from recommender import open_site
    from recommender.measure.evaluate import evaluate

    return evaluate(open_site(ROOT / "data", use_cache=False))


@pytest.fixture
def data() -> Path:
    """The corpus that ships with the repository."""
    return ROOT / "data"


@pytest.fixture
def data_with_copy(data: Path, tmp_path: Path) -> Path:
    """The same with one article once more, under another subject and address."""
    content = tmp_path / "content"
    shutil.copytree(data, content)
    slug = "why-do-losses-hurt-more-than-equal-gains-please"
    text = (data / "learn" / "psychology" / f"{slug}.md").read_text()
    text = re.sub(r"^id: .*", "id: 99001", text, flags=re.MULTILINE)
    text = re.sub(r"^url: .*", "url: /learn/economics/a-copy", text, flags=re.MULTILINE)
    text = re.sub(r"^subject: .*", "subject: Economics", text, flags=re.MULTILINE)
    (content / "learn" / "economics" / "a-copy.md").write_text(text)
    return content


@pytest.fixture
def write_site(tmp_path: Path) -> Callable[[dict[str, str]], Path]:
    """Write files, given by path, into a new content folder."""

    def write(files: dict[str, str], folder: str = "content") -> Path:
        content = tmp_path / folder
        content.mkdir(exist_ok=True)
        for path, text in files.items():
            place = content / path
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_bytes(text.encode())
        return content

    return write


@pytest.fixture
def small_site(write_site: Callable[[dict[str, str]], Path]) -> Path:
    """Six articles in two subjects, with a few curated links."""
    return write_site(
        {
            f"learn/{slug}.md": article(slug, number, question, answer, subject, links)
            for number, (slug, question, answer, subject, links) in enumerate(SMALL, start=1)
        }
    )


def article(
    slug: str,
    id_: int,
    question: str,
    answer: str,
    subject: str = "Biology",
    links: tuple[str, ...] = (),
    extra: str = "",
) -> str:
    """A file in the shape that this package was made for."""
    lines = [
        "---",
        f"id: {id_}",
        "date: 2024-11-28",
        "title: >-",
        f"    {question}",
        "question: >-",
        f"    {question}",
        "answer: >-",
        f"    {answer}",
        f"subject: {subject}",
        f"url: /learn/{slug}",
    ]
    for number, target in enumerate(links, start=1):
        lines += [f"related_article{number}:", f"    title: About {target}", f"    url: /learn/{target}"]
    if extra:
        lines.append(extra)
    return "\n".join([*lines, "---", "", "&nbsp;", ""])


SMALL: list[tuple[str, str, str, str, tuple[str, ...]]] = [
    (
        "osmosis",
        "What is osmosis?",
        "Water crosses a membrane towards the saltier side of the cell.",
        "Biology",
        ("membrane",),
    ),
    (
        "membrane",
        "What is a cell membrane?",
        "A double layer of lipids around every cell lets water pass.",
        "Biology",
        ("osmosis",),
    ),
    ("neuron", "How do neurons fire?", "Sodium ions rush into the cell and the voltage rises.", "Biology", ()),
    (
        "inflation",
        "What causes inflation?",
        "Prices rise when more money chases the same goods.",
        "Economics",
        ("money",),
    ),
    ("money", "What is money?", "Money is what buyers and sellers accept for goods at agreed prices.", "Economics", ()),
    (
        "tariff",
        "What is a tariff?",
        "A tax on imported goods raises their prices at home.",
        "Economics",
        ("inflation", "money"),
    ),
]
