"""Russian trade documents: УПД, ТОРГ-12, акт сверки, договор."""
