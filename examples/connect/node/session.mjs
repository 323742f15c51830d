// Stands for your own authentication: who a request's cookie belongs to, as the server itself remembers it.
export const sessions = new Map()

export async function signedIn(request) {
  return sessions.get(request.headers.get('cookie'))
}
