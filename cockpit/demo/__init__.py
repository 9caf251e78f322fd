"""The platform that `cockpit demo` shows."""
