"""Bringing: files are dropped or chosen, words and texts pasted, models named."""

from __future__ import annotations

import streamlit as st

from embeddings import sources
from embeddings.errors import UserError
from embeddings.sources import bundle
from embeddings.types import OpeningSpec, Request
from pages.shared import dropping, notices, uploading, uploads
from pages.shared.data import naming
from pages.shared.data.visit import OPENING, PROBLEM, Files, take
from pages.shared.own import away_minutes, desk, limits

MOST_FILES = 2
HINT = (
    "Words (.txt, one a line) · texts (.txt, or a column of .csv .tsv .jsonl .parquet) · vectors "
    "(word2vec text or binary, GloVe, fastText .vec, .npz, .csv, .parquet; .npy or .safetensors "
    "together with a word list; vectors.tsv together with metadata.tsv) · "
    "a page that was saved (.lse) · images: under At work, Visual search"
)
PASTED = {"words": "Words", "text": "A text"}


def show() -> list[Request]:
    """Show where files are dropped and words pasted; there is nothing to compute for it."""
    st.subheader("Bring your own", anchor=False)
    if not uploads.allowed():
        notices.tell(uploads.SWITCHED_OFF)
        return []
    dropping.show("data.drop", HINT, MOST_FILES, limits().upload, _brought)
    with st.form("data.paste", border=False):
        st.text_area(
            "Or paste",
            key="data.pasted",
            height=130,
            placeholder="One word, phrase or name a line; or a text.",
        )
        with st.container(horizontal=True, vertical_alignment="center"):
            st.segmented_control(
                "It is",
                list(PASTED),
                default="words",
                format_func=lambda key: PASTED[key],
                key="data.pasted is",
                required=True,
                label_visibility="collapsed",
            )
            st.form_submit_button("Look at it", type="primary", on_click=_pasted)
    naming.show()
    minutes = away_minutes()
    st.caption(
        "What you bring is seen in this browser alone. It goes when you remove it, and "
        f"{minutes:,} minutes after the last page of the app is closed."
    )
    return []


def _brought() -> None:
    said = st.session_state["data.drop"].get("brought")
    if isinstance(said, list) and said:
        files = [(str(each.get("upload")), _called(str(each.get("name")))) for each in said]
        if not all(desk.may_see(name) for name, _ in files):
            st.session_state[PROBLEM] = uploading.NO_COOKIE
        if all(desk.may_see(name) for name, _ in files):
            take(Files(tuple(files[:MOST_FILES])))
            if len(files) == 1 and files[0][1].lower().endswith(bundle.ENDING):
                st.session_state[OPENING] = OpeningSpec(files[0][0])


def _called(name: str) -> str:
    """Return the name of a file as it is shown, which is never that of something here."""
    return f"{name} (file)" if sources.is_name(name) else name[:200]


def _pasted() -> None:
    state = st.session_state
    text, what = str(state.get("data.pasted") or ""), state["data.pasted is"]
    try:
        if not text.strip():
            raise UserError("Paste words or a text first, or drop a file.")
        content = text.encode("utf-8", "replace")
        if len(content) > limits().upload:
            raise UserError("That is too much to paste: bring it as a file.")
        name, path = desk.new_upload(f"pasted {what}", len(content))
        path.write_bytes(content)
        desk.arrived(name)
    except UserError as error:
        state[PROBLEM] = str(error)
        return
    except OSError as error:
        state[PROBLEM] = f"It could not be written: {error.strerror or error}."
        return
    take(Files(((name, f"pasted {what}.txt"),), {"kind": what}))
