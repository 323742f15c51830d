// One worker: Node's own HTTP server with the handler that Better Auth brings for it.
import { createServer } from "node:http";
import { toNodeHandler } from "better-auth/node";
import { createAuth, createPool } from "./auth.mjs";

const handle = toNodeHandler(createAuth(createPool()));

const server = createServer((request, response) => {
  if (request.url !== "/healthz") return handle(request, response);
  response.writeHead(200, { "content-type": "application/json" });
  return response.end('{"status":"ok"}');
});
server.listen(Number(process.env.PORT), "127.0.0.1");
