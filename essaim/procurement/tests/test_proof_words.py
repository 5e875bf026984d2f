"""Proofs of eligibility are named in both languages, whatever the day."""

from datetime import date

import pytest
from django.utils.translation import override

from essaim.procurement.forms.clauses import ProofForm, spoken_kinds
from essaim.procurement.rules.proof_words import ENGLISH, proof_kinds

ON = date(2026, 11, 23)


def test_every_proof_the_law_names_has_an_english_name_and_no_name_is_left_over() -> None:
    assert set(proof_kinds(ON)) == set(ENGLISH)
    assert all(name.fr != name.en for name in proof_kinds(ON).values())


@pytest.mark.parametrize(
    ("language", "name"), [("fr", "Atelier ou chantier d'insertion"), ("en", "Integration workshop or site")]
)
def test_lists_and_forms_say_them_in_the_readers_language(language: str, name: str) -> None:
    with override(language):
        assert spoken_kinds(ON)["ACI"] == name
        assert ("ACI", f"{name} (ACI)") in ProofForm(on=ON).fields["kind"].choices
