"""What people and programs see: REST, live events and the web page."""
