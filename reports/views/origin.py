"""The origin of a request, for the event log and for the login limits."""

from __future__ import annotations

from collections.abc import Callable
from ipaddress import IPv6Address, ip_address

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from reports.models import User
from reports.workflow.events import Origin, request_origin


def client_address(request: HttpRequest) -> str | None:
    """The address of the client behind at most ``ARCHIVE_PROXIES`` proxies.

    Each proxy appends the address of its client to ``X-Forwarded-For``. So the last ``ARCHIVE_PROXIES``
    entries come from our proxies; a client may have forged the entries before them.
    """
    forwarded = request.META.get("HTTP_X_FORWARDED_FOR", "") if settings.ARCHIVE_PROXIES else ""
    hops = [hop.strip() for hop in forwarded.split(",") if hop.strip()]
    hops.append(request.META.get("REMOTE_ADDR", ""))
    # Starts with the farthest trusted entry; if it is not an address, the proxy that added it is used.
    for hop in hops[-1 - settings.ARCHIVE_PROXIES :]:
        if address := _address(hop):
            return address
    return None


def _address(hop: str) -> str:
    """The address in its standard form; empty if it is invalid."""
    try:
        address = ip_address(hop)
    except ValueError:
        return ""
    mapped = address.ipv4_mapped if isinstance(address, IPv6Address) else None
    return str(mapped or address)


class OriginMiddleware:
    """Sets the origin of all events of a request: its address and account."""

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
