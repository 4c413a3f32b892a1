"""Site generators: what a site's configuration says, and the address of every page.

```python
generator = read_generator(Path("content"))
if generator is not None:
    match generator.address("posts/Soup.md", {"title": "Soup", "date": "2024-05-17"}):
        case Address(url): ...
        case NotBuilt(reason, address): ...
        case Unknown(reason): ...
```

`read_generator` looks for a configuration in the content folder and its parents and reads the literals in it; nothing
is run. `Generator.address` takes a file's path below the content folder and its front matter as plain values, and gives

- an `Address`: its `url` has the site's base path; `since` and `until` say when the page is built at all,
  so that what was found does not depend on the day;
- `NotBuilt`: the page has no address now and is not to be proposed; a draft's has the address that it will have;
- `Unknown`: only the generator knows; ``--built FOLDER`` or ``--sitemap FILE`` settles it.

`Generator.place` gives a file's language and what its translations have in common. `Generator.site`, `base`,
`languages` and `unknown` say what else the configuration holds, and what it computes. The front matter must have the
``title`` that the page is known by where the site's addresses are made from titles (Pelican, Hugo's ``:title``).
"""

from recommender.corpus.generators.address import Address, NotBuilt, Outcome, Place, Unknown
from recommender.corpus.generators.configuration import UnknownSetting
from recommender.corpus.generators.generator import Generator, Language
from recommender.corpus.generators.seek import read_generator

__all__ = [
    "Address",
    "Generator",
    "Language",
    "NotBuilt",
    "Outcome",
    "Place",
    "Unknown",
    "UnknownSetting",
    "read_generator",
]
