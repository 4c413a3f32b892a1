"""Serving the page to this machine alone."""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from recommender.errors import InputError
from recommender.review.guard import is_loopback

if TYPE_CHECKING:
    from starlette.types import ASGIApp

_KEEP_ALIVE_SECONDS = 600


@dataclass(frozen=True, slots=True)
class Bound:
    """A place that is taken and not served yet."""

    socket: socket.socket
    host: str
    port: int

    @property
    def address(self) -> str:
        """The page's, as a person opens it."""
        return f"http://{_bracketed(self.host)}:{self.port}/"

    @property
    def hosts(self) -> tuple[str, ...]:
        """What a browser may call it."""
        names = dict.fromkeys((self.host, "localhost", "127.0.0.1", "::1"))
        return tuple(f"{_bracketed(name)}:{self.port}" for name in names)


@contextmanager
def bound(host: str, port: int) -> Iterator[Bound]:
    """Take a port of this machine, before the long work that would be in vain without it.

    Parameters
    ----------
    host : str
        A loopback address or ``localhost``.
    port : int
        0 for any that is free.

    Raises
    ------
    InputError
        The host is not this machine alone, or the port is in use.
    """
    if not is_loopback(host):
        raise InputError(
            f"review serves this machine alone: expected 127.0.0.1, ::1 or localhost for --host; found {host!r}"
        )
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # Named as TCP, or asyncio lets the system hold back the end of every answer for 40 ms.
    with socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP) as taken:
        # A port that was just left can be taken again; one that is served cannot.
        taken.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            taken.bind((host, port))
            taken.listen()
        except (OSError, OverflowError) as error:
            why = getattr(error, "strerror", None) or str(error)
            raise InputError(
                f"port {port} of {host} cannot be used: {why}; end what uses it, or name another with --port"
            ) from None
        yield Bound(taken, host, taken.getsockname()[1])


def serve(app: ASGIApp, place: Bound, ready: Callable[[], None]) -> None:
    """Serve until Ctrl-C, which is raised as `KeyboardInterrupt` when the last answer is out.

    Parameters
    ----------
    ready : callable
        Called once the page can be opened and Ctrl-C is listened for.
    """
    import uvicorn

    class Server(uvicorn.Server):
        async def startup(self, sockets: list[socket.socket] | None = None) -> None:
            await super().startup(sockets=sockets)
            ready()

    config = uvicorn.Config(
        app,
        log_config=None,
        lifespan="off",
        ws="none",
        access_log=False,
        server_header=False,
        # An editor reads for longer than the usual five seconds, and is alone here.
        timeout_keep_alive=_KEEP_ALIVE_SECONDS,
    )
    Server(config).run(sockets=[place.socket])


def _bracketed(host: str) -> str:
    return f"[{host}]" if ":" in host else host
