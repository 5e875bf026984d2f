import json

import pytest

from essaim.observatory.contracts.importing import recognise
from essaim.observatory.contracts.readers import csv_rows, json_stream, xml_stream
from essaim.observatory.contracts.tests.published import entry, json_file
from essaim.observatory.errors import UnreadableFile

ONE = {"id": "1", "acheteur": {"id": "2"}}
TWO = {"id": "2", "acheteur": {"id": "2"}}


@pytest.mark.parametrize(
    ("content", "kinds"),
    [
        ({"marches": [ONE, TWO]}, [None, None]),
        ({"marches": {"marche": [ONE], "contrat-concession": [TWO]}}, ["contract", "concession"]),
        ({"marches": {"marche": ONE, "contrat-concession": TWO}}, ["contract", "concession"]),
        ({"marche": [ONE, TWO]}, ["contract", "contract"]),
        ([ONE, TWO], [None, None]),
        (
            {"title": "x", "notes": ["a", {"b": 1}], "marches": {"marche": [ONE, TWO]}},
            ["contract", "contract"],
        ),
    ],
)
def test_every_wrapper_is_opened(tmp_path, content, kinds):
    path = tmp_path / "file.json"
    path.write_text(json.dumps(content), encoding="utf-8-sig")
    found = list(json_stream.entries(path))
    assert [one.entry for one in found] == [ONE, TWO]
    assert [one.kind for one in found] == kinds
    assert [one.position for one in found] == [1, 2]


@pytest.mark.parametrize("window", [7, 64, 1000])
def test_the_size_of_the_window_does_not_change_what_is_read(tmp_path, monkeypatch, window):
    entries = [entry(str(number), objet='Pièges : "}, {" et \\ é' * number) for number in range(9)]
    path = json_file(tmp_path, *entries)
    monkeypatch.setattr(json_stream, "CHUNK", window)
    assert [one.entry for one in json_stream.entries(path)] == entries


def test_a_broken_entry_is_handed_over_whole_and_the_next_are_read(tmp_path):
    path = tmp_path / "broken.json"
    path.write_text(
        '{"marches": [\n{"id": "1"},\n{"id": oops, "x": {"y": "}"}},\n{"id": "3"}]}', encoding="utf-8"
    )
    found = [(one.position, one.line, one.broken, one.entry) for one in json_stream.entries(path)]
    assert found == [
        (1, 2, False, {"id": "1"}),
        (2, 3, True, '{"id": oops, "x": {"y": "}"}}'),
        (3, 4, False, {"id": "3"}),
    ]


def test_a_file_cut_short_gives_what_it_holds(tmp_path):
    path = tmp_path / "cut.json"
    path.write_text('{"marches": [{"id": "1"}, {"id": "2", "objet": "Entre', encoding="utf-8")
    found = [(one.broken, one.entry) for one in json_stream.entries(path)]
    assert found == [(False, {"id": "1"}), (True, '{"id": "2", "objet": "Entre')]


def test_an_xml_file_reads_as_its_json_twin(tmp_path):
    path = tmp_path / "one.xml"
    path.write_text(
        "<marches><marche><id>7</id><acheteur><id>2</id></acheteur><techniques><technique>Concours</technique>"
        "<technique>Accord-cadre</technique></techniques></marche><contrat-concession><id>8</id></contrat-concession>"
        "</marches>",
        encoding="utf-8",
    )
    found = [(one.kind, one.entry) for one in xml_stream.entries(path)]
    techniques = {"technique": ["Concours", "Accord-cadre"]}
    assert found == [
        ("contract", {"id": "7", "acheteur": {"id": "2"}, "techniques": techniques}),
        ("concession", {"id": "8"}),
    ]


@pytest.mark.parametrize(
    "trap",
    [
        '<!DOCTYPE m [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><marches><marche><id>&b;</id></marche></marches>',
        '<!DOCTYPE m [<!ENTITY x SYSTEM "file:///etc/passwd">]><marches><marche><id>&x;</id></marche></marches>',
        '<!DOCTYPE m SYSTEM "http://example.org/m.dtd"><marches></marches>',
        "<a>" * 60 + "</a>" * 60,
    ],
    ids=["laughs", "file", "dtd", "nested"],
)
def test_an_xml_trap_is_refused(tmp_path, trap):
    path = tmp_path / "trap.xml"
    path.write_text(trap, encoding="utf-8")
    with pytest.raises(UnreadableFile):
        list(xml_stream.entries(path))


def test_a_broken_xml_keeps_the_entries_before_the_fault(tmp_path):
    path = tmp_path / "broken.xml"
    path.write_text("<marches><marche><id>1</id></marche><marche><id>2</marche></marches>", encoding="utf-8")
    found = [(one.broken, one.position) for one in xml_stream.entries(path)]
    assert found == [(False, 1), (True, 2)]


def test_a_flattened_row_becomes_an_entry(tmp_path):
    path = tmp_path / "flat.csv"
    path.write_text(
        "id,acheteur.id,lieuExecution.code,titulaires.1.id,titulaires.1.denominationSociale,titulaires.2.id,modifications\n"
        "\"7\",21,35,\"['111', '222']\",\"['A', 'B']\",333,[]\n",
        encoding="utf-8",
    )
    (found,) = csv_rows.entries(path)
    assert found.entry == {
        "id": "7",
        "acheteur": {"id": "21"},
        "lieuExecution": {"code": "35"},
        "titulaires": [
            {"id": "111", "denominationSociale": "A"},
            {"id": "222", "denominationSociale": "B"},
            {"id": "333"},
        ],
    }


def test_a_row_too_long_is_broken_and_a_short_one_is_read(tmp_path):
    path = tmp_path / "rows.csv"
    path.write_text("id|acheteur_id|montant\n1|21|3|4\n2|22\n", encoding="utf-8")
    found = [(one.broken, one.line) for one in csv_rows.entries(path)]
    assert found == [(True, 2), (False, 3)]


@pytest.mark.parametrize("content", [b"", b"   \n", b"nom,prenom\na,b\n", b"\x00\x01\x02"])
def test_a_file_of_something_else_is_refused(tmp_path, content):
    path = tmp_path / "else"
    path.write_bytes(content)
    with pytest.raises(UnreadableFile):
        recognise(path)
