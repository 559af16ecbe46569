// Sets the session from inside a span: node setTraceSessionId.ts
import { Laminar, observe } from "threadline";
import { localThreadline } from "./localThreadline.ts";

Laminar.initialize({
  ...localThreadline,
  instrumentModules: {
    // your libraries to instrument
  },
});

await observe({ name: "myFunction" }, async () => {
  Laminar.setTraceSessionId("session123");
  // Your code here
});

await Laminar.shutdown();
