"""The audit bot: the paperwork of a case-file audit programme, inside Microsoft 365."""

__version__ = "0.1.0"
