"""The configuration that is shipped, but for how long it waits for a connection."""

from __future__ import annotations

from archive import gunicorn as shipped

shipped.patience = 1
globals().update({name: value for name, value in vars(shipped).items() if not name.startswith("_")})
