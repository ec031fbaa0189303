"""Directions between words: placed along one or in the plane of two, tested for bias, taken out."""

from pages.shared.directions.view import show

__all__ = ["show"]
