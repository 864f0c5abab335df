"""Analogues: cross-references between products, and from numbers of other brands."""
