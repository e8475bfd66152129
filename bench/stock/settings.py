import os
from pathlib import Path

FOLDER = Path(os.environ["STOCK_FOLDER"])
SECRET_KEY = "benchmark"
INSTALLED_APPS = ["django.contrib.contenttypes", "haystack", "bench.stock"]
DATABASES = {"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": FOLDER / "stock.sqlite3"}}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
USE_TZ = True
HAYSTACK_CONNECTIONS = {
    "default": {"ENGINE": "bench.stock.backend.JiebaWhooshEngine", "PATH": str(FOLDER / "index")},
}
