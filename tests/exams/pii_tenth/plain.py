"""Fields of look-alikes: things, dates of things, public keys. Nothing here is labelled.

Enters: words/things.txt; a Row. Leaves: text. Never here: values of persons or secrets.
"""

import datetime

from template import field, form, sections

THINGS = sections("things.txt")["THINGS"]


@field("of")
def of(row, who, name):
    return form(row.rng, row.rng.choice(THINGS[name])).replace("⁏", ";")


@field("date")
def date(row, who, argument):
    """`‹date:2019-2025›`, `‹date:1950-1999:%d.%m.%Y›`."""
    years, _, style = argument.partition(":")
    low, _, high = years.partition("-")
    day = datetime.datetime(row.rng.randint(int(low), int(high)), 1, 1) + datetime.timedelta(seconds=row.rng.randrange(364 * 86400))
    return day.strftime(style or "%Y-%m-%d")


@field("ts")
def stamp(row, who, argument):
    return date(row, who, "2021-2025:" + (argument or "%Y-%m-%d %H:%M:%S"))


@field("no")
def number(row, who, argument):
    return str(int(argument or 1) + row.number)


@field("block")
def block(row, who, title):
    """A PEM block that is public."""
    body = form(row.rng, "MIIC{B380}")
    return "\n".join([f"-----BEGIN {title}-----"] + [body[at:at + 64] for at in range(0, len(body), 64)] + [f"-----END {title}-----"])
