from __future__ import annotations

from dataclasses import replace

import pytest

from recommender.corpus.article import Article, Link
from recommender.links.front_matter import WHOLE
from recommender.links.writing import Namer, own_field
from recommender.links.writing.naming import Known
from recommender.settings import LinkNames, RelatedSettings

TARGET = Article("/k", "guides/setup/install.md", "Install it", id=7, group="Guides", url="/guides/install/")
STRINGS = RelatedSettings(field="related", shape="strings")
TOPICS = RelatedSettings(
    field="see_also", shape="mappings", target="title", target_name="link", prefix="topic ",
    names=LinkNames(id=None, title="title", group=None, url=None),
)  # fmt: skip


@pytest.mark.parametrize(
    ("related", "parts"),
    [
        (RelatedSettings(), {"id": 7, "title": "Install it", "subject": "Guides", "url": "/guides/install/"}),
        (TOPICS, {"title": "Install it", "link": "topic Install it"}),
        (replace(STRINGS, target="url"), {WHOLE: "/guides/install/"}),
        (replace(STRINGS, target="id"), {WHOLE: 7}),
        (replace(STRINGS, target="id", prefix="kb-"), {WHOLE: "kb-7"}),
        (replace(STRINGS, target="title"), {WHOLE: "Install it"}),
        (replace(STRINGS, target="slug"), {WHOLE: "install"}),
        (replace(STRINGS, target="path"), {WHOLE: "guides/setup/install"}),
        (replace(STRINGS, target="slug", prefix="kb:"), {WHOLE: "kb:install"}),
        # The suggestions of a site whose links are texts say more, and still name the target as it does.
        (
            own_field(replace(STRINGS, target="slug"), "more"),
            {"id": 7, "title": "Install it", "subject": "Guides", "url": "/guides/install/", "slug": "install"},
        ),
        (own_field(TOPICS, "more"), {"title": "Install it", "link": "topic Install it"}),
    ],
)
def test_parts_of_a_link(related: RelatedSettings, parts: dict[str, object]) -> None:
    found = Namer(related).written(TARGET)
    assert found is not None
    assert found.parts == parts


def test_parts_that_the_target_lacks_are_left_out() -> None:
    bare = Article("/k", "x.md", "X")
    assert Namer(RelatedSettings()).written(bare).parts == {"title": "X", "url": "/k"}  # type: ignore[union-attr]
    assert Namer(replace(STRINGS, target="id")).written(bare) is None


@pytest.mark.parametrize(
    ("targets", "written"),
    [
        (["/a/b.md", "/c.md"], "/guides/setup/install.md"),
        (["a/b.md", "c.md", "/d.md"], "guides/setup/install.md"),
        (["a/b", "c"], "guides/setup/install"),
    ],
)
def test_paths_are_written_as_most_are(targets: list[str], written: str) -> None:
    related = replace(STRINGS, target="path")
    site = [Article("/s", "s.md", "S", links=tuple(Link(target) for target in targets)), TARGET]
    assert Namer.of_site(related, site).written(TARGET).parts == {WHOLE: written}  # type: ignore[union-attr]


def test_a_slug_of_its_own_is_written_where_the_links_have_it() -> None:
    site = [Article(f"/{n}", f"{n}-page.md", n, slug=n) for n in ("soup", "bread", "pie")]
    related = replace(STRINGS, target="slug")
    assert Namer.of_site(related, site).name(site[2], site[0]) == "pie-page"
    links = [Known(site[0], site[1], "bread"), Known(site[1], site[0], "soup")]
    assert Namer.of_site(related, site, links).name(site[2], site[0]) == "pie"
