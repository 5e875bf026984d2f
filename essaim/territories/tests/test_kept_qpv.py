"""The layer an installation keeps."""

import pytest

from essaim.observatory.locate import QpvLayer
from essaim.territories import kept_qpv
from essaim.territories.tests.factories import LILLE_QPV, qpv_layer


def test_nothing_is_kept_at_first(home):
    assert kept_qpv.read() is None
    assert kept_qpv.path() == home / "territories" / "qpv.parquet"


def test_a_layer_is_kept_and_replaced(home):
    kept_qpv.keep(qpv_layer())
    assert kept_qpv.read().codes.tolist() == ["QN05901M", "QN05902M"]
    assert kept_qpv.read() is kept_qpv.read()
    kept_qpv.keep(qpv_layer(QN09999M=LILLE_QPV))
    assert kept_qpv.read().codes.tolist() == ["QN09999M"]


def test_a_failed_import_leaves_the_former_layer(home, monkeypatch):
    kept_qpv.keep(qpv_layer())

    def fail(self, path):
        path.write_bytes(b"half")
        raise OSError("disk full")

    monkeypatch.setattr(QpvLayer, "save", fail)
    with pytest.raises(OSError, match="disk full"):
        kept_qpv.keep(qpv_layer(QN09999M=LILLE_QPV))
    assert kept_qpv.read().codes.tolist() == ["QN05901M", "QN05902M"]
    assert [file.name for file in (home / "territories").iterdir()] == ["qpv.parquet"]
