from essaim.ui.context import entries


def test_an_entry_whose_page_does_not_exist_is_left_out() -> None:
    listed = [{"url_name": "law", "label": "Loi"}, {"url_name": "nowhere:page", "label": "Rien"}]
    assert [entry.label for entry in entries(listed, "/")] == ["Loi"]


def test_the_entry_of_the_current_page_is_marked_and_home_only_at_home() -> None:
    listed = [{"url_name": "home", "label": "Accueil"}, {"url_name": "law", "label": "Loi"}]
    assert [entry.is_here for entry in entries(listed, "/law/")] == [False, True]
    assert [entry.is_here for entry in entries(listed, "/")] == [True, False]
