"""The parts put together, on the corpus that ships, and against what the site does by itself."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from scipy.sparse import csr_matrix

import recommender
from recommender.errors import InputError
from recommender.evaluator.curated import CuratedLinks
from recommender.neighbours.candidates import Candidates
from recommender.site.site import Site
from tests.conftest import ROOT, article


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Site:
    return recommender.open_site(ROOT / "data", cache_dir=tmp_path_factory.mktemp("cache"))


@pytest.fixture(scope="module")
def candidates(site: Site) -> Candidates:
    vectors = recommender.Embedder("english-static").transform(site.articles)
    return recommender.NearestArticles(n_neighbors=30).fit(vectors, words=site.words).kneighbors()


def test_embedder_gives_the_vectors_of_the_site(site: Site) -> None:
    embedder = recommender.Embedder()
    assert np.array_equal(embedder.transform(site.articles), site.text_vectors())
    assert np.array_equal(embedder.fit_transform(site.articles[3:5]), site.text_vectors()[3:5])
    questions = recommender.Embedder(views={"question": 1.0}).transform(site.articles)
    np.testing.assert_allclose(questions, site.vectors("question"), atol=1e-3)
    other = recommender.Embedder("sentence-transformers/all-MiniLM-L6-v2").transform(site.articles[:2])
    assert other.shape == (2, 384)


def test_embedder_encodes_texts() -> None:
    texts = ["Water crosses a membrane.", "Prices rise.", ""]
    found = recommender.Embedder().fit().transform(texts)
    np.testing.assert_allclose(np.linalg.norm(found, axis=1), [1, 1, 0], atol=1e-6)
    with pytest.raises(InputError, match="put it into a list"):
        recommender.Embedder().transform("Prices rise.")
    with pytest.raises(InputError, match=r"site\.articles"):
        recommender.Embedder().transform([1, 2])  # type: ignore[list-item]


def test_neighbours_are_those_of_a_naive_search() -> None:
    rng = np.random.default_rng(0)
    vectors = rng.normal(size=(40, 8)).astype(np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    words = rng.random((40, 12)).astype(np.float32) * (rng.random((40, 12)) < 0.3)
    words /= np.maximum(np.linalg.norm(words, axis=1, keepdims=True), 1e-9)
    eligible = rng.random(40) < 0.7
    scores = np.round(0.4 * words @ words.T + 0.6 * vectors @ vectors.T, 6)
    np.fill_diagonal(scores, -np.inf)
    scores[:, ~eligible] = -np.inf
    nearest = recommender.NearestArticles(4, word_share=0.4).fit(vectors, words=csr_matrix(words), eligible=eligible)
    found = nearest.kneighbors()
    assert found.indices.tolist() == np.argsort(-scores, axis=1, kind="stable")[:, :4].tolist()
    some = nearest.kneighbors([5, 2], n_neighbors=2)
    assert some.indices.tolist() == found.indices[[5, 2], :2].tolist()


def test_what_does_not_fit_is_refused() -> None:
    nearest, vectors = recommender.NearestArticles(), np.eye(3)
    for given, said in (
        ({"X": np.ones(3)}, "expected an array of shape"),
        ({"X": vectors, "words": csr_matrix((2, 2))}, "expected 3 rows"),
        ({"X": np.diag([1, np.nan, np.inf])}, "expected finite numbers"),
        ({"X": vectors, "eligible": [True]}, r"expected an array of shape \(3,\)"),
    ):
        with pytest.raises(InputError, match=said):
            nearest.fit(**given)
    for number in (0, 1.5, "5"):
        with pytest.raises(InputError, match="whole number from 1"):
            nearest.fit(vectors).kneighbors(n_neighbors=number)  # type: ignore[arg-type]
    for rows in ([3], [-1], 2):
        with pytest.raises(InputError, match="numbers of articles from 0 to 2"):
            nearest.fit(vectors).kneighbors(rows)
    with pytest.raises(InputError, match="from 0 to 1"):
        recommender.NearestArticles(word_share=2).fit(vectors, words=csr_matrix((3, 2)))


def test_figures_are_those_of_evaluate(site: Site, candidates: Candidates) -> None:
    """The same lists, measured from arrays and from the site, whatever form they come in."""
    links = recommender.recommend(site, k=10)
    keys = [one.key for one in site.articles]
    by_key = {one.key: [related.key for related in one.related] for one in links.articles}
    systems = {
        "candidates": candidates,
        "file": links,
        "recommended": recommender.Recommender(k=10).fit(site).recommend(),
        "keys": by_key,
    }
    measures = ["nDCG@10", "R@5", "MRR@10"]
    found = recommender.Evaluator(measures).evaluate(systems, site.curated_links)
    assert found.systems["file"] == found.systems["recommended"] == found.systems["keys"]
    rows = {key: [keys[row] for row in line if row >= 0] for key, line in zip(keys, candidates.indices, strict=True)}
    whole = recommender.evaluate(site, measures, systems=["a", "b"], runs={"a": links, "b": rows})
    assert whole.run.evaluation.queries == found.queries
    assert whole.run.evaluation.systems == {"a": found.systems["file"], "b": found.systems["candidates"]}
    assert [one.p_value for one in whole.run.evaluation.comparisons] == [
        one.p_value for one in found.comparisons if {one.first, one.second} == {"candidates", "file"}
    ]


def test_the_article_itself_and_what_may_not_be_proposed_are_no_hits() -> None:
    links = CuratedLinks.of({"/a": ["/b"], "/b": ["/a"], "/c": ["/b"]})
    lists = Candidates(np.array([[0, 1], [1, 2], [2, 1]], dtype=np.int32), np.zeros((3, 2)))
    found = recommender.Evaluator(["R@1"]).evaluate({"mine": lists}, links)
    assert found.values["mine"]["R@1"].tolist() == [1, 0, 1]
    eligible = CuratedLinks(links.keys, links.targets, np.array([True, True, False]))
    found = recommender.Evaluator(["R@1"]).evaluate({"mine": {"/b": ["/c", "/gone", "/a"]}}, eligible)
    assert found.values["mine"]["R@1"].tolist() == [0, 1, 0]


def test_lists_that_do_not_fit_are_refused() -> None:
    links = CuratedLinks.of({"/a": ["/b"], "/b": []})
    evaluator = recommender.Evaluator(["R@1"])
    for lists, said in (
        (Candidates(np.zeros((3, 1), np.int32), np.zeros((3, 1))), "expected candidates of 2 articles"),
        ({"/a": ["/b", "/b"]}, "the list of /a names an article twice"),
        ({"a": ["/b"]}, "none of the lists has one: 'a'"),
        ({"/a": ["b"]}, "none of the links has one: 'b'"),
        (3, "expected candidates, a links file"),
    ):
        with pytest.raises(InputError, match=said):
            evaluator.evaluate({"mine": lists}, links)  # type: ignore[dict-item]
    with pytest.raises(InputError, match="by the name of their system"):
        evaluator.evaluate([{}], links)  # type: ignore[arg-type]
    with pytest.raises(InputError, match=r"such as site\.curated_links; found dict"):
        evaluator.evaluate({"mine": {}}, {"/a": ["/b"]})  # type: ignore[arg-type]
    with pytest.raises(InputError, match="at least one"):
        evaluator.evaluate({}, links)
    with pytest.raises(InputError, match="nothing to measure"):
        evaluator.evaluate({"mine": {}}, CuratedLinks.of({"/a": [], "/b": []}))


def test_recommender_gives_what_recommend_gives(site: Site, tmp_path: Path) -> None:
    found = recommender.Recommender(k=3, max_inbound=6).fit(site).recommend()
    assert any("link graph" in line for line in found.summary)
    found.save(tmp_path / "links.json")
    assert recommender.load_links(tmp_path / "links.json") == found.links
    plain = recommender.Recommender().fit(site).recommend()
    assert plain.links == recommender.recommend(site)
    again = recommender.Recommender().fit(site).recommend(previous=plain)
    assert again.links == plain.links
    learned = recommender.Recommender(learn=True).fit(site)
    assert learned.ranker_ is not None
    with pytest.raises(InputError, match="whole number from 1"):
        recommender.Recommender(k=0).fit(site).recommend()


def test_records_show_as_tables(site: Site, candidates: Candidates) -> None:
    found = recommender.Recommender(k=2).fit(site).recommend()
    figures = recommender.Evaluator(["R@5"]).evaluate({"mine": candidates}, site.curated_links)
    measured = recommender.evaluate(site, ["R@5"], systems=["text", "bm25"])
    for record, rows, columns in (
        (site.articles, 140, 6),
        (site.curated_links, 333, 2),
        (found, 280, 6),
        (figures, 1, 5),
        (measured, 2, 5),
        (candidates, 140 * 30, 4),
        (recommender.check_corpus(site.corpus, site.settings), 0, 5),
    ):
        assert record._repr_html_().startswith("<table>")
        assert record.to_pandas().shape == (rows, columns)
    keys = site.curated_links.keys
    first = candidates.to_pandas(keys).iloc[1]
    assert [*first] == [keys[0], keys[candidates.indices[0, 1]], 2, candidates.scores[0, 1]]
    assert measured.comparison.to_pandas().shape == (1, 5)
    assert len(measured.parts) == 4
    assert [example.title for example in measured.examples(2)]


def test_what_articles_say_is_no_markup(write_site: Callable[[dict[str, str]], Path]) -> None:
    evil = "<script>alert(1)</script>"
    said = ("A cell divides.", "The cell of a monk.", "A battery is a cell.")
    files = {f"{n}.md": article(f"a{n}", n, f"{evil} {n}", text, links=("a0",)) for n, text in enumerate(said)}
    site = recommender.open_site(write_site(files), use_cache=False)
    for record in (site, site.articles, recommender.Recommender().fit(site).recommend()):
        assert "<script" not in record._repr_html_()
        assert "&lt;script" in record._repr_html_()


def test_without_pandas_the_way_to_it_is_named(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("recommender.tables.find_spec", lambda name: None)
    with pytest.raises(InputError, match="pip install pandas"):
        site.articles.to_pandas()


def test_articles_are_a_sequence(site: Site) -> None:
    assert site.articles[-1] == site.corpus.articles[-1]
    assert [one.key for one in site.articles[10:12]] == [one.key for one in site.corpus.articles[10:12]]
    assert repr(site.articles[:3]).startswith("<3 articles of ")
    assert [one.key for one in site.articles[[2, 1]]] == [site.articles[2].key, site.articles[1].key]
    assert len(site.articles[site.articles.rows > 130]) == 9
    with pytest.raises(InputError, match=r"recommender\.look finds articles by key"):
        site.articles["/a"]  # type: ignore[call-overload]


def test_what_is_easy_to_get_wrong_says_so(tmp_path: Path) -> None:
    (tmp_path / "my.yaml").write_text("links: {k: 3}")
    with pytest.raises(InputError, match=r"found a file there; .*load_settings\(folder, '.*my\.yaml'\)"):
        recommender.load_settings(tmp_path / "my.yaml")
    with pytest.raises(InputError, match=r"found nothing there; .*load_settings\(folder, 'none\.yaml'\)"):
        recommender.load_settings("none.yaml")
    assert recommender.load_settings(str(tmp_path), str(tmp_path / "my.yaml")).links.k == 3
    (tmp_path / "note.txt").write_text("No article.")
    with pytest.raises(InputError, match=r"none of its 2 files is one: .*1 \.txt not read"):
        recommender.open_site(tmp_path)
    with pytest.raises(InputError, match=r"put it into a list"):
        recommender.Embedder().transform("A cell divides.")
    for use in (recommender.recommend, recommender.Recommender().fit, recommender.evaluate):
        with pytest.raises(InputError, match=r"found PosixPath|found WindowsPath"):
            use(tmp_path)  # type: ignore[operator]
    with pytest.raises(InputError, match=r"recommender\.open_site\(folder\) opens one"):
        recommender.look("data", "Why?")  # type: ignore[arg-type]


def test_records_say_in_a_console_what_they_are(site: Site, candidates: Candidates) -> None:
    found = recommender.Recommender(k=2).fit(site).recommend()
    figures = recommender.Evaluator(["R@5"]).evaluate({"mine": candidates}, site.curated_links)
    assert repr(found) == "<280 related links for 140 articles>"
    assert repr(site.curated_links) == "<333 curated links of 140 articles>"
    assert repr(figures).startswith("Accuracy\nsystem ")
    assert repr(candidates) == "<4,200 candidates of 140 queries, at most 30 each>"
    assert repr(site).startswith("<site of 140 articles: ")
    assert repr(recommender.check_corpus(site.corpus, site.settings)) == (
        "<0 findings in 140 articles and 333 curated links>"
    )
    with pytest.raises(InputError, match=r"\(site\.articles\) or texts; found Site"):
        recommender.Embedder().transform(site)  # type: ignore[arg-type]
