"""Mails, minutes and notices, as people write them to each other."""

from __future__ import annotations

from .corpus import among_notices

_FACTS: tuple[tuple[str, str, str, str], ...] = (
    (
        "Offsite",
        "Hi all,\n\nquick update: we finally booked the Strandhotel for the offsite. We arrive on 12\nSeptember and stay three nights.",
        "When does the offsite start?",
        "12 September",
    ),
    (
        "Re: Printer",
        "> Who can fix the plotter?\n\nPlease call Mrs. Oyelaran, she has the service contract. Her number is 0441-7733.",
        "What is Mrs. Oyelaran's number?",
        "0441-7733",
    ),
    (
        "Minutes 4 March",
        "Present: Ada, Bo, Cy\n\n1. Budget\n   The marketing budget was cut to 80,000 dollars.\n2. Hiring\n   We will hire a second tester in July.",
        "When will we hire another tester?",
        "July",
    ),
    (
        "Minutes 11 March",
        "- Ada reported that the migration to Postgres failed because the disk was full.\n- Bo will order a bigger one.",
        "Why did the migration to Postgres fail?",
        "disk was full",
    ),
    (
        "Keys",
        "The spare key for the bike cellar hangs behind the fuse box.",
        "Where is the spare key of the bike cellar?",
        "behind the fuse box",
    ),
    (
        "Garden party",
        "Dear colleagues,\n\nthe garden party had to be postponed. The new date is Saturday, 8 June. Bring your families!",
        "What is the new date of the garden party?",
        "8 June",
    ),
    (
        "Supplier",
        "We have changed our coffee supplier. As of May, beans come from Rösterei Kolb in Aachen.",
        "Who supplies our coffee?",
        "Kolb",
    ),
    (
        "Vendor check",
        "The auditors from Brightwell & Sons found two issues. Both concern the travel expenses.",
        "How many issues did the auditors find?",
        "two issues",
    ),
    (
        "On call",
        "During the holidays Femi Adeyemi is on call. In January it will be Priya Raman's turn.",
        "Who is on call in January?",
        "Priya Raman",
    ),
    (
        "FAQ",
        "Q: How do I reset my badge PIN?\nA: Hold the badge to the reader in the lobby and press the star key twice.\n\nQ: Where is the nurse?\nA: On floor 3.",
        "How can I reset the PIN of my badge?",
        "star key",
    ),
    (
        "House rules",
        "**Quiet hours**: between 22:00 and 06:00\n**Laundry**: Tuesdays only\n**Bulky waste**: register by phone",
        "When are the quiet hours?",
        "22:00",
    ),
    (
        "Release 4.2",
        "## Fixed\n\n- Exports no longer stop at 65,536 rows.\n\n## Known issues\n\n- Dark mode flickers in Safari.",
        "Which browser has problems with dark mode?",
        "Safari",
    ),
    (
        "Incident 77",
        "The outage on Tuesday lasted 47 minutes. It was caused by an expired certificate.",
        "What caused the outage?",
        "expired certificate",
    ),
    (
        "Incident 78",
        "Customers in Chile could not log in. The DNS record pointed to an old address.",
        "Why couldn't customers in Chile log in?",
        "DNS record",
    ),
    (
        "Survey",
        "Of 212 employees who answered, 68 percent want to keep working from home.",
        "What percentage of employees prefers to work from home?",
        "68 percent",
    ),
    (
        "Lease",
        "The lease for the second floor expires on 30 November 2027. The landlord is Hafenbau AG.",
        "Who is the landlord of the second floor?",
        "Hafenbau AG",
    ),
    (
        "Lease 2",
        "Parking in the yard costs 55 euros a month. There are eleven spaces.",
        "How much is a parking space per month?",
        "55 euros",
    ),
    (
        "Library",
        "The reading group meets in the winter garden every other Thursday.",
        "How often does the reading group meet?",
        "every other Thursday",
    ),
    (
        "Sports",
        "Our football team lost 4:1 against the tax office.",
        "Against whom did our football team lose?",
        "tax office",
    ),
    (
        "Patent",
        "Our patent on the folding hinge was granted in Japan last week. The inventor is Dr. H. Lindgren.",
        "Who invented the folding hinge?",
        "Lindgren",
    ),
)
"""Titles and texts, each with a question and what the answer contains."""
_FILLER = (
    "Best regards",
    "See you tomorrow.",
    "I attached the photos from last week.",
    "Sorry for the late reply.",
    "Let us talk about it on the phone.",
    "The slides are in the usual folder.",
    "I will be out in the afternoon.",
    "Nothing else to report.",
    "The heating is being serviced.",
    "Lunch was excellent, thanks again.",
    "We are still waiting for an offer.",
    "The lift works again.",
    "Somebody left an umbrella.",
    "The new chairs arrived in the wrong colour.",
    "Has anybody seen the label printer?",
    "The plants were watered.",
)
_TITLES = ("Re: Hello", "Minutes", "Notes", "FYI", "")
_UNKNOWN = (
    "When does the ski trip start?",
    "What is Mr. Fitzgerald's number?",
    "Why did the migration to Oracle fail?",
    "Where is the spare key of the boat house?",
    "Who supplies our office furniture?",
    "Which browser invented bookmarks?",
    "What caused the Great Fire of London?",
    "Who is the landlord of the Chrysler building?",
    "How much is a season ticket for the zoo?",
    "How often does the chess club meet?",
    "Who invented the zip?",
    "What is the population of Iceland?",
    "How do I repair a dripping tap?",
    "When is Easter?",
    "Who sang Yesterday?",
    "How many litres fit in the barrel?",
    "Which vaccine do I need for Kenya?",
    "What is the capital gains tax in Ireland?",
    "Where was Napoleon born?",
    "How do airplanes fly?",
)


MAILS = among_notices("mails", _FACTS, _UNKNOWN, filler=_FILLER, titles=_TITLES)
