"""The council's Word forms, built by code: pieces of Word's XML, a Word file, and one module for each form.

The built files are the Audit Team's own from then on: they reword, reorder and restyle them in Word. What the bot
needs is only that the controls keep their tags. The texts here are the project's own.
"""
