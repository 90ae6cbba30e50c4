import * as shapes from "../shapes/connect.ts";
import { Login } from "../login.ts";
import { defineRoute, HttpError, type Route, tooMany } from "../route.ts";
import type { RouteSources } from "./sources.ts";

/** Logging in and out. */
export function loginRoutes({ login, live }: RouteSources): readonly Route[] {
  return [
    defineRoute({
      method: "post",
      path: "/api/login",
      summary: "Exchange WEB_TOKEN for a login cookie; a form is answered with a redirect",
      body: shapes.loginBodyShape,
      answer: shapes.loginShape,
      open: true,
      handle: ({ body, request, address }) => {
        if (login === null) return { logged_in: true };
        const { outcome } = login.tokenCheck(body.token, address);
        if (outcome === "slow_down") throw tooMany();
        const isForm = /^application\/x-www-form-urlencoded/i.test(
          request.headers.get("content-type") ?? "",
        );
        if (outcome === "denied") {
          if (isForm) return redirect("../?wrong");
          throw new HttpError(401, "WRONG_TOKEN", "Cannot log in: this is not the token");
        }
        const secure = request.headers.get("x-forwarded-proto") === "https";
        const cookie = { "set-cookie": login.cookie({ secure }) };
        return isForm
          ? redirect("../", cookie)
          : Response.json({ logged_in: true }, { headers: cookie });
      },
    }),
    defineRoute({
      method: "post",
      path: "/api/logout",
      summary: "End the login of this browser's cookie, wherever the cookie is",
      answer: shapes.loginShape,
      handle: ({ request }) => {
        const ended = login?.end(request) ?? null;
        if (ended !== null) live.endLogin(ended);
        return Response.json({ logged_in: false }, { headers: { "set-cookie": Login.noCookie() } });
      },
    }),
  ];
}

/** Relative, so that it holds behind a proxy that serves all of this below a path of its own. */
function redirect(location: string, headers: Record<string, string> = {}): Response {
  return new Response(null, { status: 303, headers: { location, ...headers } });
}
