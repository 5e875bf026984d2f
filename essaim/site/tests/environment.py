"""Loaded first by pytest (`-p` in pyproject.toml): Django's settings are read before any conftest.

Tests never touch a real installation: they have a folder of their own, one per worker.
"""

import os
import tempfile

os.environ["ESSAIM_HOME"] = tempfile.mkdtemp(prefix="essaim-tests-")
os.environ.setdefault("ESSAIM_SECRET_KEY", "tests only")
os.environ.setdefault("ESSAIM_STATIC_HASHED", "0")
# Tests ask much in a minute, all from one address; those of the limits set their own.
os.environ.setdefault("ESSAIM_RATE_ANONYMOUS", "1000000")
