// What every client of these tests needs: sessions by fetch, mails by SMTP over a socket.
import net from "node:net";
import { once } from "node:events";

export const base = `${process.env.BASE}/${process.env.TOKEN}`;
export const socket = `${base.replace(/^http/, "ws")}/websocket`;
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
  const line = net.connect(Number(port), host);
  const steps = ["HELO foreign.test", "MAIL FROM:<a@sender.test>", `RCPT TO:<${to}>`, "DATA",
    `Subject: ${subject}\r\n\r\nHello\r\n.`, "QUIT"];
  for (const step of ["", ...steps]) {
    if (step) line.write(`${step}\r\n`);
    const [reply] = await once(line, "data");
    if (!/^[23]/.test(reply.toString())) throw new Error(`${step}: ${reply}`);
  }
}

// Sends three mails and has each of them heard once and in order.
export async function hearThree(address, heard, arrived) {
  for (const subject of ["one", "two", "three"]) {
    await send(address, subject);
    await arrived();
  }
  if (heard.join() !== "one,two,three") throw new Error(`heard ${heard}`);
}

// Resolves with each call of the function that it gives.
export function bell() {
  let rung = 0;
  let waiting = null;
  return {
    ring() { rung += 1; if (waiting) { waiting(); waiting = null; } },
    async rings(count) { while (rung < count) await new Promise((go) => { waiting = go; }); },
  };
}
