"""Holds one conversation with a chatbot: every turn is a trace, the conversation is their session.

python chatbot.py [CONVERSATION_ID [MESSAGE ...]]
"""

import sys

from local_threadline import LOCAL_THREADLINE

from threadline import Laminar, observe

Laminar.initialize(**LOCAL_THREADLINE)


@observe()
def handle_turn(user_message, conversation_id):
    # Must be within span context
    Laminar.set_trace_session_id(session_id=conversation_id)
    # Process message, call LLMs, etc.
    return f"You said: {user_message}"


if __name__ == "__main__":
    conversation_id = sys.argv[1] if len(sys.argv) > 1 else "conversation-1"
    for message in sys.argv[2:] or ["Hello", "What is a session?", "Goodbye"]:
        print(handle_turn(message, conversation_id))
    Laminar.flush()
