"""The application: its name in the admin; it registers events, roles, history and triggers."""

from django.apps import AppConfig
from django.db.models.signals import post_migrate


class ReportsConfig(AppConfig):
    name = "reports"
    verbose_name = "报道档案"

    def ready(self) -> None:
        from .workflow import account_events, account_roles, history, triggers
        from .workflow.dictionaries import entries

        account_events.register()
        history.register()
        entries.register()
        post_migrate.connect(account_roles.ensure_roles, sender=self, dispatch_uid="reports.account_roles")
        post_migrate.connect(triggers.create_triggers, sender=self, dispatch_uid="reports.triggers")
