// Who calls, read from the bearer token. The key is imported once; jose would otherwise do it for every request.
import { createMiddleware } from "hono/factory";
import { importJWK, jwtVerify } from "jose";

const key = await importJWK(JSON.parse(process.env.JWT_JWK), "ES256");
const options = { algorithms: ["ES256"], requiredClaims: ["exp", "sub", "org"] };

async function readClaims(authorization) {
  const [scheme, token] = (authorization ?? "").split(" ");
  if (scheme.toLowerCase() !== "bearer" || token === undefined) return undefined;
  try {
    const { payload } = await jwtVerify(token, key, options);
    return { user: payload.sub, organization: payload.org };
  } catch {
    return undefined;
  }
}

export const requireClaims = createMiddleware(async (context, next) => {
  const claims = await readClaims(context.req.header("authorization"));
  if (claims === undefined) return context.json({ error: "A valid bearer token is required" }, 401);
  context.set("claims", claims);
  await next();
});
