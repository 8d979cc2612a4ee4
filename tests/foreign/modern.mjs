// graphql-transport-ws as the library graphql-ws speaks it.
import { createClient } from "graphql-ws";
import WebSocket from "ws";
import { ask, bell, hearThree, session, socket, wait } from "./bed.mjs";

const { id, address } = await session();
const connected = bell();
const client = createClient({
  url: socket, webSocketImpl: WebSocket, lazy: false, keepAlive: 50, retryAttempts: 0,
  on: { connected: () => connected.ring() },
});
await connected.rings(1);
const heard = [];
const mails = bell();
const failed = [];
client.subscribe({ query: wait, variables: { id } }, {
  next: (event) => { heard.push(event.data.sessionMailReceived.headerSubject); mails.ring(); },
  error: (why) => failed.push(why),
  complete: () => {},
});
// The answer to a query on the same socket: the subscription stands by then.
const events = client.iterate({ query: "{ __typename }" });
const { value } = await events.next();
if (value.data.__typename !== "QueryRoot") throw new Error(JSON.stringify(value));
let count = 0;
await hearThree(address, heard, () => mails.rings(++count));
if (failed.length) throw new Error(String(failed));
await client.dispose();
console.log("graphql-ws: three mails, once and in order");
