from pathlib import Path

from essaim.observatory.atlas import read_atlas
from essaim.observatory.store import Store
from essaim.observatory.tests.stores import MEL, StoreFactory


def test_the_invented_store_is_read_by_the_observatory(tmp_path: Path) -> None:
    StoreFactory().write(tmp_path)
    atlas = read_atlas(Store(tmp_path), MEL)
    assert atlas.figures["sse_establishments"].value == 91 - 7  # 46+22+14+9, the 11th of each in doubt
    assert atlas.fictitious
