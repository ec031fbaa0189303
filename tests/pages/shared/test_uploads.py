"""Where uploads are switched off a page says so in the place of the field."""

import pytest
from streamlit.testing.v1 import AppTest

from pages.shared import uploads
from pages.shared.training import bar


@pytest.mark.parametrize(
    ("page", "query"),
    [("analogies", {"ask": "list"}), ("contexts", {"word": "bank"}), ("training", {})],
)
def test_a_page_asks_for_files_only_where_they_are_taken(
    repo, quiet_jobs, monkeypatch, page, query
):
    for setting, fields in (("1", 1), ("0", 0)):
        monkeypatch.setenv("LSE_UPLOADS", setting)
        shown = AppTest.from_file(repo / "pages" / "navigation.py", default_timeout=60)
        shown.switch_page(f"{page}.py")
        for name, value in query.items():
            shown.query_params[name] = value
        shown.session_state[bar.NEW] = True  # the form of a new training is open
        shown.run()
        assert not shown.exception
        assert len(shown.get("file_uploader")) == fields
        said = [each.value for each in shown.caption if each.value == uploads.SWITCHED_OFF]
        assert len(said) == 1 - fields
