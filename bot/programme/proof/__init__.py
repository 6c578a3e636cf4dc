"""The rule book tried on made-up audits before it is used, and a made-up season for the sample letters."""
