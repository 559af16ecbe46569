"""Holds one conversation through the OpenAI API; the SDK traces each call inside its turn.

OPENAI_API_KEY=... python chatbot_openai.py [CONVERSATION_ID [MESSAGE ...]]
"""

import sys

from local_threadline import LOCAL_THREADLINE
from openai import OpenAI

from threadline import Instruments, Laminar, observe

Laminar.initialize(**LOCAL_THREADLINE, instruments={Instruments.OPENAI})
openai = OpenAI()


@observe()
def handle_turn(messages, conversation_id):
    # Must be within span context
    Laminar.set_trace_session_id(session_id=conversation_id)
    completion = openai.chat.completions.create(model="gpt-4o-mini", messages=messages)
    return completion.choices[0].message.content


if __name__ == "__main__":
    conversation_id = sys.argv[1] if len(sys.argv) > 1 else "conversation-openai"
    history = [{"role": "system", "content": "Be brief."}]
    for message in sys.argv[2:] or ["Hello", "What is a session?"]:
        history.append({"role": "user", "content": message})
        history.append({"role": "assistant", "content": handle_turn(history, conversation_id)})
        print(history[-1]["content"])
    Laminar.flush()
