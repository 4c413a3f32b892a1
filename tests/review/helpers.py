"""A desk on a small site, and requests as a browser sends them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from starlette.testclient import TestClient

from recommender.decisions.file import DecisionFile
from recommender.review.desk import Desk
from recommender.review.export import Exporter
from recommender.review.overview import Overview
from recommender.review.web import make_app
from recommender.site.open import open_site
from recommender.site.site import Site

HOST = "127.0.0.1:8765"
ORIGIN = f"http://{HOST}"
TOKEN = "of-this-run"


def desk_on(content: Path | Site, decisions: Path, who: str = "Ada") -> Desk:
    """A desk on a folder, or on a site that was opened before."""
    site = content if isinstance(content, Site) else open_site(content, use_cache=False)
    return Desk(site, DecisionFile(decisions), who)


@dataclass
class Tab:
    """A browser's tab, without its script."""

    client: TestClient
    exporter: Exporter

    @classmethod
    def on(cls, desk: Desk) -> Tab:
        folder = desk.file.path.parent
        exporter = Exporter(desk, folder / "links.json", state_dir=folder / "state", use_cache=False, jobs=1)
        app = make_app(desk, Overview(desk), exporter, hosts=[HOST], token=TOKEN)
        return cls(TestClient(app, base_url=ORIGIN, headers={"host": HOST}, follow_redirects=False), exporter)

    def read(self, address: str, status: int = 200) -> str:
        found = self.client.get(address)
        assert found.status_code == status, found.text
        return found.text

    def article(self, slug: str) -> str:
        return self.read(f"/article?key=/learn/{slug}")

    def decide(
        self,
        source: str,
        target: str,
        verdict: str,
        *,
        seen: str | None = None,
        status: int = 303,
        script: bool = False,
    ) -> str:
        """Press a button; `seen` is by default what the page says now."""
        fields = {
            "token": TOKEN,
            "source": f"/learn/{source}",
            "target": f"/learn/{target}",
            "verdict": verdict,
            "seen": seen_on(self.article(source)) if seen is None else seen,
        }
        return self.post("/decide", fields, status, script=script)

    def undo(self, page: str, status: int = 303) -> str:
        """Press the undo of a page."""
        found = re.search(r'class="undo">.*?name="decision" value="([0-9a-f]+)"', page, re.DOTALL)
        assert found, "the page offers no undo"
        return self.post("/undo", {"token": TOKEN, "source": "", "decision": found[1]}, status)

    def post(self, address: str, fields: dict[str, str], status: int, *, script: bool = False) -> str:
        headers = {"origin": ORIGIN, **({"x-review": "script"} if script else {})}
        found = self.client.post(address, data=fields, headers=headers)
        assert found.status_code == status, found.text
        return found.text if status != 303 else self.read(found.headers["location"])


def seen_on(page: str) -> str:
    found = re.search(r'name="seen" value="([^"]*)"', page)
    assert found
    return found[1]


def listed(page: str, heading: str) -> list[str]:
    """Slugs of the items below a heading: links, proposals or rejected."""
    found = re.search(rf'id="{heading}-title">.*?</section>', page, re.DOTALL)
    return re.findall(r'data-target="/learn/([^"]+)"', found[0]) if found else []
