from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import msgspec
import numpy as np
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from recommender.corpus.folder import SourceFile
from recommender.embedder.encoder import Encoder
from recommender.errors import InputError, ProblemsError
from recommender.execute.calls import Done, Tally
from recommender.execute.engine import EngineSettings
from recommender.execute.here import InFiles, LocalRunner
from recommender.execute.shards import shard_count, shards_of
from recommender.lexical.terms import TermCounts
from recommender.lexical.weights import term_weights
from recommender.links.formats import dump_links
from recommender.settings import ModelSettings, Settings, WordSettings
from recommender.site.open import open_site
from recommender.site.recommend import recommend
from recommender.site.site import Site
from recommender.site.staged import open_staged
from recommender.stages import texts
from recommender.stages.shard import count, vocabulary_of, weigh_terms
from recommender.stages.stage import Call, Ragged, Stage
from tests.conftest import article
from tests.execute.sites import write_articles

WriteSite = Callable[[dict[str, str]], Path]
GOLDEN = Path(__file__).parent / "schemas.json"
TODAY = dt.date(2026, 1, 1)
# Of a site in five shards and four blocks.
TASKS = {"embed": 5, "count": 5, "vocabulary": 1, "weigh": 5, "space": 1, "search": 4, "rank": 4, "duplicates": 1}


def links_of(site: Site, **options: object) -> str:
    return dump_links(recommend(site, **options), ".json")  # type: ignore[arg-type]


def tally_of(site: Site) -> Tally:
    executor = site.where.executor
    assert isinstance(executor, InFiles)
    return executor.tally


def staged(content: Path, workdir: Path, jobs: int = 1, **more: object) -> tuple[str, Tally]:
    engine = EngineSettings(workdir=workdir, shards=5, blocks=4)
    with open_staged(content, engine=engine, jobs=jobs, today=TODAY, **more) as site:  # type: ignore[arg-type]
        return links_of(site), tally_of(site)


@pytest.fixture
def generated(tmp_path: Path) -> Path:
    """Every fifth article's text links one of another topic."""
    content = write_articles(tmp_path / "content", 150)
    for number in range(0, 150, 5):
        with (content / f"part{number % 7}" / f"a{number:05d}.md").open("a") as file:
            file.write(f"\nRead [another](/learn/a{(number + 38) % 150:05d}) as well.\n")
    return content


def test_the_links_are_those_of_one_machine_and_nothing_is_done_twice(generated: Path, tmp_path: Path) -> None:
    whole = open_site(generated, use_cache=False, today=TODAY)
    expected = links_of(whole)
    beyond = whole.plan.surroundings.mentioned(np.arange(150))[:, 0]
    assert (beyond >= 0).sum() > 10
    assert (whole.propose(50).indices == beyond[:, None])[beyond >= 0].any()
    first, tally = staged(generated, tmp_path / "work", jobs=2)
    assert first == expected
    assert tally.found.total() == 0
    assert tally.run == TASKS
    again, tally = staged(generated, tmp_path / "work")
    assert again == expected
    assert tally.run.total() == 0
    assert tally.found == {"embed": 5}


@pytest.mark.parametrize("name", ["vectors alone", "words alone"])
def test_settings_give_the_links_of_one_machine(data: Path, tmp_path: Path, name: str) -> None:
    settings = Settings()
    changed = {
        "vectors alone": replace(settings, words=WordSettings(share=0.0)),
        "words alone": replace(settings, words=WordSettings(share=1.0)),
    }[name]
    expected = links_of(open_site(data, changed, use_cache=False, today=TODAY))
    with open_staged(data, changed, EngineSettings(workdir=tmp_path / "work"), jobs=1, today=TODAY) as site:
        assert links_of(site) == expected
        assert site.truncation() == open_site(data, changed, use_cache=False).truncation()


def test_a_heavy_model_encodes_in_a_stage_of_its_own(data: Path, tmp_path: Path, tiny_transformer: Path) -> None:
    changed = replace(Settings(), model=ModelSettings(name=str(tiny_transformer), device="cpu", precision="float32"))
    expected = links_of(open_site(data, changed, use_cache=False, today=TODAY))
    with open_staged(data, changed, EngineSettings(workdir=tmp_path / "work"), jobs=1, today=TODAY) as site:
        assert links_of(site) == expected
        assert tally_of(site).run["encode"] == tally_of(site).run["read"] == 8
        assert site.ingested.files_read == 141


