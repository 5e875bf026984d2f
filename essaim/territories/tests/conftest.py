import pytest

from essaim.territories import kept_qpv


@pytest.fixture(autouse=True)
def home(tmp_path, monkeypatch):
    """An installation folder of its own for each test: no QPV layer unless the test imports one."""
    monkeypatch.setenv("ESSAIM_HOME", str(tmp_path))
    yield tmp_path
    kept_qpv._read.cache_clear()
