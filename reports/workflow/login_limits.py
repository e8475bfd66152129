"""Limits for wrong passwords: per account and address, per address, and per account.

This is the handler that django-axes calls. axes counts failures for each of ``AXES_LOCKOUT_PARAMETERS`` but
has one limit for all; here each has its own limit.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from axes.handlers.database import AxesDatabaseHandler
from axes.helpers import get_cool_off
from axes.models import AccessAttempt
from django.conf import settings
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone


@dataclass(frozen=True, slots=True)
class Lockout:
    """``parameters`` are those of the limit that lasts longest."""

    parameters: tuple[str, ...]
    until: datetime

    @property
    def minutes(self) -> int:
        """Minutes to wait from now on, rounded up, so that no user comes back too early."""
        seconds = (self.until - timezone.now()).total_seconds()
        return max(1, -int(-seconds // 60))


class LoginLimits(AxesDatabaseHandler):  # type: ignore[misc]
    def get_failures(self, request: HttpRequest, credentials: dict[str, Any] | None = None) -> int:
        """The greatest count of failures, scaled so that ``AXES_FAILURE_LIMIT`` means a reached limit."""
        own: int = settings.AXES_FAILURE_LIMIT
        counted = self._counted(request, credentials)
        return max(_failures(attempts) * own // limit for limit, attempts in counted)

    def lockout(self, request: HttpRequest, credentials: dict[str, Any]) -> Lockout | None:
        """The lockout that refuses this login, and its end; None if there is none."""
        lockouts = [
            Lockout(parameters, until)
            for parameters, (limit, attempts) in zip(
                settings.ARCHIVE_LOGIN_LIMITS, self._counted(request, credentials), strict=True
            )
            if (until := self._until(request, limit, attempts))
        ]
        return max(lockouts, key=lambda lockout: lockout.until, default=None)

    def _counted(
        self, request: HttpRequest, credentials: dict[str, Any] | None
    ) -> list[tuple[int, QuerySet[AccessAttempt]]]:
        # axes returns them in the order of AXES_LOCKOUT_PARAMETERS, which follows our limits.
        attempts = self.get_user_attempts(request, credentials)
        return list(zip(settings.ARCHIVE_LOGIN_LIMITS.values(), attempts, strict=True))

    def _until(self, request: HttpRequest, limit: int, attempts: QuerySet[AccessAttempt]) -> datetime | None:
        """The time when enough failures have expired that fewer than ``limit`` remain."""
        rows = list(attempts.order_by("attempt_time").values_list("attempt_time", "failures_since_start"))
        remaining = sum(failures for _at, failures in rows)
        until = None
        for at, failures in rows:
            if remaining < limit:
                break
            remaining -= failures
            until = at + (get_cool_off(request) or timedelta())
        return until


def _failures(attempts: QuerySet[AccessAttempt]) -> int:
    return sum(attempts.values_list("failures_since_start", flat=True))
