"""Corpora of two hundred documents or more each, with questions that they answer, and questions that they do not."""

from __future__ import annotations

from .bulletins import BULLETINS
from .catalogue import CATALOGUE
from .club import CLUB
from .corpus import Corpus
from .handbook import HANDBOOK
from .histories import HISTORIES
from .mails import MAILS
from .policies import POLICIES
from .services import SERVICES

CORPORA: tuple[Corpus, ...] = (HANDBOOK, SERVICES, HISTORIES, POLICIES, CATALOGUE, MAILS, BULLETINS)
"""Corpora whose questions are all answered."""
HARD: tuple[Corpus, ...] = (CLUB,)
"""Corpora with questions in words that the documents do not have."""
