"""REST, one router per noun."""
