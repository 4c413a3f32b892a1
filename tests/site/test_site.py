from __future__ import annotations

import os
import shutil
import sqlite3
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

import recommender.execute.ingest as ingest_module
from recommender.errors import InputError, ProblemsError
from recommender.execute.cache import FILE_NAME
from recommender.links.formats import dump_links
from recommender.neighbours.fused import fused_vectors
from recommender.settings import LinkSettings, Settings
from recommender.site.open import open_site
from recommender.site.recommend import recommend
from recommender.site.site import Site
from tests.conftest import SMALL, article

WriteSite = Callable[[dict[str, str]], Path]
FAULTS = Path(__file__).parents[1] / "faults"


def run(content: Path, cache: Path | None = None, **options: object) -> tuple[Site, str]:
    site = open_site(content, cache_dir=cache, use_cache=cache is not None)
    return site, dump_links(recommend(site, **options), ".json")  # type: ignore[arg-type]


def test_articles_are_sorted_by_key_and_linked_to_what_is_like_them(small_site: Path) -> None:
    site, _ = run(small_site)
    assert [one.key for one in site.corpus.articles] == sorted(f"/learn/{slug}" for slug, *_ in SMALL)
    links = {one.key: [other.key for other in one.related] for one in recommend(site, k=2).articles}
    assert links["/learn/osmosis"][0] == "/learn/membrane"
    assert "/learn/money" in links["/learn/inflation"]
    assert all(key not in related for key, related in links.items())


def test_the_same_input_gives_the_same_bytes(small_site: Path, tmp_path: Path) -> None:
    plain = run(small_site)[1]
    assert run(small_site, tmp_path / "c")[1] == plain  # cold
    assert run(small_site, tmp_path / "c")[1] == plain  # warm
    copy = shutil.copytree(small_site, tmp_path / "elsewhere")
    assert run(copy, tmp_path / "c")[1] == plain


