"""Messages that bring the text along which they are about, in the forms of prompt templates and of people."""

from __future__ import annotations

GIVEN = "The mayor of Vik is Runa Dahl. The town has 2,600 inhabitants. It was founded in 1873 by fishermen."
ITEMS = "- The mayor of Vik is Runa Dahl.\n- The town has 2,600 inhabitants."
QUESTION = "Who is the mayor of Vik?"

TEMPLATES = {
    "only-below": f"Answer using ONLY the context below.\n\nContext:\n{GIVEN}\n\nQuestion: {QUESTION}",
    "lc": f"Answer the question using only the context below. If the answer is not in the context, say you don't know.\n\n{GIVEN}\n\n{QUESTION}",
    "langchain": f"Use the following pieces of context to answer the question at the end. If you don't know the answer, just say that you don't know.\n\n{GIVEN}\n\nQuestion: {QUESTION}\nHelpful Answer:",
    "xml": f"<context>\n{GIVEN}\n</context>\n\n<question>{QUESTION}</question>",
    "xml2": f"Answer from the document.\n<document>{GIVEN}</document>\n{QUESTION}",
    "dashes": f"Answer the question based on this text:\n---\n{GIVEN}\n---\n{QUESTION}",
    "triple": f'Answer the question from the text delimited by triple quotes.\n\n"""{GIVEN}"""\n\n{QUESTION}',
    "fence": f"{QUESTION}\n\n```\n{GIVEN}\n```",
    "fence2": f"Based on:\n```text\n{GIVEN}\n```\n{QUESTION}",
    "hash": f"### Context\n{GIVEN}\n\n### Question\n{QUESTION}\n\n### Answer",
    "given:": f"Given this information: {GIVEN} {QUESTION}",
    "given2": f"Given the following information, {QUESTION}\n\n{GIVEN}",
    "based": f"Based on the following: {GIVEN}\n\n{QUESTION}",
    "q-first": f"{QUESTION}\n\nContext: {GIVEN}",
    "caps": f"CONTEXT:\n{GIVEN}\n\nQUESTION:\n{QUESTION}\n\nANSWER:",
    "chunks": f"Context:\n[1] {GIVEN}\n\n[2] The harbour of Vik is deep.\n\nQuestion: {QUESTION}",
    "multi": f"Context:\nThe harbour of Vik is deep.\n\n{GIVEN}\n\nQuestion: {QUESTION}",
    "sources": f"Sources:\n1. Vik guide: {GIVEN}\n2. Other: nothing here.\n\nUsing only these sources, answer: {QUESTION}",
    "user-q": f"Context information is below.\n---------------------\n{GIVEN}\n---------------------\nGiven the context information and not prior knowledge, answer the query.\nQuery: {QUESTION}\nAnswer: ",
    "one-line": f"Using only this text: '{GIVEN}' answer: {QUESTION}",
    "bullets": f"Use only these facts:\n{ITEMS}\n\n{QUESTION}",
    "email": f"Here is an email I received:\n\n{GIVEN}\n\nWho is the mayor according to it?",
    "background": f"Background: {GIVEN}\nTask: name the mayor",
    "text end": f"Read the text and answer. Text: {GIVEN} Question: {QUESTION}",
}
TASKS = {
    "review": f"Review this draft: {GIVEN}",
    "review2": f"Review this draft:\n\n{GIVEN}",
    "review3": f"Please review the following draft and suggest improvements.\n\n{GIVEN}",
    "summ": f"Summarize the following:\n\n{GIVEN}",
    "summ2": f"Summarize: {GIVEN}",
    "summ3": f"Summarize the following text in one sentence: {GIVEN}",
    "summ4": f"TL;DR of this article:\n{GIVEN}",
    "summ5": f"{GIVEN}\n\nSummarize the text above.",
    "translate": f"Translate this to French: {GIVEN}",
    "rewrite": f"Rewrite the following paragraph in a friendlier tone\n\n{GIVEN}",
    "extract": f"Extract all names from the text below:\n{GIVEN}",
    "xml": f"Summarize this.\n<text>{GIVEN}</text>",
    "fence": f"Summarise this:\n```\n{GIVEN}\n```",
    "write": f"Write a report from these notes: {GIVEN}",
    "critique": f"Critique this draft for clarity:\n\n{GIVEN}",
    "step": f"Write an executive summary of this research:\n\n{GIVEN}",
    "based": f"Write a blog post based on this outline:\n{ITEMS}",
    "analyze": f"Analyze this data and give me insights: {GIVEN}",
    "keypoints": f"What are the key points of this?\n\n{GIVEN}",
    "prev": f"Edit the following text. Text: {GIVEN}",
}
