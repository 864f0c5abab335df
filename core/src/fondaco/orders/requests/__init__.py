"""What the buyer asks to be changed in an order that is placed, and what staff answer."""
