"""Files of everything in ``report``, for tools that cannot reach the warehouse."""
