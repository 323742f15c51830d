// Makes the tokens of the check: HS256 for FastAPI, ES256 for hono, with the claims README.md names.
import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";

// jose is installed for the hono peer; this program has no packages of its own.
const require = createRequire(new URL("../hono/main.mjs", import.meta.url));
const { SignJWT, exportJWK, generateKeyPair } = await import(pathToFileURL(require.resolve("jose")));

export async function signers() {
  const secret = "benchmark-only-secret-of-thirty-two-bytes-or-more";
  const [ours, strange] = [await generateKeyPair("ES256"), await generateKeyPair("ES256")];
  const sign = (algorithm, key) => ({ user, organization }, lifetime = "1h") =>
    new SignJWT({ org: organization })
      .setProtectedHeader({ alg: algorithm })
      .setSubject(user)
      .setIssuedAt()
      .setExpirationTime(lifetime)
      .sign(key);
  const bytes = (text) => new TextEncoder().encode(text);
  return {
    hs256: {
      environment: { JWT_SECRET: secret },
      sign: sign("HS256", bytes(secret)),
      signStrange: sign("HS256", bytes(`another-${secret}`)),
    },
    es256: {
      environment: { JWT_JWK: JSON.stringify(await exportJWK(ours.publicKey)) },
      sign: sign("ES256", ours.privateKey),
      signStrange: sign("ES256", strange.privateKey),
    },
  };
}
