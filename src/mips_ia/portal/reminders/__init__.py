"""Messages that say what is due: what is due for whom, the one message a day, and asking by hand.

A reminder rests on facts alone: it is worked out anew each time, so that it stops the moment the fact is
there. What went out is kept, so that nobody is told the same twice.
"""

from mips_ia.portal.reminders.asking import ask, ask_all, asking, last_asked
from mips_ia.portal.reminders.due import due
from mips_ia.portal.reminders.sending import remind, remind_everybody

__all__ = ["ask", "ask_all", "asking", "due", "last_asked", "remind", "remind_everybody"]
