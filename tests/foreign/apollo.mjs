// The older protocol, as subscriptions-transport-ws speaks it.
import { createRequire } from "node:module";
import { bell, hearThree, session, socket, wait } from "./bed.mjs";

const require = createRequire(import.meta.url);
const { SubscriptionClient } = require("subscriptions-transport-ws");
const WebSocket = require("ws");

const { id, address } = await session();
const client = new SubscriptionClient(socket, { reconnect: false }, WebSocket);
const connected = bell();
client.onConnected(() => connected.ring());
await connected.rings(1);
const heard = [];
const mails = bell();
client.request({ query: wait, variables: { id } }).subscribe({
  next: (event) => { heard.push(event.data.sessionMailReceived.headerSubject); mails.ring(); },
  error: (why) => { throw why; },
});
const answered = bell();
client.request({ query: "{ __typename }" }).subscribe({ next: () => answered.ring() });
await answered.rings(1);
let count = 0;
await hearThree(address, heard, () => mails.rings(++count));
client.close();
console.log("subscriptions-transport-ws: three mails, once and in order");
