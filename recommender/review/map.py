"""The map of a site, worked out beside the editor's work."""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING

from recommender.site.map import whole_map

if TYPE_CHECKING:
    from recommender.review.desk import Desk
    from recommender.review.overview import Overview


class MapMaker:
    """Makes the map when it is first needed, in a thread of its own; a large site takes a minute the first time, and
    later runs find it in the cache.
    """

    def __init__(self, desk: Desk, overview: Overview) -> None:
        self._desk = desk
        self._overview = overview
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None
        self._data: bytes | None = None
        self._begun = time.monotonic()

    def data(self) -> bytes | None:
        """The map as `Overview.map_data` has it; None while it is being made."""
        with self._lock:
            if self._thread is None:
                self._begun = time.monotonic()
                self._thread = threading.Thread(target=self._make, name="map", daemon=True)
                self._thread.start()
        # A small site's is there before anybody sees that it was not.
        self._thread.join(timeout=0.05)
        return self._data

    @property
    def seconds(self) -> float:
        """How long ago its making began."""
        return time.monotonic() - self._begun

    def _make(self) -> None:
        self._data = self._overview.map_data(whole_map(self._desk.site))
