"""The thin web shell: addresses, forms, and which page answers them."""

from __future__ import annotations

import math
import re
import secrets
from collections import OrderedDict
from collections.abc import Sequence
from http import HTTPStatus
from typing import TYPE_CHECKING
from urllib.parse import parse_qs

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup, escape
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

from recommender.decisions.file import Conflict
from recommender.errors import InputError, OutputError, RecommenderError
from recommender.review.guard import Guard
from recommender.review.look import article_page, bulk_page, find, named, queue_page, texts
from recommender.review.map import MapMaker
from recommender.review.queue import TRAITS, Filters
from recommender.review.records import Done

if TYPE_CHECKING:
    from starlette.types import ASGIApp

    from recommender.review.desk import Desk
    from recommender.review.export import Exporter
    from recommender.review.overview import Overview

MOST_FORM_BYTES = 65_536
_MOST_NOTICES = 100
# A header by which the script asks for a part of a page instead of a redirect to a whole one.
_BY_SCRIPT = "x-review"

TRAIT_NAMES = {
    "no_links": "no links yet",
    "low_confidence": "low confidence",
    "orphans": "orphans",
    "flagged": "flagged by check",
    "duplicates": "near-duplicates",
}


def make_app(desk: Desk, overview: Overview, exporter: Exporter, *, hosts: Sequence[str], token: str) -> ASGIApp:
    """The application.

    Parameters
    ----------
    hosts : sequence of str
        What a request's `Host` may say.
    token : str
        What every form carries.
    """
    pages = Pages(desk, overview, exporter, token)
    app = Starlette(
        routes=[
            Route("/", pages.home),
            Route("/queue", pages.queue),
            Route("/start", pages.start),
            Route("/article", pages.article),
            Route("/text", pages.text),
            Route("/search", pages.search),
            Route("/bulk", pages.bulk),
            Route("/bulk/accept", pages.bulk_accept, methods=["POST"]),
            Route("/decide", pages.decide, methods=["POST"]),
            Route("/undo", pages.undo, methods=["POST"]),
            Route("/overview", pages.overview),
            Route("/map", pages.map),
            Route("/export", pages.export),
            Route("/export/preview", pages.export_preview, methods=["POST"]),
            Route("/export/write", pages.export_write, methods=["POST"]),
            Route("/favicon.ico", pages.icon),
            Mount("/assets", StaticFiles(packages=[("recommender.review", "assets")])),
        ],
        exception_handlers={RecommenderError: pages.refused, HTTPException: pages.failed},
    )
    return Guard(app, hosts)


