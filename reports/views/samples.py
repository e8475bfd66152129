"""The page that removes the samples, once an archive has articles of its own."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from reports.models import Article
from reports.workflow import remove_samples

from .access import acting, editor_required


@editor_required
@require_http_methods(["GET", "HEAD", "POST"])
def samples(request: HttpRequest) -> HttpResponse:
    """``/desk/samples/``: lists what would go; a POST removes it."""
    if request.method == "POST":
        removed = remove_samples(acting(request))
        messages.success(request, f"已移除示例报道 {removed} 篇。" if removed else "档案中没有示例报道。")
        return redirect("desk")
    listed = Article.objects.samples().select_related("district__city").order_by("pk")
    return render(request, "samples.html", {"samples": listed.defer("lead", "furniture", "blocks")})
