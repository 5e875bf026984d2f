"""The QPV layer this installation keeps: ESSAIM_HOME/territories/qpv.parquet.

No Django here: the command line locates points without it. The folder is read from the environment as the
settings read it.
"""

import os
from functools import lru_cache
from pathlib import Path

from essaim.observatory.locate import QpvLayer, load_qpv


def path() -> Path:
    home = Path(os.environ.get("ESSAIM_HOME") or "var").absolute()
    return home / "territories" / "qpv.parquet"


def read() -> QpvLayer | None:
    """The layer, None when none was imported; read again when the file changes."""
    file = path()
    try:
        stamp = file.stat().st_mtime_ns
    except FileNotFoundError:
        return None
    return _read(file, stamp)


@lru_cache(maxsize=1)
def _read(file: Path, _stamp: int) -> QpvLayer:
    return load_qpv(file)


def keep(layer: QpvLayer) -> Path:
    """Put a layer in place of the former one, in one step: nobody ever reads half a file."""
    file = path()
    file.parent.mkdir(parents=True, exist_ok=True)
    beside = file.with_suffix(f".{os.getpid()}.part")
    try:
        layer.save(beside)
        beside.replace(file)
    finally:
        beside.unlink(missing_ok=True)
    return file
