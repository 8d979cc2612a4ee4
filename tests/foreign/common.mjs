// Functions for the tests of this folder: create sessions over HTTP and send mails over SMTP.
import net from "node:net";
import { once } from "node:events";

export const base = `${process.env.BASE}/${process.env.TOKEN}`;
export const socketUrl = `${base.replace(/^http/, "ws")}/websocket`;
export const wait = "subscription($id: ID!) { sessionMailReceived(id: $id) { headerSubject } }";

export async function ask(query) {
  const headers = { "Content-Type": "application/json" };
  const reply = await fetch(base, { method: "POST", headers, body: JSON.stringify({ query }) });
  return (await reply.json()).data;
}

export async function session() {
  const { introduceSession } = await ask("mutation { introduceSession { id addresses { address } } }");
  return { id: introduceSession.id, address: introduceSession.addresses[0].address };
}

export async function send(to, subject) {
  const [host, port] = process.env.SMTP.split(":");
  const connection = net.connect(Number(port), host);
  const steps = ["HELO foreign.test", "MAIL FROM:<a@sender.test>", `RCPT TO:<${to}>`, "DATA",
    `Subject: ${subject}\r\n\r\nHello\r\n.`, "QUIT"];
  for (const step of ["", ...steps]) {
    if (step) connection.write(`${step}\r\n`);
    const [reply] = await once(connection, "data");
    if (!/^[23]/.test(reply.toString())) throw new Error(`${step}: ${reply}`);
  }
}

// Sends three mails, and checks that the client received each mail once and in order.
export async function expectThreeMails(address, received, arrived) {
  for (const subject of ["one", "two", "three"]) {
    await send(address, subject);
    await arrived();
  }
  if (received.join() !== "one,two,three") throw new Error(`received ${received}`);
}

// Returns a counter of events: `count` counts one event, and `waitFor` waits for the given number of events.
export function eventCounter() {
  let counted = 0;
  let waiting = null;
  return {
    count() { counted += 1; if (waiting) { waiting(); waiting = null; } },
    async waitFor(wanted) { while (counted < wanted) await new Promise((go) => { waiting = go; }); },
  };
}
