"""Orders of which the ERP, asked late, says other prices: the buyer accepts or refuses them."""
