import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { Sink } from "../tests/sink.js";
import { installed, NODE, packed, write } from "./packed.js";

let sink: Sink;
let server: ChildProcess | undefined;

beforeEach(async () => {
  sink = await new Sink().start();
});
afterEach(async () => {
  server?.kill();
  await sink.stop();
});

/** A Next.js app: the SDK is initialized in `instrumentation.ts`, and used in a route handler. */
const app = (url: string) => ({
  "instrumentation.ts": `
    export async function register() {
      if (process.env.NEXT_RUNTIME !== "nodejs") return;
      const { Laminar } = await import("threadline");
      Laminar.initialize({ projectApiKey: "key", baseUrl: "${url}" });
    }
  `,
  "app/api/chat/route.ts": `
    import { observe, withSessionFromRequest } from "threadline";
    export const POST = (request: Request) =>
      withSessionFromRequest(request, async () => {
        const { order } = await request.json();
        const found = await observe({ name: "turn" }, () =>
          observe({ name: "look up", spanType: "TOOL" }, async (id: number) => ({ order: id }), order),
        );
        return Response.json(found);
      });
  `,
  "app/layout.tsx": `
    export default ({ children }: { children: React.ReactNode }) => <html><body>{children}</body></html>;
  `,
  "app/page.tsx": "export default () => <p>hello</p>;",
  "tsconfig.json": JSON.stringify({
    compilerOptions: {
      strict: true,
      jsx: "preserve",
      module: "esnext",
      moduleResolution: "bundler",
      lib: ["dom", "esnext"],
      skipLibCheck: true,
      noEmit: true,
    },
  }),
});

it("a Next.js app that is built and served sends the sessions of its requests", async () => {
  const project = installed(
    [
      "next@16",
      "react@19",
      "react-dom@19",
      "typescript@~6.0",
      "@types/react@19",
      "@types/node@24",
      packed(),
    ],
    {},
  );
  write(project, app(sink.url));
  const next = join(project, "node_modules/next/dist/bin/next");
  const environment = {
    ...process.env,
    NODE_ENV: "production" as const,
    NEXT_TELEMETRY_DISABLED: "1",
  };
  const built = execFileSync(NODE, [next, "build"], {
    cwd: project,
    env: environment,
    encoding: "utf8",
  });
  expect(built).toContain("/api/chat");

  let said = "";
  server = spawn(NODE, [next, "start", "--port", "0"], { cwd: project, env: environment });
  server.stdout?.on("data", (chunk) => {
    said += chunk;
  });
  const address = await vi.waitUntil(() => said.match(/http:\/\/localhost:\d+/)?.[0], {
    timeout: 60_000,
  });
  const answer = await fetch(`${address}/api/chat`, {
    method: "POST",
    headers: { "x-session-id": "chat:42" },
    body: JSON.stringify({ order: 4711 }),
  });
  expect(await answer.json()).toEqual({ order: 4711 });
  await vi.waitFor(
    () =>
      expect(
        sink.spans
          .filter(({ name }) => ["turn", "look up"].includes(name))
          .map(({ name, attributes }) => [name, attributes["session.id"]])
          .sort(),
      ).toEqual([
        ["look up", "chat:42"],
        ["turn", "chat:42"],
      ]),
    { timeout: 20_000 },
  );
});
