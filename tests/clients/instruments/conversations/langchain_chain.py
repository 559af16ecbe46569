"""Two turns with LangChain: a chain, and a model called alone, in no span of the program's."""

import sys

from langchain_core.output_parsers import StrOutputParser
from langchain_core.prompts import ChatPromptTemplate
from langchain_openai import ChatOpenAI

from threadline import Laminar

Laminar.initialize()

model = ChatOpenAI(model="gpt-4o-mini")
with Laminar.session(sys.argv[1]):
    prompt = ChatPromptTemplate.from_messages([("system", "Be brief."), ("user", "{question}")])
    (prompt | model | StrOutputParser()).invoke({"question": "What is a session?"})
    list(model.stream("Tell it in pieces"))
Laminar.shutdown()
