"""Customers for staff: the list, a card, what belongs to it, answers to applicants."""
