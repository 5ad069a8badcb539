"""Papers of a club, asked about in words of another kind: some answers take more than words to find."""

from __future__ import annotations

from .corpus import among_notices

_FACTS: tuple[tuple[str, str, str, str], ...] = (
    (
        "Rowing",
        "## Rowing\n\nCoach: Dagny Holm\n\nTraining takes place on Mondays and Thursdays at the lower weir. Beginners pay nothing in the first season.",
        "When does the rowing section train?",
        "Mondays",
    ),
    (
        "Rowing2",
        "## Fencing\n\nWe fence with sabres only. Masks can be borrowed from Ulf.",
        "From whom can I borrow a mask for fencing?",
        "Ulf",
    ),
    (
        "Opening",
        "# Opening hours\n\n## Indoor pool\n\nTuesday to Sunday, 7 to 21\n\n## Sauna\n\nDaily from 14",
        "What are the opening hours of the sauna?",
        "from 14",
    ),
    (
        "Fees",
        "# Fees\n\n| group | per year |\n|---|---|\n| adults | 96 euros |\n| pupils | 40 euros |\n| retired | 60 euros |",
        "How much do pupils pay per year?",
        "40 euros",
    ),
    (
        "Statutes",
        "§ 4 The general assembly elects the treasurer for three years. § 5 Minutes are signed by the chair.",
        "For how many years is the treasurer elected?",
        "three years",
    ),
    (
        "Letter",
        "Dear members, on account of the storm the jetty is closed until the end of\nApril. The boats of the youth group\nlie in the harbour of Wiek for the time being.",
        "Where are the boats of the youth group at the moment?",
        "Wiek",
    ),
    (
        "Chronicle",
        "The clubhouse was inaugurated in 1926. It burned down in 1944 and was rebuilt with wood from Finland.",
        "When did the clubhouse burn down?",
        "1944",
    ),
    (
        "Chronicle 2",
        "Our flag was sewn by the sisters Abel. Its colours are green and silver.",
        "Which colours does our flag have?",
        "green and silver",
    ),
    (
        "Trophy",
        "In 1958 the eight won the Sound Cup in 6 minutes and 11 seconds.",
        "In which year did the eight win the Sound Cup?",
        "1958",
    ),
    (
        "Insurance",
        "Accidents must be reported to the insurance within three days. The policy number is HV-88213.",
        "What is our insurance policy number?",
        "HV-88213",
    ),
    (
        "Canteen",
        "The canteen is leased by the Demir family. On Sundays they serve fish soup.",
        "Who runs the canteen?",
        "Demir",
    ),
    (
        "Gym",
        "The weights room is open to members over sixteen. Others need a supervisor.",
        "How old must I be to use the weights room?",
        "sixteen",
    ),
    (
        "Bus",
        "The club bus seats nine. It must be returned with a full tank.",
        "How many people fit in the club bus?",
        "nine",
    ),
    (
        "Key2",
        "You get a key to the boathouse against a deposit of 25 euros.",
        "How high is the deposit for a boathouse key?",
        "25 euros",
    ),
    (
        "Dogs",
        "Dogs must be kept on a leash on the whole premises.",
        "Do dogs have to be on a leash?",
        "leash",
    ),
    (
        "Camp",
        "The summer camp takes place on the island of Ruden. Children from nine to fourteen can take part.",
        "Where is the summer camp held?",
        "Ruden",
    ),
    (
        "Web",
        "Our web site is looked after by Pelle Strom. He answers to webmaster@club.example.",
        "Who maintains our website?",
        "Pelle Strom",
    ),
    (
        "Heat",
        "The heating oil lasts until February. Then the tank has to be refilled.",
        "Until when does the heating oil last?",
        "February",
    ),
    (
        "Chair",
        "At the meeting Renate Oduya was elected chair with 41 votes. She succeeds Hinrich Boll.",
        "Who is the predecessor of Renate Oduya?",
        "Hinrich Boll",
    ),
    (
        "Dep",
        "Members who leave must give notice by the end of September.",
        "By when do I have to cancel my membership?",
        "September",
    ),
)
"""Titles and texts, each with a question and what the answer contains."""
_FILLER = (
    "The hedge was cut.",
    "Three benches were painted.",
    "A swan nested by the slipway.",
    "Lost gloves lie in the hall.",
    "The choir of the church sang.",
    "The weather was changeable.",
    "Cake was donated by several families.",
    "The tombola brought in a fair sum.",
    "The minutes were read and accepted.",
    "The mayor sent greetings.",
    "The photographs hang in the corridor.",
    "The gravel was raked.",
    "The lights in the corridor were replaced.",
    "The neighbours complained about noise.",
    "The ladder was inspected.",
    "There was applause.",
)
_TITLES = ("Club news", "Report", "", "Circular")
_UNKNOWN = (
    "When does the sailing section train?",
    "What are the opening hours of the bowling alley?",
    "How much do tourists pay for the lighthouse?",
    "For how many years is the president of Brazil elected?",
    "When did the Reichstag burn down?",
    "Which colours does the flag of Ghana have?",
    "What is my tax number?",
    "Who runs the kiosk at the railway station?",
    "How old must I be to vote?",
    "How many people fit in Wembley?",
    "How high is Kilimanjaro?",
    "Where is the film festival held?",
    "Who maintains the Linux kernel?",
    "Do parrots dream?",
    "Who is the predecessor of the pope?",
    "What is the molar mass of carbon?",
    "how do you play backgammon",
    "recipe for pancakes",
    "Which bus goes to the cinema?",
    "What is the interest on the loan?",
)


CLUB = among_notices("club", _FACTS, _UNKNOWN, filler=_FILLER, titles=_TITLES)
