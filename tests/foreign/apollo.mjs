// Tests subscriptions over the older WebSocket protocol with the library subscriptions-transport-ws.
import { createRequire } from "node:module";
import { eventCounter, expectThreeMails, session, socketUrl, wait } from "./common.mjs";

const require = createRequire(import.meta.url);
const { SubscriptionClient } = require("subscriptions-transport-ws");
const WebSocket = require("ws");

const { id, address } = await session();
const client = new SubscriptionClient(socketUrl, { reconnect: false }, WebSocket);
const connected = eventCounter();
client.onConnected(() => connected.count());
await connected.waitFor(1);
const received = [];
const mails = eventCounter();
client.request({ query: wait, variables: { id } }).subscribe({
  next: (event) => { received.push(event.data.sessionMailReceived.headerSubject); mails.count(); },
  error: (why) => { throw why; },
});
const answered = eventCounter();
client.request({ query: "{ __typename }" }).subscribe({ next: () => answered.count() });
await answered.waitFor(1);
let expected = 0;
await expectThreeMails(address, received, () => mails.waitFor(++expected));
client.close();
console.log("subscriptions-transport-ws: received three mails, each once and in order");
