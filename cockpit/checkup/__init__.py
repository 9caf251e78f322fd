"""What the cockpit needs, looked at one by one: what was found, and what to do about it."""
