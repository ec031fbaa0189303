"""How far methods differ: all of them in one picture, and two of them word by word."""

from pages.shared.differences.view import show

__all__ = ["show"]
