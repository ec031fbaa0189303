"""The web application: run it with ``streamlit run app.py``."""

from __future__ import annotations

import sys
from pathlib import Path

import streamlit as st

ROOT = Path(__file__).resolve().parent
if str(ROOT) not in sys.path:
    # Streamlit runs the script from any working directory; our packages lie beside this file.
    sys.path.insert(0, str(ROOT))

from pages.shared import lifecycle, routes  # noqa: E402

app = st.App(
    ROOT / "pages" / "navigation.py",
    lifespan=lifecycle.lifespan,
    routes=routes.routes(st.get_option("server.baseUrlPath")),
    middleware=lifecycle.middleware(),
    on_script_error=lifecycle.on_script_error,
)
