"""The one error handler: JSON for programs, a page for people, both in Chinese and English.

JSON is ``{"error": {"code", "message": {"zh", "en"}, "valid": […]}}``; ``valid`` holds the names
that would have been accepted and is empty when there are none to tell. What nobody foresaw is
logged under an id; the answer carries the id and nothing of what happened inside.
"""

from __future__ import annotations

import logging
import secrets
from dataclasses import dataclass

from flask import Flask, Response, current_app, make_response, render_template, request
from werkzeug.exceptions import HTTPException, MethodNotAllowed, NotFound

from geomap.app.http.answers import json_answer
from geomap.app.http.current import current_atlas
from geomap.app.http.records import Refusals, client
from geomap.app.http.security import LARGEST_BODY_BYTES
from geomap.errors import GeomapError, Text

_log = logging.getLogger("geomap.app")
REFUSED = (403, 408, 409, 411, 413, 415, 421, 422, 503)
"""Refused for a limit, for where it came from, or for whom it was; recorded."""
_MEBIBYTE = 1024 * 1024
_LONGEST_ACCEPT = 1000
_HTTP = {
    400: ("bad_request", Text("请求格式有误", "the request is malformed")),
    404: ("not_found", Text("没有这个页面", "there is no such page")),
    405: (
        "method_not_allowed",
        Text("此地址不接受这种请求方式", "this method is not allowed here"),
    ),
    411: (
        "length_required",
        Text("请求须写明内容长度（Content-Length）", "the request must state its Content-Length"),
    ),
    413: (
        "too_large",
        Text(
            f"请求内容过大，最多 {LARGEST_BODY_BYTES // _MEBIBYTE} MB",
            f"the request is too large, at most {LARGEST_BODY_BYTES // _MEBIBYTE} MB",
        ),
    ),
    414: ("too_long", Text("地址过长", "the address is too long")),
    415: ("media_type", Text("不支持的内容类型", "this media type is not supported")),
}


@dataclass(frozen=True, slots=True)
class Fault:
    """What is said about an error."""

    status: int
    code: str
    message: Text
    valid: tuple[str, ...] = ()

    @property
    def headline(self) -> Text:
        """The message without the list of what there is, for a page that shows it below."""
        if not self.valid:
            return self.message
        return Text(self.message.zh.partition("；")[0], self.message.en.partition(";")[0])

    def as_dict(self) -> dict[str, object]:
        """Give the JSON form."""
        message = {"zh": self.message.zh, "en": self.message.en}
        return {"error": {"code": self.code, "message": message, "valid": list(self.valid)}}


def handle_errors(app: Flask) -> None:
    """Answer every error of ``app`` in one way."""

    @app.errorhandler(Exception)
    def answer(error: Exception) -> Response:
        fault = fault_of(error)
        response = json_answer(fault.as_dict()) if wants_json() else _page(fault)
        response.status_code = fault.status
        response.headers["Vary"] = "Accept"
        if retry_after := getattr(error, "retry_after", None):
            response.headers["Retry-After"] = str(retry_after)
        if fault.status in REFUSED:
            refusals: Refusals = app.extensions["geomap.refusals"]
            refusals.count(client(request.environ), fault.status, fault.code)
        if isinstance(error, MethodNotAllowed):
            response.headers["Allow"] = ", ".join(fault.valid)
        return response


def fault_of(error: Exception) -> Fault:
    """Say what happened, and log what is our own fault."""
    if isinstance(error, GeomapError):
        # Whoever is told to come again met a limit that is meant, no fault.
        if error.status >= 500 and not getattr(error, "retry_after", None):
            _log.error("%s %r: %s", request.method, request.path, error)
        valid = tuple(getattr(error, "valid", ()))
        return Fault(error.status, error.code, error.text, valid)
    if isinstance(error, HTTPException) and error.code and error.code < 500:
        code, message = _HTTP.get(error.code, ("http", Text("请求无法处理", error.name)))
        return Fault(error.code, code, message, _valid(error))
    reference = secrets.token_hex(4)
    _log.error("error %s: %s %r", reference, request.method, request.path, exc_info=error)
    return Fault(
        500,
        "internal",
        Text(
            f"服务器内部错误，请把编号 {reference} 告诉管理员",
            f"an error inside the server; tell the administrator its id {reference}",
        ),
    )


def _names() -> dict[str, Text]:
    atlas = current_atlas()
    areas = {area.code: Text(area.name_zh, area.name_en) for area in atlas.areas.values()}
    return {**areas, **{one.id: one.name for one in atlas.indicators.values()}}


def _valid(error: HTTPException) -> tuple[str, ...]:
    if isinstance(error, MethodNotAllowed):
        return tuple(sorted(error.valid_methods or ()))
    if isinstance(error, NotFound) and request.path.startswith("/api/"):
        rules = current_app.url_map.iter_rules()
        return tuple(sorted(rule.rule for rule in rules if rule.rule.startswith("/api/")))
    return ()


def wants_json() -> bool:
    """Tell whether a program asked: below /api or /siting, at /healthz, or preferring JSON."""
    if request.path.startswith(("/api/", "/siting/")) or request.path == "/healthz":
        return True
    if len(request.headers.get("Accept", "")) > _LONGEST_ACCEPT:
        return False  # of 400 kB reading took two seconds
    accepted = request.accept_mimetypes
    best = accepted.best_match(["text/html", "application/json"], default="text/html")
    return best == "application/json"


def _page(fault: Fault) -> Response:
    try:
        return make_response(render_template("error.html", fault=fault, names=_names()))
    except Exception:
        # The page about an error must come even when a template is what is wrong.
        _log.exception("the error page cannot be drawn")
        return Response(f"{fault.message}\n", content_type="text/plain; charset=utf-8")
