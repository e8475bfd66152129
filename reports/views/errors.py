"""Error pages in Chinese. Each says what happened to the user's data and what to do next."""

from __future__ import annotations

from django.core.exceptions import RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string

from .request_checks import NotUtf8, NulInForm

_REASONS: dict[type[Exception], str] = {
    RequestDataTooBig: "提交的内容太大，没有接收。请分几次提交。",
    TooManyFieldsSent: "表单的栏目太多，没有接收。请把报道拆成几篇。",
    NotUtf8: "提交的内容不是 UTF-8 编码，没有接收。",
    NulInForm: "提交的内容里有看不见的空字符（NUL），没有接收。请删去后再提交。",
    TooManyFilesSent: "一次上传的文件太多，没有接收。请分几批上传，每批不超过 200 个。",
}


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    return render(request, "400.html", {"reason": _REASONS.get(type(exception), "")}, status=400)


def permission_denied(request: HttpRequest, exception: Exception) -> HttpResponse:
    return render(request, "403.html", {"reason": str(exception)}, status=403)


def page_not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    return render(request, "404.html", status=404)


def server_error(request: HttpRequest) -> HttpResponse:
    """Uses neither database nor session, because one of them may have failed."""
    return HttpResponse(render_to_string("500.html"), status=500)
