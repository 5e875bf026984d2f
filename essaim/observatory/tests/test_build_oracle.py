"""The pipeline and a slow, obvious count agree on registers full of oddities."""

import tempfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, given, settings

from essaim.observatory.build import NothingToCount, build
from essaim.observatory.tests import oracle
from essaim.observatory.tests.agreement import assert_agrees
from essaim.observatory.tests.registers import GEOLOCATION_FILE, VINTAGE, Register, registers

pytestmark = pytest.mark.long
FAMILIES = {
    "Association": "association",
    "Coopérative": "cooperative",
    "Mutuelle": "mutual",
    "Fondation": "foundation",
}
ROLES = {
    "StockUniteLegale_utf8.csv": "units",
    "StockEtablissement_utf8.csv": "establishments",
    GEOLOCATION_FILE: "geolocation",
}


def check(register: Register, folder: Path, engine: str = "duckdb") -> None:
    register.write(folder / "files")
    listed = None
    if register.ess_list is not None:
        listed = {siren: FAMILIES.get(family, "") for siren, family in register.ess_list.items()}
    expected = oracle.count(
        register.units,
        register.establishments,
        lines=register.lines,
        vintage=VINTAGE,
        on=VINTAGE,
        neighbourhoods=register.neighbourhoods,
        history=register.history,
        ess_list=listed,
    )
    if expected.territories == {"country:FR"}:
        with pytest.raises(NothingToCount):
            build(folder / "files", folder / "store", engine=engine, on=VINTAGE)
        return
    report = build(folder / "files", folder / "store", engine=engine, on=VINTAGE)
    assert report.vintage == VINTAGE
    assert_agrees(report.build, expected, file_roles=ROLES)


# A build takes over a second: shrinking a failure would take longer than reading it.
@settings(
    max_examples=12,
    phases=(Phase.explicit, Phase.reuse, Phase.generate),
    deadline=None,
    suppress_health_check=list(HealthCheck),
)
@given(register=registers())
def test_pipeline_agrees_with_the_oracle_on_any_register(register: Register) -> None:
    with tempfile.TemporaryDirectory() as folder:
        check(register, Path(folder))