def test_an_edit_reads_one_shard_again(generated: Path, tmp_path: Path) -> None:
    before, _ = staged(generated, tmp_path / "work")
    victim = generated / "part3" / "a00010.md"
    victim.write_text(victim.read_text().replace("answer: >-\n    ", "answer: >-\n    baba koko lili mumu "))
    engine = EngineSettings(workdir=tmp_path / "work", shards=5, blocks=4)
    with open_staged(generated, engine=engine, jobs=1, today=TODAY) as site:
        after, tally = links_of(site), tally_of(site)
        used = site.where.store.used  # type: ignore[attr-defined]
    assert after == links_of(open_site(generated, use_cache=False, today=TODAY)) != before
    assert tally.run["embed"] == 1
    assert tally.found["embed"] == 4
    left = [path for path in (tmp_path / "work").glob("*/*") if path.parent.name != "log"]
    assert set(left) <= used


@pytest.mark.parametrize("heavy", [False, True])
def test_an_edit_encodes_the_texts_that_changed(
    generated: Path, tmp_path: Path, tiny_transformer: Path, monkeypatch: pytest.MonkeyPatch, heavy: bool
) -> None:
    model = ModelSettings(name=str(tiny_transformer), device="cpu", precision="float32") if heavy else ModelSettings()
    changed = replace(Settings(), model=model)
    staged(generated, tmp_path / "work", settings=changed)
    victim = generated / "part3" / "a00010.md"
    victim.write_text(victim.read_text().replace("answer: >-\n    ", "answer: >-\n    baba koko lili mumu "))
    encoded: list[str] = []
    encode = texts.encode_texts

    def counting(encoder: Encoder, given: dict[bytes, str]) -> texts.EncodedTexts:
        encoded.extend(given.values())
        return encode(encoder, given)

    monkeypatch.setattr("recommender.stages.shard.encode_texts", counting)
    after, tally = staged(generated, tmp_path / "work", settings=changed)
    assert [text.startswith("baba koko") for text in encoded] == [True]
    assert tally.run["encode" if heavy else "embed"] == 1
    assert after == links_of(open_site(generated, changed, use_cache=False, today=TODAY))


def test_other_settings_do_again_only_what_depends_on_them(generated: Path, tmp_path: Path) -> None:
    staged(generated, tmp_path / "work")
    changed = replace(Settings(), words=WordSettings(share=0.5))
    _, tally = staged(generated, tmp_path / "work", settings=changed)
    assert tally.run == {"search": 4, "rank": 4, "duplicates": 1}


def test_files_that_are_no_articles_are_told_as_on_one_machine(write_site: WriteSite, tmp_path: Path) -> None:
    content = write_site(
        {
            "a.md": article("one", 1, "What is one?", "A number before two."),
            "b.md": article("one", 2, "What is one again?", "It was said before."),
            "c.md": "---\nurl: /c\n---\nno answer",
            "d.md": "no front matter",
            "f.md": "---\nurl: [\n---\nbroken",
            "e.md": article("two", 3, "What is two?", "A number behind one."),
        }
    )
    one = open_site(content, use_cache=False)
    with open_staged(content, engine=EngineSettings(workdir=tmp_path / "work"), jobs=1) as site:
        assert site.corpus == one.corpus
        assert links_of(site) == links_of(one)
    with (
        pytest.raises(ProblemsError, match="cannot be used"),
        open_staged(content, engine=EngineSettings(workdir=tmp_path / "work"), jobs=1, strict=True),
    ):
        pass