def test_nothing_is_read_or_encoded_twice(small_site: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for path in small_site.rglob("*.md"):
        os.utime(path, (1_700_000_000, 1_700_000_000))
    assert run(small_site, tmp_path / "c")[0].ingested.files_read == 6
    monkeypatch.setattr(ingest_module, "work", None)
    monkeypatch.setattr(Path, "read_bytes", None)
    site, _ = run(small_site, tmp_path / "c")
    assert site.ingested.files_read == 0


def test_a_touched_file_is_not_parsed_again_and_a_changed_one_is(small_site: Path, tmp_path: Path) -> None:
    run(small_site, tmp_path / "c")
    path = small_site / "learn" / "osmosis.md"
    path.touch()
    assert run(small_site, tmp_path / "c")[0].ingested.files_read == 0
    path.write_text(path.read_text().replace("saltier", "sweeter"))
    assert run(small_site, tmp_path / "c")[0].ingested.files_read == 1


@pytest.mark.parametrize("change", ["edit", "add", "remove", "hide", "rename"])
def test_a_run_after_a_change_gives_what_a_first_run_gives(write_site: WriteSite, tmp_path: Path, change: str) -> None:
    words = [
        "cell",
        "membrane",
        "water",
        "salt",
        "price",
        "money",
        "goods",
        "tax",
        "market",
        "voltage",
        "ion",
        "nerve",
        "lipid",
        "trade",
        "bank",
        "coin",
    ]
    rng = np.random.default_rng(0)
    content = write_site(
        {
            f"{n:03}.md": article(
                f"a{n:03}", n, "About " + " ".join(rng.choice(words, 3)), " ".join(rng.choice(words, 12))
            )
            for n in range(300)
        }
    )
    run(content, tmp_path / "c")
    path = content / "100.md"
    if change == "edit":
        path.write_text(path.read_text().replace("About", "Bank coin"))
    elif change == "add":
        (content / "new.md").write_text(article("a0505", 900, "About coin bank", "money trade price"))
    elif change == "remove":
        path.unlink()
    elif change == "hide":
        path.write_text(path.read_text().replace("subject:", "no_index: true\nsubject:"))
    else:
        path.write_text(path.read_text().replace("/learn/a100", "/learn/zzz"))
    again, links = run(content, tmp_path / "c")
    assert links == run(content)[1]
    assert again.ingested.files_read == (0 if change == "remove" else 1)


def test_processes_give_what_one_process_gives(write_site: WriteSite, monkeypatch: pytest.MonkeyPatch) -> None:
    content = write_site(
        {f"{n}.md": article(f"a{n}", n, f"Question {n} of cells", f"Answer {n % 7} about water") for n in range(150)}
    )
    expected = run(content)[1]
    monkeypatch.setattr(ingest_module, "_IN_PROCESS_LIMIT", 1)
    monkeypatch.setattr(ingest_module, "_FILES_PER_TASK", 11)
    site = open_site(content, use_cache=False, jobs=2)
    assert dump_links(recommend(site), ".json") == expected
    assert site.ingested.workers_peak_bytes > 0


def test_a_damaged_cache_is_made_again(small_site: Path, tmp_path: Path) -> None:
    expected = run(small_site, tmp_path / "c")[1]
    with sqlite3.connect(tmp_path / "c" / FILE_NAME) as connection:
        connection.execute("UPDATE entries SET value = substr(value, 1, 3)")
    connection.close()
    assert run(small_site, tmp_path / "c")[1] == expected
    (tmp_path / "c" / FILE_NAME).write_bytes(b"garbage" * 1000)
    assert run(small_site, tmp_path / "c")[1] == expected


def test_no_folder_no_article_one_article(write_site: WriteSite, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="found nothing there"):
        open_site(tmp_path / "none")
    with pytest.raises(InputError, match="the folder holds no files"):
        open_site(write_site({}))
    one = write_site({"a.md": article("a", 1, "What is a cell?", "A cell.")})
    (only,) = recommend(run(one)[0]).articles
    assert only.related == ()


def test_fewer_articles_than_places(small_site: Path) -> None:
    assert {len(one.related) for one in recommend(run(small_site)[0], k=50).articles} == {5}


def test_k_below_one_is_refused(small_site: Path) -> None:
    with pytest.raises(InputError, match="k must be at least 1; found 0"):
        recommend(run(small_site)[0], k=0)


def test_only_missing_and_keep_curated(small_site: Path) -> None:
    site, _ = run(small_site)
    missing = {one.key for one in recommend(site, only_missing=True).articles}
    assert missing == {"/learn/neuron", "/learn/money"}
    kept = {one.key: one.related for one in recommend(site, k=3, keep_curated=True).articles}["/learn/tariff"]
    assert [(one.key, one.curated) for one in kept[:2]] == [("/learn/inflation", True), ("/learn/money", True)]
    assert not kept[2].curated
    proposed = {
        other.key: other.score
        for one in recommend(site, k=5).articles
        if one.key == "/learn/tariff"
        for other in one.related
    }
    assert [one.score for one in kept] == [proposed[one.key] for one in kept]


def test_hidden_articles_get_links_and_are_never_proposed(write_site: WriteSite) -> None:
    content = write_site(
        {
            f"{n}.md": article(f"a{n}", n, "What is a cell?", "A cell.", extra="no_index: true" if n == 1 else "")
            for n in range(3)
        }
    )
    found = recommend(run(content)[0], LinkSettings(near_duplicates=True))
    links = {one.id: [other.id for other in one.related] for one in found.articles}
    assert links == {0: [2], 1: [0, 2], 2: [0]}


def test_an_article_without_a_word_gets_no_links_and_is_nobodys(write_site: WriteSite) -> None:
    content = write_site({f"{n}.md": article(f"a{n}", n, "What is a cell?", "A cell.") for n in range(3)})
    (content / "empty.md").write_text('---\nurl: /e\ntitle: E\nquestion: "\\u200b"\nanswer: "\\u200b"\n---\n')
    found = recommend(run(content)[0], LinkSettings(near_duplicates=True))
    links = {one.key: [other.key for other in one.related] for one in found.articles}
    assert links["/e"] == []
    assert links["/learn/a1"] == ["/learn/a0", "/learn/a2"]


def test_the_faults_are_each_reported_and_cost_only_their_own_file() -> None:
    site, _ = run(FAULTS)
    found = {problem.path: problem.rule for problem in site.corpus.problems}
    assert found == {
        "alias-bomb.md": "yaml-limit",
        "broken-yaml.md": "invalid-yaml",
        "invalid-utf8.md": "invalid-utf8",
        "missing-answer.md": "missing-field",
        "url-again.md": "repeated-key",
        "unclosed.md": "unclosed-front-matter",
    }
    # Of a subject that is given twice the later one holds; a title or an address given twice would cost the file.
    warned = {(warning.path, warning.rule) for warning in site.corpus.warnings}
    assert warned == {("repeated-field.md", "odd-value"), ("wrong-type.md", "odd-value")}
    assert site.corpus.without_front_matter == 1
    assert all(problem.message for problem in site.corpus.problems)
    with pytest.raises(ProblemsError, match="6 files cannot be used"):
        open_site(FAULTS, use_cache=False, strict=True)


def test_every_byte_of_a_view_comes_from_its_own_text(small_site: Path) -> None:
    site, _ = run(small_site)
    question, answer = site.vectors("question"), site.vectors("answer")
    assert question.dtype == np.float32
    np.testing.assert_allclose(np.linalg.norm(question, axis=1), 1, atol=1e-3)
    np.testing.assert_array_equal(site.text_vectors(), fused_vectors([question, answer], [0.3, 0.7]))
    with pytest.raises(InputError, match="expected one of the views question, answer; found 'title'"):
        site.vectors("title")


def test_no_text_of_a_related_field_reaches_a_vector(small_site: Path) -> None:
    before = run(small_site)[0].text_vectors()
    for path in small_site.rglob("*.md"):
        path.write_text(path.read_text().replace("title: About", "title: Galaxies and quasars of"))
    site, _ = run(small_site)
    assert any("quasars" in (link.title or "") for one in site.corpus.articles for link in one.links)
    np.testing.assert_array_equal(site.text_vectors(), before)


def test_settings_decide_the_views(small_site: Path) -> None:
    site = open_site(small_site, Settings(views={"question": 1.0, "title": 1.0}), use_cache=False)
    np.testing.assert_array_equal(site.vectors("title"), site.vectors("question"))
