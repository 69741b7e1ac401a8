"""What tagtui asks the web: the details of a page."""
