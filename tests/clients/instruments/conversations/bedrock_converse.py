"""Two turns with Bedrock's Converse API."""

import sys

import boto3

from threadline import Laminar, observe

Laminar.initialize()
client = boto3.client("bedrock-runtime")


@observe(session_id=sys.argv[1])
def turn(question):
    asked = [{"role": "user", "content": [{"text": question}]}]
    answer = client.converse(modelId="anthropic.claude-haiku", messages=asked)
    return answer["output"]["message"]["content"][0]["text"]


turn("Hello")
turn("Bye")
Laminar.shutdown()
