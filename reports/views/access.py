"""Who may read: everyone where ``ARCHIVE_PUBLIC`` is set, else whoever is logged in."""

from django.utils.deprecation import MiddlewareMixin


class ReaderAccessMiddleware(MiddlewareMixin):
    pass


class OneTimePasswordMiddleware(MiddlewareMixin):
    pass
