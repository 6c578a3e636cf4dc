"""What people write and press: their words and days, the buttons, the reasons for which a message is held."""
