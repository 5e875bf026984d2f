"""The real samples, with their real faults: counted, nothing lost."""

from datetime import date
from pathlib import Path

import pytest

from essaim.observatory.contracts.importing import import_files
from essaim.observatory.contracts.indicators import of_buyer
from essaim.observatory.contracts.store import ContractStore

pytestmark = pytest.mark.long

ON = date(2026, 11, 23)
FOLDERS = ("tabular_2022_2026", "v1_2019", "v1_flat", "v2_official_examples", "v2_samples")


@pytest.mark.shared_data
def test_every_real_sample_goes_through_and_again_changes_nothing(shared_data: Path, tmp_path: Path) -> None:
    files = [path for folder in FOLDERS for path in sorted((shared_data / "decp" / folder).iterdir())]
    store = ContractStore(tmp_path / "store")
    report = import_files(files, store, on=ON)
    read = [one.file for one in report.files if one.file]
    counts = {one.name: (one.entries, one.contracts, one.rejected) for one in read}
    assert counts == {
        "decp_2024H2_travaux_cpv4521.csv": (8957, 5179, 4),
        "decp_pes_2022_2026_6cols.csv": (5301, 5059, 0),
        "data.gouv.fr_aife.json": (4530, 4264, 8),
        "data.gouv.fr_pes.json": (1148, 1140, 0),
        "e-marchespublics.json": (470, 441, 0),
        "marches-publics.info.json": (4509, 4494, 2),
        "decp_2019_10000_flat.csv": (10000, 10000, 0),
        "region_bretagne_2021_pipe.csv": (195, 191, 0),
        "Contrat-concession-modification.xml": (2, 1, 0),
        "Contrat-concession.xml": (2, 1, 0),
        "Marche.xml": (2, 1, 0),
        "concessions.json": (2, 2, 0),
        "concessions_avec_modifications.json": (2, 2, 0),
        "marches_avec_modifications.json": (2, 2, 0),
        "marches_concessions.json": (4, 4, 0),
        "eclaireur_20_marches_v2.json": (20, 20, 0),
        "minef_decp_valides_2022_extract.csv": (9, 9, 0),
    }
    assert report.contracts == 30_569
    again = import_files(reversed(files), store, on=ON)
    assert (again.changed, again.contracts) == (False, 30_569)


@pytest.mark.shared_data
def test_a_contract_of_252_rows_weighs_once(shared_data: Path, tmp_path: Path) -> None:
    store = ContractStore(tmp_path / "store")
    works = shared_data / "decp" / "tabular_2022_2026" / "decp_2024H2_travaux_cpv4521.csv"
    import_files([works], store, on=ON)
    found = of_buyer(store.table())
    assert (found.by_number.total, found.by_value.total // 10**8) == (5179, 2479)
    assert found.by_number.unknown_pct == 100.0
