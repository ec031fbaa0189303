"""The app starts, and its first page comes up without an error, in both themes."""

from __future__ import annotations

import pytest


@pytest.mark.parametrize("fixture", ["page", "dark_page"], ids=["light", "dark"])
def test_the_start_page_comes_up_without_an_error(request, fixture):
    page = request.getfixturevalue(fixture)
    page.goto("/")
    page.get_by_test_id("stApp").wait_for()
    # While the script runs Streamlit says so; it has finished when that is over.
    page.wait_for_selector('[data-testid="stApp"][data-test-script-state="notRunning"]')
    assert "Latent Space Explorer" in page.title()
    assert page.get_by_test_id("stException").count() == 0
    assert page.get_by_test_id("stAlertContentError").count() == 0


def test_a_visit_leaves_no_error_in_the_log(server, page):
    before = len(server.log)
    page.goto("/")
    page.wait_for_selector('[data-testid="stApp"][data-test-script-state="notRunning"]')
    assert "Traceback" not in server.log[before:]
