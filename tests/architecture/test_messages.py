"""Both languages, everywhere: every French sentence of a Django room has its English, and no English is left over."""

from pathlib import Path

import pytest

from scripts import messages

ROOMS = messages.rooms()


@pytest.mark.parametrize("room", ROOMS, ids=lambda room: room.name)
def test_every_sentence_has_its_english(room: Path) -> None:
    assert messages.missing(messages.updated(room)) == []


@pytest.mark.parametrize("room", ROOMS, ids=lambda room: room.name)
def test_the_catalogue_holds_the_sentences_of_the_room_and_no_other(room: Path) -> None:
    written = messages.read(messages.catalogue_of(room))
    assert not written.obsolete
    assert {message.id for message in written} == {message.id for message in messages.updated(room)}


def test_a_sentence_without_english_is_found(tmp_path: Path) -> None:
    """The two tests above can fail: a room with a new sentence, a doubtful one and one that is gone."""
    (tmp_path / "templates" / "new").mkdir(parents=True)
    (tmp_path / "templates" / "new" / "page.html").write_text(
        '{% load i18n %}\n    <p>\n  {% translate "Nouveau" %}'
        "{% blocktranslate count n=n %}{{ n }} mot{% plural %}{{ n }} mots{% endblocktranslate %}"
    )
    (tmp_path / "views.py").write_text('from x import gettext as _\n\nLABEL = _("Ancien") + _("Connu")\n')
    catalogue = messages.catalogue_of(tmp_path)
    catalogue.parent.mkdir(parents=True)
    catalogue.write_text(
        'msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=utf-8\\n"\n\n'
        'msgid "Connu"\nmsgstr "Known"\n\nmsgid "Disparu"\nmsgstr "Gone"\n'
    )
    assert sorted(messages.missing(messages.updated(tmp_path))) == ["%(n)s mot", "Ancien", "Nouveau"]
    assert messages.write(tmp_path) == (4, 3)
    assert {message.id for message in messages.read(catalogue) if message.id} == {
        "Ancien", "Connu", "Nouveau", ("%(n)s mot", "%(n)s mots"),
    }  # fmt: skip


def test_a_sentence_has_one_english_in_the_whole_house() -> None:
    """Django melts the catalogues into one: of two translations one is shown everywhere. A word that means two things
    bears a context (`pgettext`, `translate … context`)."""
    found: dict[tuple[object, object], dict[str, str]] = {}
    for room in ROOMS:
        for message in messages.read(messages.catalogue_of(room)):
            if message.id:
                found.setdefault((message.context, message.id), {})[room.name] = str(message.string)
    assert {key: said for key, said in found.items() if len(set(said.values())) > 1} == {}
