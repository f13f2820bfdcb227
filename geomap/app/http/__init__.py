"""What any page of the server needs: addresses read, answers sent, queues, records."""

__all__ = [
    "answers",
    "current",
    "delivery",
    "departures",
    "errors",
    "gateway",
    "jobs",
    "params",
    "records",
    "releases",
    "scenarios",
    "security",
    "static",
    "turnstile",
    "uploads",
]
