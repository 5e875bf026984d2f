"""The key that enciphers the names of beneficiaries."""

from pathlib import Path

import pytest
from cryptography.fernet import Fernet

from essaim.site import environment


def test_the_key_is_made_once_kept_apart_and_a_wrong_one_stops_the_start(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("ESSAIM_IDENTITY_KEY", raising=False)
    key = environment.identity_key(tmp_path)
    assert (environment.identity_key(tmp_path), (tmp_path / "identity_key").stat().st_mode & 0o777) == (
        key,
        0o600,
    )
    Fernet(key)
    monkeypatch.setenv("ESSAIM_IDENTITY_KEY", Fernet.generate_key().decode())
    assert environment.identity_key(tmp_path) != key
    both = f"{Fernet.generate_key().decode()},{key}"
    monkeypatch.setenv("ESSAIM_IDENTITY_KEY", both)
    assert environment.identity_key(tmp_path) == both
    for wrong in ("court", "é" * 44, "A" * 43, f"{key},", f"{key},court"):
        monkeypatch.setenv("ESSAIM_IDENTITY_KEY", wrong)
        with pytest.raises(environment.WrongSetting):
            environment.identity_key(tmp_path)
