"""The application: its name in the admin, its roles and its history."""

from django.apps import AppConfig
from django.db.models.signals import post_migrate


class ReportsConfig(AppConfig):
    name = "reports"
    verbose_name = "报道档案"

    def ready(self) -> None:
        from .workflow import account_events, history, roles, sealing
        from .workflow.dictionaries import entries

        account_events.register()
        history.register()
        entries.register()
        post_migrate.connect(roles.ensure_roles, sender=self, dispatch_uid="reports.roles")
        post_migrate.connect(sealing.seal_tables, sender=self, dispatch_uid="reports.sealing")
