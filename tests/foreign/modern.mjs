// Tests subscriptions over the WebSocket protocol graphql-transport-ws with the library graphql-ws.
import { createClient } from "graphql-ws";
import WebSocket from "ws";
import { ask, eventCounter, expectThreeMails, session, socketUrl, wait } from "./common.mjs";

const { id, address } = await session();
const connected = eventCounter();
const client = createClient({
  url: socketUrl, webSocketImpl: WebSocket, lazy: false, keepAlive: 50, retryAttempts: 0,
  on: { connected: () => connected.count() },
});
await connected.waitFor(1);
const received = [];
const mails = eventCounter();
const failed = [];
client.subscribe({ query: wait, variables: { id } }, {
  next: (event) => { received.push(event.data.sessionMailReceived.headerSubject); mails.count(); },
  error: (why) => failed.push(why),
  complete: () => {},
});
// When the server answers a query on the same socket, the subscription has started.
const events = client.iterate({ query: "{ __typename }" });
const { value } = await events.next();
if (value.data.__typename !== "QueryRoot") throw new Error(JSON.stringify(value));
let expected = 0;
await expectThreeMails(address, received, () => mails.waitFor(++expected));
if (failed.length) throw new Error(String(failed));
await client.dispose();
console.log("graphql-ws: received three mails, each once and in order");
