#!/usr/bin/env python
"""Run a management command of the archive."""

import os
import sys


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "archive.settings")
    import django
    from django.core.exceptions import ImproperlyConfigured
    from django.core.management import execute_from_command_line

    if sys.argv[1:] in (["--version"], ["version"]):
        from archive.version import VERSION

        sys.stdout.write(f"{VERSION}\n")
        return
    try:
        django.setup()

        from reports.operations import OlderArchiveError, refuse_older_archive

        try:
            refuse_older_archive()
        except OlderArchiveError as error:
            sys.exit(str(error))
        execute_from_command_line(sys.argv)
    except ImproperlyConfigured as error:
        sys.exit(f"配置有误：{error}")


if __name__ == "__main__":
    main()
