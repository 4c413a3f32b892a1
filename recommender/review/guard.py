"""What keeps other sites, and text of articles, from doing anything with the page."""

from __future__ import annotations

import ipaddress
import secrets
from collections.abc import Sequence
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

POLICY = "; ".join(
    [
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self'",
        "connect-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    ]
)
"""The Content-Security-Policy: scripts and styles come from the package's own files alone, nothing from elsewhere."""

_HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    # With no-referrer browsers hide the origin of the page's own forms as well.
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "no-store",
}
_METHODS = frozenset({"GET", "HEAD", "POST"})


def is_loopback(host: str) -> bool:
    """Whether a name or address means this machine alone."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def new_token() -> str:
    """What forms of this run carry, so that no other page can send them."""
    return secrets.token_urlsafe(32)


class Guard:
    """Refuses requests that do not come from the page itself, and sets the headers of every answer.

    `Host` must be this server's, so that a foreign name that was made to lead here reads nothing (DNS rebinding).
    `Origin`, where a browser sends it, must be as well, and must be there, or the browser must say that the page itself
    asks, for a change.

    Parameters
    ----------
    hosts : sequence of str
        What `Host` may say, with the port.
    """

    def __init__(self, app: ASGIApp, hosts: Sequence[str]) -> None:
        self._app = app
        self._hosts = frozenset(host.lower() for host in hosts)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            # The page speaks no other protocol.
            raise RuntimeError(f"no {scope['type']} here")
        refusal = self._refusal(Headers(scope=scope), scope["method"])

        async def guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in _HEADERS.items():
                    headers[name] = value
            await send(message)

        if refusal is None:
            await self._app(scope, receive, guarded)
        else:
            status, why = refusal
            await PlainTextResponse(why + "\n", status)(scope, receive, guarded)

    def _refusal(self, headers: Headers, method: str) -> tuple[int, str] | None:
        if method not in _METHODS:
            return 405, "expected GET or POST"
        hosts = headers.getlist("host")
        if len(hosts) != 1 or hosts[0].lower() not in self._hosts:
            return 421, "this address is not the review's; open the one that the command printed"
        origin, site = headers.get("origin"), headers.get("sec-fetch-site")
        if origin is not None and not self._is_own(origin):
            return 403, "the request comes from another site"
        if site in ("cross-site", "same-site") and headers.get("sec-fetch-mode") != "navigate":
            return 403, "the request comes from another site"
        if method == "POST" and origin is None and site != "same-origin":
            return 403, "a change must come from the page itself"
        return None

    def _is_own(self, origin: str) -> bool:
        try:
            parts = urlsplit(origin)
        except ValueError:
            # Such as `http://[::1`, which is no address.
            return False
        return parts.scheme == "http" and parts.netloc.lower() in self._hosts and not parts.path