class Pages:
    """One method for each address."""

    def __init__(self, desk: Desk, overview: Overview, exporter: Exporter, token: str) -> None:
        self._desk = desk
        self._exporter = exporter
        self._overview = overview
        self._map = MapMaker(desk, overview)
        self._token = token
        # What is to be said on the next page, where no script takes it over.
        self._notices: OrderedDict[str, str] = OrderedDict()
        self._templates = Environment(
            loader=PackageLoader("recommender.review"),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self._templates.filters["emphasised"] = _emphasised
        for name in self._templates.list_templates():
            self._templates.get_template(name)
        self._templates.globals.update(
            trait_names=TRAIT_NAMES, traits=TRAITS, token=token, site=str(desk.site.content), site_name=desk.site_name
        )

    # ------------------------------------------------------------------ look

    def home(self, request: Request) -> Response:
        return RedirectResponse("/queue", HTTPStatus.SEE_OTHER)

    def icon(self, request: Request) -> Response:
        """What browsers ask for on their own."""
        return RedirectResponse("/assets/icon.svg", HTTPStatus.SEE_OTHER)

    def queue(self, request: Request) -> Response:
        filters = Filters.parse(request.query_params)
        page = queue_page(self._desk, filters, _number(request.query_params.get("page")))
        notice = self._notices.pop(request.query_params.get("notice", ""), "")
        return self._page("queue.html.j2", page=page, said=notice)

    def bulk(self, request: Request) -> Response:
        """What would be accepted in one go."""
        query = request.query_params
        page = bulk_page(self._desk, Filters.parse(query), _score(query.get("least", "")))
        return self._page("bulk.html.j2", page=page, alert="")

    async def bulk_accept(self, request: Request) -> Response:
        form = await self._form(request)
        filters, least = Filters.parse(request.query_params), _score(form.get("least", ""))
        expected = _number(form.get("links"))
        try:
            said = await run_in_threadpool(self._desk.accept_offers, filters, least, expected)
        except (Conflict, OutputError) as conflict:
            page = await run_in_threadpool(bulk_page, self._desk, filters, least)
            html = self._render("bulk.html.j2", page=page, alert=str(conflict))
            return HTMLResponse(html, HTTPStatus.CONFLICT)
        return RedirectResponse(f"/queue?{filters.query(notice=self._notice(said))}", HTTPStatus.SEE_OTHER)

    def start(self, request: Request) -> Response:
        """The first article of a queue."""
        filters = Filters.parse(request.query_params)
        page = queue_page(self._desk, filters)
        if not page.entries:
            return RedirectResponse(f"/queue?{filters.query()}", HTTPStatus.SEE_OTHER)
        return RedirectResponse(f"/article?{filters.query(key=page.entries[0].article.key)}", HTTPStatus.SEE_OTHER)

    def article(self, request: Request) -> Response:
        query = request.query_params
        notice = self._notices.pop(query.get("notice", ""), "")
        row = self._desk.row(query.get("key", ""))
        focus = query.get("focus", "")
        page = article_page(self._desk, row, Filters.parse(query), focus)
        return self._page("article.html.j2", page=page, said=notice, focus=focus, alert="")

    def text(self, request: Request) -> Response:
        row = self._desk.row(request.query_params.get("key", ""))
        return self._page("text.html.j2", article=named(self._desk, row), texts=texts(self._desk, row))

    def search(self, request: Request) -> Response:
        query = request.query_params
        source = query.get("source", "")
        row = self._desk.row(source)
        found = find(self._desk, row, query.get("q", ""))
        filters = Filters.parse(query)
        if _by_script(request):
            seen = query.get("seen", "")
            return self._page("found.html.j2", found=found, source=source, seen=seen, filters=filters)
        page = article_page(self._desk, row, filters)
        return self._page("article.html.j2", page=page, said="", focus="", alert="", found=found)

    def overview(self, request: Request) -> Response:
        return self._page("overview.html.j2", page=self._overview.page())

    def map(self, request: Request) -> Response:
        """The places of all articles; while they are worked out, the seconds that this has taken."""
        data = self._map.data()
        if data is None:
            return JSONResponse({"seconds": round(self._map.seconds)}, HTTPStatus.ACCEPTED)
        return Response(data, media_type="application/json")

    # ---------------------------------------------------------------- export

    def export(self, request: Request) -> Response:
        template = "export_state.html.j2" if _by_script(request) else "export.html.j2"
        return self._page(
            template,
            state=self._exporter.state,
            output=self._exporter.output,
            progress=self._desk.progress(),
            tally=self._desk.tally(),
        )

    async def export_preview(self, request: Request) -> Response:
        form = await self._form(request)
        self._exporter.preview(form.get("kind", ""), form.get("scope", ""))
        return RedirectResponse("/export", HTTPStatus.SEE_OTHER)

    async def export_write(self, request: Request) -> Response:
        form = await self._form(request)
        confirmed = form.get("confirmed")
        self._exporter.write(form.get("name", ""), None if confirmed is None else _number(confirmed))
        return RedirectResponse("/export", HTTPStatus.SEE_OTHER)

    # ---------------------------------------------------------------- decide

    async def decide(self, request: Request) -> Response:
        form = await self._form(request)
        try:
            done = await run_in_threadpool(
                self._desk.decide,
                form.get("source", ""),
                form.get("target", ""),
                form.get("verdict", ""),
                form.get("seen", ""),
            )
        except (Conflict, OutputError) as conflict:
            return await run_in_threadpool(self._conflict, request, form.get("source", ""), str(conflict))
        return await run_in_threadpool(self._done, request, done)

    async def undo(self, request: Request) -> Response:
        form = await self._form(request)
        try:
            done = await run_in_threadpool(
                self._desk.undo, form.get("decision", ""), form.get("source", ""), whole="one" not in form
            )
        except (Conflict, OutputError) as conflict:
            return await run_in_threadpool(self._conflict, request, form.get("source", ""), str(conflict))
        return await run_in_threadpool(self._done, request, done)

    def _done(self, request: Request, done: Done) -> Response:
        """Show what an action has done: the part of the page that changes, or the way to the whole page."""
        filters = Filters.parse(request.query_params)
        if not done.key:
            return RedirectResponse(f"/queue?{filters.query(notice=self._notice(done.said))}", HTTPStatus.SEE_OTHER)
        if _by_script(request):
            return self._work(done.key, filters, said=done.said, focus=done.focus)
        address = filters.query(key=done.key, notice=self._notice(done.said), focus=done.focus)
        return RedirectResponse(f"/article?{address}", HTTPStatus.SEE_OTHER)

    def _notice(self, said: str) -> str:
        """The name under which the next page finds what to say."""
        notice = secrets.token_hex(8)
        self._notices[notice] = said
        while len(self._notices) > _MOST_NOTICES:
            self._notices.popitem(last=False)
        return notice

    def _conflict(self, request: Request, key: str, why: str) -> Response:
        filters = Filters.parse(request.query_params)
        if not key:
            return self._problem(why, HTTPStatus.CONFLICT)
        if _by_script(request):
            return self._work(key, filters, alert=why, status=HTTPStatus.CONFLICT)
        page = article_page(self._desk, self._desk.row(key), filters)
        html = self._render("article.html.j2", page=page, said="", focus="", alert=why)
        return HTMLResponse(html, HTTPStatus.CONFLICT)

    def _work(
        self,
        key: str,
        filters: Filters,
        *,
        said: str = "",
        focus: str = "",
        alert: str = "",
        status: int = HTTPStatus.OK,
    ) -> Response:
        page = article_page(self._desk, self._desk.row(key), filters, focus)
        html = self._render("work.html.j2", page=page, said=said, focus=focus, alert=alert)
        return HTMLResponse(html, status)

    # ---------------------------------------------------------------- errors

    def refused(self, request: Request, error: Exception) -> Response:
        status = HTTPStatus.BAD_REQUEST if isinstance(error, InputError) else HTTPStatus.INTERNAL_SERVER_ERROR
        return self._problem(str(error), status)

    def failed(self, request: Request, error: Exception) -> Response:
        status = error.status_code if isinstance(error, HTTPException) else HTTPStatus.INTERNAL_SERVER_ERROR
        why = error.detail if isinstance(error, HTTPException) else str(error)
        return self._problem(why, status)

    def _problem(self, why: str, status: int) -> Response:
        return HTMLResponse(self._render("problem.html.j2", why=why), status)

    # --------------------------------------------------------------- helpers

    async def _form(self, request: Request) -> dict[str, str]:
        """The fields of a form that this run's page has sent."""
        body = bytearray()
        async for chunk in request.stream():
            body += chunk
            if len(body) > MOST_FORM_BYTES:
                raise HTTPException(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "the form is too large")
        try:
            fields = parse_qs(body.decode("utf-8"), keep_blank_values=True, max_num_fields=50)
        except ValueError:
            raise HTTPException(HTTPStatus.BAD_REQUEST, "the form cannot be read") from None
        form = {name: values[-1] for name, values in fields.items()}
        if not secrets.compare_digest(form.get("token", "").encode(), self._token.encode()):
            why = "this page is of an earlier run of the command; nothing was written. Load it again"
            raise HTTPException(HTTPStatus.FORBIDDEN, why)
        return form

    def _page(self, template: str, **values: object) -> HTMLResponse:
        return HTMLResponse(self._render(template, **values))

    def _render(self, template: str, **values: object) -> str:
        return self._templates.get_template(template).render(**values)


def _by_script(request: Request) -> bool:
    return request.headers.get(_BY_SCRIPT) == "script"


def _emphasised(reason: str) -> Markup:
    """A reason with the terms that it puts between asterisks set apart."""
    return Markup(re.sub(r"\*([^*]+)\*", r"<b>\1</b>", str(escape(reason))))  # noqa: S704  (escaped before)


def _score(text: str) -> float:
    try:
        score = float(text.replace(",", "."))
    except ValueError:
        score = math.nan
    if not math.isfinite(score):
        raise InputError(f"expected a score to accept from, such as 0.4; found {text!r}")
    return score


def _number(text: str | None) -> int:
    return int(text) if text and text.isdecimal() and len(text) < 9 else 1
