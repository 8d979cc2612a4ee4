"""Tests subscriptions over WebSocket with the library gql: the client receives three mails, each once and in order."""

import asyncio
import os
import smtplib

from gql import Client, gql
from gql.transport.websockets import WebsocketsTransport

BASE = f"{os.environ['BASE']}/{os.environ['TOKEN']}"
MADE = gql("mutation { introduceSession { id addresses { address } } }")
WAIT = gql("subscription($id: ID!) { sessionMailReceived(id: $id) { headerSubject } }")


def send(to, subject):
    host, port = os.environ["SMTP"].split(":")
    with smtplib.SMTP(host, int(port)) as smtp:
        smtp.sendmail("a@sender.test", [to], f"Subject: {subject}\r\n\r\nHello\r\n")


async def main():
    url = BASE.replace("http", "ws", 1) + "/websocket"
    for protocol in ("graphql-transport-ws", "graphql-ws"):
        transport = WebsocketsTransport(url=url, subprotocols=[protocol])
        # gql requests the schema by introspection, and checks every document against the schema.
        async with Client(transport=transport, fetch_schema_from_transport=True) as client:
            made = (await client.execute(MADE))["introduceSession"]
            WAIT.variable_values = {"id": made["id"]}
            events = client.subscribe(WAIT)
            first = asyncio.ensure_future(anext(events))
            # When the server answers a query on the same socket, the subscription has started.
            await asyncio.sleep(0)
            await client.execute(gql("{ __typename }"))
            address = made["addresses"][0]["address"]
            for subject in ("one", "two", "three"):
                await asyncio.to_thread(send, address, subject)
                event = await first
                assert event["sessionMailReceived"]["headerSubject"] == subject, event
                if subject != "three":
                    first = asyncio.ensure_future(anext(events))
            await events.aclose()
        print(f"gql over {protocol}: received three mails, each once and in order")


asyncio.run(asyncio.wait_for(main(), 60))
