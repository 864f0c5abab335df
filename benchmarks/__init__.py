"""Figures of the product, each against a floor measured in the same run; see README.md."""
