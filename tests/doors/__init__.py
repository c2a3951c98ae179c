"""Every kind of source: the golden council through it, and bad input of its own."""
