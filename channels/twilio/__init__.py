"""Texts by Twilio: the only package that imports twilio. `webhook` is the gateway's, `client` (which takes long to load) the worker's."""

#: What Twilio says of a text, in receipts and lists → the state of our row.
RECEIPTS = {
    "queued": "sent", "accepted": "sent", "scheduled": "sent", "sending": "sent", "sent": "sent",
    "delivered": "delivered", "read": "delivered", "undelivered": "failed", "failed": "failed",
}  # fmt: skip
