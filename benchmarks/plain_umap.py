"""Baseline: what one writes first. UMAP of the words' vectors, and a Plotly chart of it."""

import os

import numpy as np
import plotly.express as px
import streamlit as st
import umap

st.set_page_config(layout="wide")
data = np.load(os.environ["BENCHMARK_DATA"])
xy = umap.UMAP().fit_transform(data["vectors"])
figure = px.scatter(x=xy[:, 0], y=xy[:, 1], hover_name=data["words"], height=600)
st.plotly_chart(figure)
