"""What the pages about harvests say in words."""

from django import template

from harvesters.watch import words
from harvesters.watch.trend import kept

register = template.Library()

register.filter("ago", words.ago)
register.filter("moment", words.moment)
register.filter("run_time", words.run_time)
register.filter("promise", words.promise)
register.filter("kept", kept)
