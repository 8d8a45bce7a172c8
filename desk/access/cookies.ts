import type { CookieOptions, Request } from 'express';

/** The value of a cookie of the request; undefined when it has none. */
export function cookieOf(request: Request, name: string): string | undefined {
  const begin = `${name}=`;
  const cookies = (request.headers.cookie ?? '').split(';').map((cookie) => cookie.trim());
  return cookies.find((cookie) => cookie.startsWith(begin))?.slice(begin.length);
}

/** The name and the options of a cookie: behind TLS only TLS carries it, and no other host can set it. */
export function cookieNamed(name: string, isSecure: boolean): { name: string; options: CookieOptions } {
  return {
    name: isSecure ? `__Host-${name}` : name,
    // lax: the way back from the identity provider begins at another site
    options: { httpOnly: true, sameSite: 'lax', path: '/', secure: isSecure },
  };
}
