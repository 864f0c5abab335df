"""Immutable values that cross the seams. Every one is a frozen Struct."""
