"""Where files are dropped or chosen: a component that sends them by itself, and says how far it is.

What has come is under its key in the session's state, as ``brought``: the upload's name here and
what the person calls it, of each file; of images that are sent together, of all of them as one.
"""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from pages.shared import linked_maps, scripts

JS = scripts.joined("make.js", "data/drop.js")

_component = st.components.v2.component(
    "data_drop",
    html='<div data-drop class="lse-drop"></div>',
    js=JS,
    isolate_styles=False,
)


def show(
    key: str,
    hint: str,
    most_files: int,
    most: int,
    then: Callable[[], None],
    together: bool = False,
) -> None:
    """Show where files are dropped.

    Parameters
    ----------
    key : of the component
    hint : which files they may be
    most_files, most : how many, and how many bytes each has at most, or all where they go together
    then : called when they are here
    together : whether they are images, which are sent as one file
    """
    _component(
        data={
            "address": f"{linked_maps.base_path()}/data/upload",
            "most": most,
            "most_files": most_files,
            "hint": hint,
            "together": together,
        },
        key=key,
        on_brought_change=then,
    )