def test_a_file_that_cannot_be_opened_ends_the_run_and_is_not_kept(
    generated: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    victim = generated / "part3" / "a00010.md"
    whole = Path.read_bytes

    def fails(path: Path) -> bytes:
        if path == victim.resolve():
            raise OSError(5, "Input/output error")
        return whole(path)

    with monkeypatch.context() as broken:
        broken.setattr(Path, "read_bytes", fails)
        with pytest.raises(ProblemsError, match=r"part3/a00010\.md: cannot be read: Input/output error"):
            staged(generated, tmp_path / "work")
    after, _ = staged(generated, tmp_path / "work")
    assert after == links_of(open_site(generated, use_cache=False, today=TODAY))


class _Stops(LocalRunner):
    """Runs so many calls and is then interrupted."""

    left = 0

    def run(self, stage: Stage, calls: Sequence[Call]) -> Iterator[Done]:
        for done in super().run(stage, calls):
            yield done
            _Stops.left -= 1
            if not _Stops.left:
                raise KeyboardInterrupt


@pytest.mark.parametrize("tasks", [2, 8, 14, 19, 24])
def test_a_run_that_was_cut_off_goes_on(
    generated: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, tasks: int
) -> None:
    with monkeypatch.context() as cut:
        cut.setattr("recommender.execute.engine.LocalRunner", _Stops)
        cut.setattr(_Stops, "left", tasks)
        with pytest.raises(KeyboardInterrupt):
            staged(generated, tmp_path / "work")
    after, tally = staged(generated, tmp_path / "work")
    assert after == links_of(open_site(generated, use_cache=False, today=TODAY))
    assert tally.run.total() == sum(TASKS.values()) - tasks


def test_columns_are_those_that_are_written_down(data: Path, tmp_path: Path) -> None:
    with open_staged(data, engine=EngineSettings(workdir=tmp_path / "work"), jobs=1) as site:
        links_of(site)
        found = {}
        for path in sorted((tmp_path / "work").glob("*/*.parquet")):
            schema = pq.read_schema(path)
            found[path.parent.name] = {name: str(schema.field(name).type) for name in schema.names}
        for path in sorted((tmp_path / "work").glob("*/*.arrays")):
            shapes = json.loads((path / "arrays.json").read_text())
            found[path.parent.name] = {name: f"{kind}, {len(shape)}" for name, (kind, shape) in shapes.items()}
    assert found == json.loads(GOLDEN.read_text())


def test_vectors_and_words_are_those_of_one_machine(data: Path, tmp_path: Path) -> None:
    one = open_site(data, use_cache=False)
    with open_staged(data, engine=EngineSettings(workdir=tmp_path / "work"), jobs=1) as site:
        for view in ("question", "answer"):
            assert np.array_equal(site.vectors(view), one.vectors(view))
        assert (site.term_weights.matrix != one.term_weights.matrix).nnz == 0
        assert (site.term_weights.titles != one.term_weights.titles).nnz == 0
        assert np.array_equal(site.term_weights.vocabulary.too_common, one.term_weights.vocabulary.too_common)
        assert np.array_equal(site.term_weights.vocabulary.terms, one.term_weights.vocabulary.terms)
        left, right = np.arange(140), np.arange(140)[::-1]
        assert np.array_equal(site.pair_scores(left, right), one.pair_scores(left, right))
        with pytest.raises(InputError, match="expected one of the views"):
            site.vectors("keywords")


def files(count: int) -> list[SourceFile]:
    return [
        SourceFile(f"part{number % 5}/{number}.md", 100 + number, number, number, number) for number in range(count)
    ]


def test_a_file_that_comes_or_goes_changes_one_shard() -> None:
    before = shards_of(files(500))
    assert sorted(path for shard in before for path in shard.paths) == sorted(file.path for file in files(500))
    assert all(list(shard.paths) == sorted(shard.paths) for shard in before)
    after = shards_of(files(501))
    assert len({shard.name for shard in before} - {shard.name for shard in after}) == 1
    touched = shards_of([msgspec.structs.replace(files(500)[0], modified_ns=77), *files(500)[1:]])
    assert len({shard.name for shard in before} - {shard.name for shard in touched}) == 1


def test_how_many_shards() -> None:
    assert [shard_count(files) for files in (0, 1, 32, 33, 141, 28_816, 262_144, 262_145, 1_000_000)] == [
        *(1, 1, 1, 2, 8, 64, 64, 128, 256)
    ]


@given(n=st.integers(0, 100_000), count=st.none() | st.integers(1, 50))
def test_blocks_hold_every_row_once(n: int, count: int | None) -> None:
    found = InFiles.ranges_of(n, count)
    assert [row for first, last in found for row in (first, last)][::2] == [0, *(last for _, last in found)][
        : len(found)
    ]
    assert (found[-1][1] if found else 0) == n


@settings(max_examples=25, deadline=None)
@given(
    articles=st.lists(st.dictionaries(st.integers(0, 40), st.integers(1, 9), max_size=12), min_size=2, max_size=12),
    parts=st.integers(1, 3),
)
def test_terms_weighed_in_parts_are_those_weighed_at_once(articles: list[dict[int, int]], parts: int) -> None:
    # Numbers over the whole range of hashes, so that every part has some.
    ordered = [
        dict(sorted((number * 104_000_000 + number % 2, count) for number, count in one.items())) for one in articles
    ]
    starts = np.cumsum([0, *(len(one) for one in ordered)])
    terms = np.array([number for one in ordered for number in one], dtype=np.uint32)
    counts = np.array([number for one in ordered for number in one.values()], dtype=np.uint16)
    expected = term_weights(TermCounts(terms, counts, *[np.zeros(len(terms), dtype=np.bool_)] * 2, starts)).vocabulary
    half = len(articles) // 2
    counted = []
    for first, last in ((0, half), (half, len(articles))):
        part, own = slice(starts[first], starts[last]), starts[first : last + 1] - starts[first]
        shard = {"terms": Ragged(terms[part], own), "counts": Ragged(counts[part], own)}
        counted.append(count(shard, np.arange(last - first, dtype=np.int32)))
    found = vocabulary_of([weigh_terms(counted, part, parts, len(articles)) for part in range(parts)])
    assert found.terms.tolist() == expected.terms.tolist()
    assert np.array_equal(found.rarity, expected.rarity)
    assert found.too_common.tolist() == expected.too_common.tolist()
