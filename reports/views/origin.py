"""Where a request comes from, for the record of events and for the limits of the login alike."""

from __future__ import annotations

from collections.abc import Callable
from ipaddress import IPv6Address, ip_address

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from reports.models import User
from reports.workflow.events import Origin, request_origin


def client_address(request: HttpRequest) -> str | None:
    """The address of the client, seen through ``ARCHIVE_PROXIES`` proxies and no more.

    Each proxy adds to ``X-Forwarded-For`` whom it was asked by, so only so many entries, counted from the
    end, are the word of a proxy of ours. What stands before them anybody can have written.
    """
    forwarded = request.META.get("HTTP_X_FORWARDED_FOR", "") if settings.ARCHIVE_PROXIES else ""
    hops = [hop.strip() for hop in forwarded.split(",") if hop.strip()]
    hops.append(request.META.get("REMOTE_ADDR", ""))
    # From the farthest that is to be believed; one that is no address leaves the proxy that passed it on.
    for hop in hops[-1 - settings.ARCHIVE_PROXIES :]:
        if address := _address(hop):
            return address
    return None


def _address(hop: str) -> str:
    """One address in one spelling; empty for what is none."""
    try:
        address = ip_address(hop)
    except ValueError:
        return ""
    mapped = address.ipv4_mapped if isinstance(address, IPv6Address) else None
    return str(mapped or address)


class OriginMiddleware:
    """What a request does is recorded as coming from its address and its account."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        with request_origin(origin_of(request)):
            return self.get_response(request)


def origin_of(request: HttpRequest) -> Origin:
    def account() -> User | None:
        user = getattr(request, "user", None)
        return user if isinstance(user, User) else None

    return Origin(client_address(request) or "", account)
