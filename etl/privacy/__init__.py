"""Who may be known: tokens in place of ids, children that stay erased, keys and retention."""
